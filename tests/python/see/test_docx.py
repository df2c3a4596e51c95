"""The Word report, opened by LibreOffice."""

import subprocess
from pathlib import Path

import kaohe as kh


def test_libreoffice_opens_the_document(soffice: str, tmp_path: Path) -> None:
    df = kh.datasets.load("china-provinces")
    result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    result.report(tmp_path / "report.docx", lang="zh")
    profile = (tmp_path / "profile").as_uri()
    command = [soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "report.docx")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    said = (tmp_path / "report.txt").read_text(encoding="utf-8-sig")
    assert result.contributions(period=2022).sentences("zh")[0] in said
    for name, total in zip(result.ranking(2022)["province"], result.ranking(2022)["total"], strict=True):
        assert name in said
        assert f"{total:.2f}" in said
