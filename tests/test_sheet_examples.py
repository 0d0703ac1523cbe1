"""Every sheet in examples/, and every sheet shown in docs/sheets.md, builds."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from stepcalc.cli.main import main
from stepcalc.sheets.filling import fill
from stepcalc.sheets.laying_out import document
from stepcalc.sheets.reading import sheet_of

ROOT = Path(__file__).parent.parent
SHEETS = {
    # the sheet, how many problems it has, what its pages say
    "differentiation-rules.toml": (9, ["The rules of differentiation", "Product rule", "Score"]),
    "fitting.toml": (5, ["From derivatives to a fit", "The gradient of", "held fixed"]),
    "multivariable.toml": (9, ["Several variables", "Find the Hessian"]),
    "networks.toml": (5, ["Back-propagation", "a network of 1-2-1 units with tanh"]),
    "optimisation.toml": (5, ["Gradients and Hessians for optima", "Find the Hessian"]),
    "taylor.toml": (5, ["Taylor polynomials", "In two variables"]),
}


def test_every_example_sheet_is_tested() -> None:
    found = {
        path.name for path in (ROOT / "examples").glob("*.toml") if "[[section]]" in path.read_text("utf-8")
    }
    assert found == set(SHEETS)


@pytest.mark.parametrize("name", SHEETS)
def test_example_sheet_builds(name: str, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    reader = pytest.importorskip("pypdf")
    count, said = SHEETS[name]
    where = tmp_path / "sheet.pdf"
    line = ["sheet", "build", str(ROOT / "examples" / name), "-o", str(where), "--show", "problems,solutions"]
    assert main([*line, "--workers", "1"]) == 0
    for file in (where, tmp_path / "sheet-key.pdf"):
        text = "\n".join(
            page.extract_text() for page in reader.PdfReader(io.BytesIO(file.read_bytes())).pages
        )
        assert all(re.search(rf"^\s*{number}\.", text, re.MULTILINE) for number in range(1, count + 1)), text
    problems = "\n".join(
        page.extract_text() for page in reader.PdfReader(io.BytesIO(where.read_bytes())).pages
    )
    for sentence in said:
        assert sentence in problems


def test_the_sheet_to_start_from_builds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "my.toml"
    assert main(["sheet", "new", str(file)]) == 0
    assert main(["sheet", "build", str(file), "--workers", "1"]) == 0
    shown = capsys.readouterr().out
    assert "10. Find the Taylor polynomial" in shown
    assert "Score ______ / 17" in shown
    assert main(["sheet", "new", str(file)]) == 4


def test_what_is_commented_out_in_the_sheet_to_start_from_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    main(["sheet", "new", str(file)])
    text = re.sub(r"^# (\w+ = )", r"\1", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    sheet = sheet_of(text)
    assert (sheet.columns, sheet.fade, sheet.versions, sheet.paper) == (2, 2, 3, "us-letter")


_TOML = re.compile(r"```toml\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("text", _TOML.findall((ROOT / "docs" / "sheets.md").read_text(encoding="utf-8")))
def test_sheet_in_the_docs_builds(text: str) -> None:
    (filled, *_) = fill(sheet_of(text))
    assert all(worked.status == "checked" for worked in filled.problems)
    assert document(filled, "solutions").blocks
