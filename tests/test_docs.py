"""What the pages in docs/ show is what happens: command lines with their output, and Python examples."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from stepcalc.cli.main import main

PAGES = sorted((Path(__file__).resolve().parent.parent / "docs").glob("*.md"))
_BLOCK = re.compile(r"```console\n\$ stepcalc ([^\n]*)\n(.*?)```", re.DOTALL)
SHOWN = [
    pytest.param(line, shown, id=f"{page.stem}: {line}")
    for page in PAGES
    for line, shown in _BLOCK.findall(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("line", "shown"), SHOWN)
def test_output_on_a_page_is_real(
    line: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "examples").symlink_to(PAGES[0].parent.parent / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    main(shlex.split(line))
    captured = capsys.readouterr()
    assert (captured.out + captured.err).strip("\n") == shown.strip("\n")


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_python_on_a_page_is_real(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PAGES[0].parent.parent)
    assert doctest.testfile(str(page), module_relative=False).failed == 0
