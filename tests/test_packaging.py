"""A built wheel, installed somewhere else, is a whole StepCalc."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _run(*command: str, cwd: Path, path: Path | None = None) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STEPCALC_")}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    environment["PYTHONUTF8"] = "1"
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    place = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place), cwd=ROOT)
    (found,) = place.glob("stepcalc-*.whl")
    return found


def test_wheel_carries_the_rules_and_the_typing_marker(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"stepcalc/rules/structure.toml", "stepcalc/py.typed"} <= names
    written = {f"stepcalc/rules/{path.name}" for path in (ROOT / "rules").glob("*.toml")}
    assert written <= names


def test_installed_copy_finds_its_rules(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(place)
    code = "import stepcalc; print(stepcalc.__file__); print(stepcalc.diff('x**2*sin(x)').result)"
    where, result = _run(sys.executable, "-c", code, cwd=tmp_path, path=place).splitlines()
    assert Path(where).is_relative_to(place)
    assert "cos(x)" in result


def test_installed_command_works_from_elsewhere(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(place)
    told = _run(sys.executable, "-m", "stepcalc", "diff", "x**2*sin(x)", cwd=tmp_path, path=place)
    assert "Product rule" in told
    listed = _run(sys.executable, "-m", "stepcalc", "rules", cwd=tmp_path, path=place)
    assert "product" in listed


def test_wheel_names_its_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "stepcalc = stepcalc.cli.main:run" in archive.read(entry).decode()
