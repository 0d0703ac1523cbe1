"""``stepcalc sheet``: what people see, where files go, what is refused."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from stepcalc import __version__
from tests.cli.conftest import Run

SHEET = """
title = "A sheet"
fields = ["name", "date", "score"]
space = "2 lines"
seed = 5
[[section]]
title = "Rules"
instructions = "Differentiate, and name the rules that you use."
[[section.problem]]
diff = "x^2 sin x"
marks = 3
hint = true
[[section.problem]]
text = "After {t} seconds a ball is at the height {h = 20t - 5t^2}."
[[section.problem.part]]
diff = "20t - 5t^2"
text = "How fast is it? Differentiate {}."
marks = 2
[[section.problem.part]]
text = "When does it turn back?"
solution = "Where {20 - 10t = 0}: at {t = 2}."
marks = 1
[[section]]
title = "And more"
[[section.problem]]
limit = "sin(3x)/x"
to = 0
space = "2 cm grid"
[[section.problem]]
gradient = "x^2 y"
[[section.problem]]
taylor = "e^x"
order = 2
"""
SHOWN = {
    "sheet-problems": "sheet build sheet.toml",
    "sheet-answers": "sheet build sheet.toml --show answers",
    "sheet-solutions": "sheet build sheet.toml --show solutions",
    "sheet-faded": "sheet build sheet.toml --fade 1 --space none",
    "sheet-toml": "sheet build sheet.toml --format toml",
    "sheet-markdown": "sheet build sheet.toml --format markdown",
    "sheet-ascii": "sheet build sheet.toml --ascii --show problems,answers",
    "sheet-wrong-key": "sheet build wrong.toml",
    "sheet-wrong-expression": "sheet build unread.toml",
    "sheet-no-topics": "sheet make --count 3",
    "sheet-no-such-topic": "sheet make --topics produkt",
    "sheet-no-such-level": "sheet make --topics total --level 1",
    "sheet-odd-level": "sheet make --topics product --level two",
    "sheet-no-such-show": "sheet build sheet.toml --show hints",
    "sheet-no-such-format": "sheet build sheet.toml --format word",
    "sheet-no-such-ending": "sheet build sheet.toml -o sheet.docx",
}


@pytest.fixture(autouse=True)
def _files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    Path("sheet.toml").write_text(SHEET, encoding="utf-8")
    Path("wrong.toml").write_text(SHEET.replace("marks = 3", "mark = 3"), encoding="utf-8")
    Path("unread.toml").write_text(SHEET.replace("sin x", "sinn(x)"), encoding="utf-8")


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_of_sheets(name: str, run: Run, snapshot: Callable[[str, str], None]) -> None:
    line = SHOWN[name]
    outcome = run(*shlex.split(line), "--workers", "1")
    text = f"$ stepcalc {line}\n{outcome.out}"
    if outcome.err:
        text += f"(on standard error)\n{outcome.err}"
    text = text.replace(f"StepCalc {__version__}", "StepCalc VERSION")
    snapshot(name, f"{text}(exit status {outcome.status})\n")


def test_every_topic_is_listed_with_its_levels_and_an_example(run: Run) -> None:
    from stepcalc.sheets.topics import TOPICS

    lines = run("sheet", "topics").out.splitlines()
    for name, topic in TOPICS.items():
        (line,) = [line for line in lines if line.split()[:1] == [name]]
        assert str(topic.levels[0]) in line.split()[1]
        assert len(line.split()) > 2
    assert max(map(len, lines)) <= 80


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir() if path.name not in ("wrong.toml", "unread.toml"))


def test_a_list_of_what_to_show_makes_a_file_each(run: Run) -> None:
    outcome = run("sheet", "build", "sheet.toml", "-o", "out.txt", "--show", "problems,answers,solutions")
    assert (outcome.status, outcome.out, outcome.err) == (0, "", "")
    assert files() == ["out-answers.txt", "out-key.txt", "out.txt", "sheet.toml"]
    assert "Answer" not in Path("out.txt").read_text(encoding="utf-8")
    assert "A sheet, solutions" in Path("out-key.txt").read_text(encoding="utf-8")


def test_the_letter_of_the_version_stands_on_sheet_and_key(run: Run) -> None:
    line = "sheet make --topics product --level 2 --count 2 --versions 2 --show problems,solutions -o s.md"
    assert run(*shlex.split(line)).status == 0
    assert files() == ["s-A-key.md", "s-A.md", "s-B-key.md", "s-B.md", "sheet.toml"]
    for name in files()[:-1]:
        assert f"version {name[2]}" in Path(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["txt", "md", "ipynb", "tex", "html"])
def test_a_file_of_text_ends_with_its_line(run: Run, ending: str) -> None:
    assert run("sheet", "build", "sheet.toml", "-o", f"out.{ending}").status == 0
    assert Path(f"out.{ending}").read_bytes().endswith(b"\n")


def test_one_thing_to_show_keeps_the_name(run: Run) -> None:
    assert run("sheet", "build", "sheet.toml", "-o", "key.txt", "--show", "solutions").status == 0
    assert files() == ["key.txt", "sheet.toml"]


def test_no_file_is_written_if_one_of_them_is_there(run: Run) -> None:
    Path("out-key.txt").write_text("old")
    outcome = run("sheet", "build", "sheet.toml", "-o", "out.txt", "--show", "problems,solutions")
    assert outcome.status == 4
    assert "--force" in outcome.err
    assert files() == ["out-key.txt", "sheet.toml"]
    assert Path("out-key.txt").read_text() == "old"


def test_a_drawn_sheet_can_be_frozen_edited_and_redrawn(run: Run) -> None:
    make = "sheet make --topics product --level 2 --count 3 --seed 7"
    assert run(*shlex.split(f"{make} -o my.toml")).status == 0
    assert run("sheet", "build", "my.toml").out == run(*shlex.split(make)).out
    before = Path("my.toml").read_text(encoding="utf-8").splitlines()
    assert run(*shlex.split("sheet build my.toml --replace 2 -o my.toml --force")).status == 0
    after = Path("my.toml").read_text(encoding="utf-8").splitlines()
    changed = [place for place, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert len(changed) == 1
    assert before[changed[0]].startswith('diff = "')


def test_rules_are_included_and_excluded(run: Run) -> None:
    line = "sheet make --topics chain --level 2 --count 4 --include sin --format jsonl"
    rows = [json.loads(text) for text in run(*shlex.split(line)).out.splitlines()]
    assert len(rows) == 4
    assert all("sin" in row["rules"] for row in rows)
    rows = [
        json.loads(text) for text in run(*shlex.split(line.replace("include", "exclude"))).out.splitlines()
    ]
    assert all("sin" not in row["rules"] for row in rows)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--topics", ""), "Say which topics"),
        (("--topics", "product", "--level", "5-1"), "cannot be read"),
        (("--topics", "product", "--font-size", "nan"), "from 6 to 40"),
        (("--topics", "product", "--marks", "0.3"), "whole or half"),
        (("--topics", "product", "--exclude", "product"), "cannot be excluded"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(run: Run, options: tuple[str, ...], sentence: str) -> None:
    result = run("sheet", "make", *options)
    assert result.status == 2 and sentence in " ".join(result.err.split())


def test_a_topic_that_is_named_twice_is_one_section(run: Run) -> None:
    assert run("sheet", "make", "--topics", "product,product", "--count", "2").out.count("Product rule") == 1


def test_levels_go_up(run: Run) -> None:
    outcome = run(*shlex.split("sheet make --topics product --level 1-3 --count 6 --format jsonl"))
    assert [json.loads(text)["level"] for text in outcome.out.splitlines()] == [1, 1, 2, 2, 3, 3]


def test_a_missing_extra_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcalc.sheets.exports.find_spec", lambda _: None)
    outcome = run("sheet", "build", "sheet.toml", "-o", "deck.apkg")
    assert outcome.status == 4
    assert "stepcalc[anki]" in outcome.err
    assert files() == ["sheet.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of its own")
def test_a_bar_is_shown_where_someone_is_watching_and_an_interruption_leaves_nothing() -> None:
    parent, child = pty.openpty()
    surroundings = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "TERM": "xterm"}
    line = "sheet make --topics product --level 2 --count 400 --workers 2 -o many.jsonl"
    command = [sys.executable, "-m", "stepcalc", *shlex.split(line)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=child, env=surroundings)
    os.close(child)
    seen = bytearray()
    reading = Thread(target=_read_all, args=(parent, seen), daemon=True)
    reading.start()  # a terminal that is not read makes whoever writes to it wait
    limit = time.monotonic() + 60
    while b"Working problems" not in seen and time.monotonic() < limit:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    reading.join(timeout=5)
    os.close(parent)
    assert b"Working problems" in seen
    assert b"Traceback" not in seen
    assert files() == ["sheet.toml"]


def _read_all(terminal: int, seen: bytearray) -> None:
    """Read until the last process has closed the terminal."""
    try:
        while piece := os.read(terminal, 4096):
            seen.extend(piece)
    except OSError:
        return
