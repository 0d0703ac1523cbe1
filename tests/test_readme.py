"""What the README shows is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from stepcalc.cli.main import main

README = Path(__file__).resolve().parent.parent / "README.md"
_BLOCK = re.compile(r"```console\n\$ stepcalc ([^\n]*)\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize(("line", "shown"), _BLOCK.findall(README.read_text(encoding="utf-8")))
def test_output_in_the_readme_is_real(
    line: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    main(shlex.split(line))
    captured = capsys.readouterr()
    assert (captured.out + captured.err).strip("\n") == shown.strip("\n")


def test_python_in_the_readme_is_real() -> None:
    outcome = doctest.testfile(str(README), module_relative=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_readme_has_the_two_commands() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert 'pip install ".[dev]" && pytest' in lines
    assert '$ pip install . && stepcalc diff "x**2*sin(x)"' in lines
