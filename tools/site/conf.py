"""Configuration of the documentation site: what Sphinx is told, and the one list of its pages.

`python3 dev.py docs` builds it twice, once a language (`tools/site/__main__.py`).
"""

from __future__ import annotations

import os
from typing import Any

import docstrings
import search

LANG = os.environ.get("KAOHE_SITE_LANG", "en")

# Parts of the site, in order: their names in English and Chinese, and their pages with a short title in both.
# A page is a file of docs/ (or, in Chinese, of docs/zh/ where there is one), of the project, or written at build time.
NAV: list[tuple[tuple[str, str], list[tuple[str, str, str]]]] = [
    (
        ("Start", "入门"),
        [
            ("index", "Five minutes", "五分钟上手"),
            ("tutorial", "Installation to official result", "从安装到正式结果"),
            ("notebooks", "Notebooks", "示例笔记本"),
            ("command-line", "Command line", "命令行"),
        ],
    ),
    (
        ("The method", "考核办法"),
        [
            ("scheme-format", "Scheme file", "方案文件"),
            ("scheme-keys", "Every key", "键名总表"),
            ("rules", "Gallery of rules", "计分规则图例"),
            ("weights", "Weights and aggregation", "权重与合成"),
            ("prepare", "Gaps, outliers, one scale", "计分之前的数据"),
            ("references", "Fixed references", "固定参照"),
            ("methods", "Formulas and sources", "方法与公式"),
        ],
    ),
    (
        ("Data", "数据"),
        [
            ("data", "Tables and checks", "数据表与检查"),
            ("workbooks", "Workbooks", "工作簿"),
            ("members", "Members", "下级单位"),
            ("official", "Official runs", "正式考核"),
        ],
    ),
    (
        ("The result", "结果"),
        [
            ("results", "Results and explanations", "结果与解释"),
            ("charts", "Charts and reports", "图与报告"),
            ("live", "The live page", "随改随算的网页"),
            ("analysis", "Why", "原因分析"),
            ("planning", "What to do", "测算与目标"),
            ("robustness", "How sure", "名次是否可靠"),
            ("audit", "Is the index sound?", "指标体系检查"),
        ],
    ),
    (
        ("Reference", "参考"),
        [
            ("rust", "In a Rust service", "在 Rust 服务中使用"),
            ("api-python", "Python", "Python 接口"),
            ("api-rust", "Rust", "Rust 接口"),
            ("coinr", "From COINr; the Handbook", "从 COINr 迁移；手册十步"),
            ("promises", "Promises", "保证"),
        ],
    ),
    (
        ("Project", "项目"),
        [
            ("architecture", "Architecture", "架构"),
            ("contributing", "Contributing", "参与"),
            ("changelog", "Changes", "变更"),
            ("data-sets", "Data sets", "数据集"),
            ("speed", "Speed", "速度"),
        ],
    ),
]
# Pages that stand outside docs/, by their name on the site.
PROJECT = {
    "architecture": "ARCHITECTURE.md",
    "contributing": "CONTRIBUTING.md",
    "changelog": "CHANGELOG.md",
    "data-sets": "python/kaohe/datasets/README.md",
    "speed": "benches/RESULTS.md",
}
# Pages that the build writes.
WRITTEN = ("notebooks", "scheme-keys", "api-python", "api-rust")

project = "考核 kaohe" if LANG == "zh" else "kaohe"
author = "the kaohe developers"
language = {"en": "en", "zh": "zh_CN"}[LANG]
html_title = "考核 · kaohe" if LANG == "zh" else "kaohe · 考核"
html_theme = "furo"
html_static_path = ["static"]
html_css_files, html_js_files = ["kaohe.css"], ["kaohe.js"]
templates_path = ["templates"]
html_copy_source = html_show_sourcelink = html_show_sphinx = html_show_copyright = False
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": True}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/languages.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
pygments_style = "tango"
pygments_dark_style = "monokai"
highlight_language = "text"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]
suppress_warnings = ["myst.header"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
# Docstrings write `name` as Markdown does.
default_role = "code"
copybutton_prompt_text = "$ "
add_module_names = False
toc_object_entries_show_parents = "hide"
locale_dirs = ["locale"]


def other_language(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Tell a page where it stands in the other language: the sites have the same pages, one below the other."""
    up = "../" * page.count("/")
    name = page if page not in ("genindex", "py-modindex") else "index"
    context["kaohe_lang"] = LANG
    context["kaohe_other"] = f"{up}../{name}.html" if LANG == "zh" else f"{up}zh/{name}.html"


def setup(app: Any) -> None:
    """Connect what is our own."""
    search.register()
    app.connect("autodoc-process-docstring", docstrings.process, priority=400)
    app.connect("html-page-context", other_language)
