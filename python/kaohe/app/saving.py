"""Files that the page hands to the browser; nothing is written on the machine that serves it."""

from __future__ import annotations

import re
from typing import Any

import narwhals as nw

from kaohe.cli.files import csv_bytes
from kaohe.errors import ArgumentError
from kaohe.frames import Texts
from kaohe.language import either
from kaohe.report import page
from kaohe.result import Result

__all__ = ["file"]


def file(result: Result, period: Any, what: str, lang: str) -> dict[str, Any]:
    """Return a file: `name`, `kind` (of media), `text`.

    Parameters
    ----------
    result
        What is saved.
    period
        The period of a report.
    what
        `report`, `ranking` (all values, points and ranks), `data`, or `scheme`.
    lang
        Language of a report.
    """
    name = re.sub(r"[^\w\-]+", "-", result.scheme.id).strip("-") or "kaohe"
    match what:
        case "report":
            return {"name": f"{name}.html", "kind": "text/html", "text": page(result, period=period, lang=lang)}
        case "ranking":
            return {"name": f"{name}-results.csv", "kind": "text/csv", "text": _csv(result.table)}
        case "data":
            table = result._frame.table
            texts: dict[str, Any] = {column: Texts(table.text(column)) for column in table.texts}
            columns = texts | {variable: result._core.variable(variable) for variable in result.scheme.variables}
            return {"name": f"{name}-data.csv", "kind": "text/csv", "text": _csv(result._frame.build(columns))}
        case "scheme":
            return {"name": f"{name}.toml", "kind": "application/toml", "text": result.scheme.to_toml()}
    known = "report, ranking, data, scheme"
    raise ArgumentError(either(f"不能下载 {what:.40}；可下载 {known}", f"cannot save {what:.40}; expected {known}"))


def _csv(table: Any) -> str:
    return csv_bytes(nw.from_native(table, eager_only=True)).decode("utf-8")
