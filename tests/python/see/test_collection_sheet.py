"""LibreOffice opens the blank workbook that collects data, and keeps what its cells take."""

from pathlib import Path

import openpyxl
from test_workbook import recalculated

import kaohe as kh


def test_the_checks_of_cells_survive(soffice: str, tmp_path: Path) -> None:
    scheme = kh.Scheme.builtin("strong-science")
    written = tmp_path / "blank.xlsx"
    scheme.collection(written, ["甘肃", "青海"], ["2024年1季度", "2024年2季度"], lang="zh")
    (read,) = recalculated(soffice, [written], tmp_path)
    before, after = (openpyxl.load_workbook(path).worksheets[0] for path in (written, read))
    for sheet in (before, after):
        checks = sheet.data_validations.dataValidation
        assert len(checks) == len(scheme.variables)
        assert all(check.formula1.startswith("OR(") and check.prompt for check in checks)
    cells = [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in (before, after)]
    assert cells[0] == cells[1]
