"""The page of every key of a scheme file: from `docs/scheme.schema.json`, which the core writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
Node = dict[str, Any]

# Defaults that the schema has no word for: by the name of the rule or of the kind. Other switches are off.
_DEFAULTS = {
    ("linear", "clamp"): "true",
    ("exponential", "clamp"): "true",
    ("zscore", "centre"): "50",
    ("zscore", "scale"): "10",
    ("MembersTable", "unit"): '"个"',
    ("Rounding", "mode"): '"half_up"',
    ("Ranking", "ties"): '"competition"',
    ("Ranking", "on"): '"rounded"',
    ("Group", "aggregate"): '"arithmetic"',
    ("Total", "aggregate"): '"arithmetic"',
    ("Indicator", "direction"): '"positive"',
    ("Indicator", "missing"): '"error"',
    ("Variable", "missing"): '"error"',
    ("Part", "measure"): '"value"',
}
_TAGS = ("rule", "method", "kind")
_WORDS = {
    "en": {
        "title": "Every key of a scheme file",
        "head": "From [the JSON schema](scheme.schema.json) that the program itself writes. "
        "[The scheme file](scheme-format.md) explains the same with examples.",
        "file": "The file",
        "columns": ("key", "type", "default", "meaning"),
        "required": "**required**",
        "one": "One of:",
        "or": "or",
        "list": "list of",
        "names": "table of names, each",
        "types": {"string": "text", "number": "number", "integer": "whole number", "boolean": "yes or no"},
    },
    "zh": {
        "title": "方案文件键名总表",
        "head": "由程序写出的 [JSON 模式](scheme.schema.json)生成，与程序一致；含义一栏为英文。"
        "用法和例子见[方案文件](scheme-format.md)。",
        "file": "文件顶层",
        "columns": ("键", "类型", "缺省", "含义"),
        "required": "**必填**",
        "one": "以下之一：",
        "or": "或",
        "list": "列表，每项为",
        "names": "按名称列出，每项为",
        "types": {"string": "文本", "number": "数", "integer": "整数", "boolean": "是否"},
    },
}


def page(lang: str) -> str:
    """Return the page."""
    schema = json.loads((ROOT / "docs/scheme.schema.json").read_text(encoding="utf-8"))
    words = _WORDS[lang]
    link = '<a href="files/docs/scheme.schema.json">'
    head = (
        str(words["head"])
        .replace("(scheme.schema.json)", "")
        .replace("[the JSON schema]", f"{link}the JSON schema</a>")
    )
    head = head.replace("[JSON 模式]", f"{link}JSON 模式</a>")
    parts = [f"# {words['title']}", head, f"## {words['file']}", *_table("", schema, words)]
    for name in _in_order(schema):
        parts += _section(name, schema["$defs"][name], words)
    return "\n\n".join(parts) + "\n"


def _in_order(schema: Node) -> list[str]:
    """Return the kinds in the order in which the file leads to them."""
    found: list[str] = []
    # What is written most comes first, then what it leads to.
    first = ["variable", "unit", "indicator", "group", "total", "adjustment", "floor", "class", "target"]
    waiting = [schema["properties"][name] for name in first] + [schema["properties"]]
    while waiting:
        for name in _led(waiting.pop(0)):
            if name not in found:
                found.append(name)
                waiting.append(schema["$defs"][name])
    return found


def _led(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else []
        return own + [name for value in node.values() for name in _led(value)]
    return [name for value in node for name in _led(value)] if isinstance(node, list) else []


def _section(name: str, node: Node, words: Node) -> list[str]:
    parts = [f"## {name}", _prose(node.get("description", ""))]
    if "properties" in node:
        parts += _table(name, node, words)
    forms = node.get("oneOf") or node.get("anyOf") or []
    plain, tables = [], []
    for form in forms:
        for each in form.get("oneOf", [form]):
            tag = next((key for key in _TAGS if "const" in each.get("properties", {}).get(key, {})), None)
            if tag is None:
                plain.append(f"- {_form(each, words)}{_behind(each)}")
            else:
                tables += _tagged(name, tag, each, words)
    if not forms and "properties" not in node:
        plain.append(f"- {_type(node, words)}")
    return [part for part in [*parts, "\n".join([str(words["one"]), "", *plain]) if plain else "", *tables] if part]


def _tagged(name: str, tag: str, form: Node, words: Node) -> list[str]:
    """Return a form that a key names: `rule = "linear"`."""
    value = form["properties"][tag]["const"]
    rest = {**form, "properties": {key: of for key, of in form["properties"].items() if key != tag}}
    head = [f'### `{tag} = "{value}"` ({name})', _prose(form.get("description", ""))]
    return head + (_table(value, rest, words) if rest["properties"] else [])


def _behind(form: Node) -> str:
    said = _prose(form.get("description", ""))
    return f": {said}" if said else ""


def _table(name: str, node: Node, words: Node) -> list[str]:
    lines = ["| " + " | ".join(words["columns"]) + " |", "|---|---|---|---|"]
    needed = node.get("required", [])
    for key, of in sorted(node["properties"].items(), key=lambda item: (item[0] not in needed, item[0])):
        default = words["required"] if key in needed else _default(name, key, of)
        cells = [f"`{key}`", _type(of, words), default, _prose(of.get("description", ""))]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return ["\n".join(lines)]


def _default(name: str, key: str, of: Node) -> str:
    if of.get("default") not in (None, {}, []):
        return f"`{json.dumps(of['default'], ensure_ascii=False)}`".replace(".0`", "`")
    if (name, key) in _DEFAULTS:
        return f"`{_DEFAULTS[name, key]}`"
    return "`false`" if of.get("type") == "boolean" else ""


def _form(node: Node, words: Node) -> str:
    """Return one of several forms as it is written."""
    if "const" in node:
        return f"`{json.dumps(node['const'], ensure_ascii=False)}`"
    return _type(node, words)


def _type(node: Node, words: Node) -> str:
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "const" in node:
        return f"`{json.dumps(node['const'], ensure_ascii=False)}`"
    if "enum" in node:
        return ", ".join(f"`{json.dumps(value, ensure_ascii=False)}`" for value in node["enum"])
    for several in ("anyOf", "oneOf"):
        if several in node:
            forms = [_type(form, words) for form in node[several] if form != {"type": "null"}]
            return f" {words['or']} ".join(dict.fromkeys(filter(None, forms)))
    kinds = node.get("type", "")
    kinds = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind not in ("", "null")]
    return f" {words['or']} ".join(_kind(kind, node, words) for kind in kinds)


def _kind(kind: str, node: Node, words: Node) -> str:
    if kind == "array":
        if "prefixItems" in node:
            return "`[" + ", ".join("…" for _ in node["prefixItems"]) + "]`"
        if node.get("minItems") == node.get("maxItems") == 2 and node["items"].get("type") == "number":
            return "`[number, number]`"
        return f"{words['list']} {_type(node['items'], words)}"
    if kind == "object":
        if isinstance(node.get("additionalProperties"), dict):
            return f"{words['names']} {_type(node['additionalProperties'], words)}"
        inside = ", ".join(f"{key} = …" for key in node.get("properties", {}))
        return f"`{{ {inside} }}`"
    return str(words["types"][kind])


def _prose(text: str) -> str:
    """Return a description as Markdown in one line, without examples in Rust."""
    return " ".join(text.split("\n```")[0].split())
