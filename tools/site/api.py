"""The pages of the Python and Rust interfaces: what is public, from the docstrings."""

from __future__ import annotations

import inspect
from typing import Any

import kaohe
from kaohe.answer import Answer

_WORDS = {
    "en": {
        "python": "Python",
        "python_head": "All that is public, from the docstrings. `import kaohe as kh`.",
        "work": "Schemes, results, tables",
        "functions": "Functions",
        "answers": "Answers",
        "answers_head": "What questions give. Each has all that `Answer` has, and its own facts.",
        "modules": "Modules",
        "errors": "Errors",
        "rust": "Rust",
        "rust_head": "The crate's own documentation, as `cargo doc` writes it: ",
        "rust_open": "open the crate kaohe",
    },
    "zh": {
        "python": "Python 接口",
        "python_head": "全部公开的类和函数，取自源代码中的说明（英文）。`import kaohe as kh`。",
        "work": "方案、结果、数据表",
        "functions": "函数",
        "answers": "答复",
        "answers_head": "提问得到的答复。各类答复都有 `Answer` 的全部方法，另有各自的内容。",
        "modules": "模块",
        "errors": "错误",
        "rust": "Rust 接口",
        "rust_head": "由 `cargo doc` 生成的说明（英文）：",
        "rust_open": "打开 kaohe 的 Rust 文档",
    },
}


def pages(lang: str) -> dict[str, str]:
    """Return both pages by name."""
    return {"api-python": _python(_WORDS[lang]), "api-rust": _rust(_WORDS[lang], lang)}


def _python(words: dict[str, str]) -> str:
    public = {name: getattr(kaohe, name) for name in kaohe.__all__ if not name.startswith("__")}
    classes = {name: of for name, of in public.items() if inspect.isclass(of)}
    errors = [name for name, of in classes.items() if issubclass(of, Exception)]
    answers = [name for name, of in classes.items() if issubclass(of, Answer) and of is not Answer]
    work = [name for name in classes if name not in [*errors, *answers]]
    first = ["Scheme", "Result", "Answer", "Explanation"]
    work = [*first, *(name for name in work if name not in first)]
    modules = [name for name, of in public.items() if inspect.ismodule(of)]
    functions = [name for name, of in public.items() if callable(of) and name not in classes]
    return "\n\n".join(
        [
            f"# {words['python']}",
            words["python_head"],
            f"## {words['work']}",
            *(_class(name) for name in work),
            f"## {words['functions']}",
            *(_directive("autofunction", f"kaohe.{name}") for name in functions),
            f"## {words['answers']}",
            words["answers_head"],
            *(_class(name, inherited=False) for name in answers),
            f"## {words['modules']}",
            *(part for name in modules for part in _module(name, public[name])),
            f"## {words['errors']}",
            *(_class(name, inherited=False) for name in errors),
            "",
        ]
    )


def _class(name: str, inherited: bool = True) -> str:
    return _directive("autoclass", f"kaohe.{name}", [":members:", *([":inherited-members:"] if inherited else [])])


def _module(name: str, of: Any) -> list[str]:
    parts = [f"### {name}", _directive("automodule", f"kaohe.{name}")]
    for each in of.__all__:
        item = getattr(of, each)
        if inspect.isclass(item):
            parts.append(_directive("autoclass", f"kaohe.{name}.{each}", [":members:"]))
        elif inspect.isfunction(item):
            parts.append(_directive("autofunction", f"kaohe.{name}.{each}"))
    return parts


def _directive(kind: str, name: str, options: list[str] | None = None) -> str:
    lines = [f".. {kind}:: {name}", *(f"   {option}" for option in options or [])]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"


def _rust(words: dict[str, str], lang: str) -> str:
    up = "../" if lang == "zh" else ""
    return (
        f"# {words['rust']}\n\n{words['rust_head']}"
        f'<a href="{up}rust/kaohe/index.html">{words["rust_open"]}</a>\n\n'
        "```rust\nuse kaohe::{Panel, Scheme};\n```\n"
    )
