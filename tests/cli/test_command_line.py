"""The command line: statuses, streams, files, batches, defaults."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stepcalc import Derivation
from stepcalc.errors import UsageError
from stepcalc.render.files import write_whole
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]


def outside(*args: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a process of its own."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}
    return subprocess.run(
        [sys.executable, "-m", "stepcalc", *args], cwd=cwd, env=surroundings, capture_output=True, check=False
    )


# statuses and streams


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["diff", "x^2", "-q"], 0),
        (["diff", "dirac(x)", "-q"], 1),
        (["diff", "x**2*sin(x", "-q"], 2),
        (["diff", "x*y"], 2),
        (["diff"], 2),
        (["diff", "x", "y"], 2),
        (["diff", "x", "--style", "circle"], 2),
        (["diff", "x", "--no-such-option"], 2),
        (["rules", "no_such_rule"], 2),
        (["--version"], 0),
        (["--help"], 0),
        (["diff", "--help"], 0),
    ],
)
def test_exit_status(args: list[str], status: int, run: Run) -> None:
    assert run(*args).status == status


def test_answer_is_on_standard_output_and_notes_are_not(run: Run) -> None:
    outcome = run("diff", "a x^2 + b x + c", "--quiet")
    assert outcome.out == "2ax + b\n"
    assert "held fixed" in outcome.err


def test_errors_are_on_standard_error(run: Run) -> None:
    outcome = run("diff", "sinn(2x)")
    assert outcome.out == ""
    assert "Did you mean" in outcome.err


@pytest.mark.parametrize(
    "expression", ["-x^2", "-a*x^2", "-2x", "-n^2", "-(x)^2", "--2x", "-sin(x)", "-q(x)"]
)
def test_expression_may_begin_with_a_minus(expression: str, run: Run) -> None:
    letter = "n" if expression == "-n^2" else "x"
    outcome = run("diff", expression, "--wrt", letter, "--quiet", "--function", "q")
    assert outcome.status == 0, outcome.err
    assert outcome.out.strip()


def test_options_may_be_glued_to_their_values_where_there_is_an_expression(run: Run) -> None:
    assert run("diff", "-n2", "x^3", "-q").out == "6x\n"


def test_negative_point(run: Run) -> None:
    assert "f(−1) = 1" in run("diff", "x^2", "--at", "-1").out


def test_failed_check_is_shown_and_sets_the_status(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from stepcalc.trace.verification import Verification

    def failing(derivation: Derivation, *, points: int = 8) -> Verification:
        outcomes = dict.fromkeys(derivation.steps, "failed")
        return Verification("failed", points, ("It does not add up.",), outcomes)

    monkeypatch.setattr("stepcalc.trace.verification.verify", failing)
    outcome = run("diff", "x^2 sin(x)")
    assert outcome.status == 3
    assert "failed its check" in outcome.out
    assert "Answer" in outcome.out


# JSON


def test_json_is_a_derivation_that_reads_back(run: Run) -> None:
    outcome = run("diff", "x^2 sin x", "--json")
    derivation = Derivation.from_json(outcome.out)
    assert str(derivation.result) == "x*(x*cos(x) + 2*sin(x))"


@pytest.mark.parametrize("args", [("x**2*sin(x",), ("x", "--style", "circle"), ()])
def test_json_errors_are_json(args: tuple[str, ...], run: Run) -> None:
    outcome = run("diff", *args, "--json")
    error = json.loads(outcome.err)["error"]
    assert outcome.status == 2
    assert set(error) >= {"code", "message", "start", "end", "suggestion"}


# batches


def test_batch_goes_on_past_bad_lines_and_keeps_the_worst_status(run: Run) -> None:
    outcome = run("diff", "-", "-q", stdin="x^2\n\n# a remark\nsin(\nx^3\n")
    assert outcome.out.splitlines() == ["2x", "", "3x²"]
    assert outcome.err.startswith("line 4: ")
    assert outcome.status == 2


def test_a_batch_is_not_written_as_pages(run: Run) -> None:
    outcome = run("diff", "-", "--format", "html", stdin="x^2\n")
    assert outcome.status == 2
    assert "markdown" in outcome.err


def test_batch_with_json_is_one_line_for_each_expression(run: Run) -> None:
    outcome = run("diff", "-", "--json", stdin="x^2\nsin(\n")
    assert json.loads(outcome.out)
    assert json.loads(outcome.err)["error"]["line"] == 2


# files


def test_output_is_written_whole_and_not_overwritten_unasked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    assert run("diff", "x^2", "-o", str(file)).status == 0
    assert "Answer" in file.read_text(encoding="utf-8")
    refused = run("diff", "x^3", "-o", str(file))
    assert refused.status == 4
    assert "--force" in refused.err
    assert run("diff", "x^3", "-o", str(file), "--force").status == 0
    assert "3x²" in file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["answer.txt"]


def test_file_stays_as_it_was_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("old")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_room)
    with pytest.raises(UsageError, match="No space left"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.txt"]


@pytest.mark.parametrize(
    ("ending", "start"),
    [
        ("tex", "\\documentclass"),
        ("md", "### "),
        ("html", "<!doctype html>"),
        ("json", "{"),
        ("txt", "  "),
    ],
)
def test_ending_chooses_the_format(ending: str, start: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / f"lesson.{ending}"
    assert run("diff", "x^2 sin(x)", "-o", str(file)).status == 0
    assert file.read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    ("format", "start"),
    [
        ("text", "2x"),
        ("latex", "2x"),
        ("markdown", "$2x$"),
        ("html", "<!doctype html>"),
        ("tex", "\\document"),
    ],
)
def test_the_answer_alone_is_written_in_every_format(format: str, start: str, run: Run) -> None:
    outcome = run("diff", "x^2", "--quiet", "--format", format)
    assert outcome.status == 0
    assert outcome.out.startswith(start)
    assert "Power rule" not in outcome.out


def test_unknown_ending_says_which_there_are(run: Run) -> None:
    outcome = run("diff", "x", "-o", "lesson.doc")
    assert outcome.status == 2
    assert ".html" in outcome.err


# defaults


def test_defaults_come_from_user_folder_environment_and_options_in_rising_order(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    personal = tmp_path / "config" / "stepcalc" / "stepcalc.toml"
    personal.parent.mkdir(parents=True)
    personal.write_text("quiet = true\nascii = true\n")
    assert run("diff", "x^3").out == "3x^2\n"
    Path("stepcalc.toml").write_text("ascii = false\n")
    assert run("diff", "x^3").out == "3x²\n"
    monkeypatch.setenv("STEPCALC_ORDER", "2")
    assert run("diff", "x^3").out == "6x\n"
    assert run("diff", "x^3", "--order", "3").out == "6\n"


def test_table_of_a_command_goes_before_the_whole_file(run: Run) -> None:
    Path("stepcalc.toml").write_text("order = 2\n[diff]\norder = 3\nquiet = true\n")
    assert run("diff", "x^3").out == "6\n"


def test_wrong_key_in_a_file_is_named_with_its_line(run: Run) -> None:
    Path("stepcalc.toml").write_text('quiet = true\nstile = "chain"\n')
    outcome = run("diff", "x^3")
    assert outcome.status == 2
    assert "line 2" in outcome.err
    assert "style" in outcome.err


def test_file_that_is_not_toml_is_named(run: Run) -> None:
    Path("stepcalc.toml").write_text("quiet = \n")
    outcome = run("diff", "x^3")
    assert outcome.status == 2
    assert "stepcalc.toml" in outcome.err


# processes


def test_help_and_version_do_not_load_sympy() -> None:
    code = (
        "import sys; from stepcalc.cli.main import main\n"
        "for args in (['--help'], ['--version'], ['diff', '--help'], ['rules', '--help']): main(args)\n"
        "assert 'sympy' not in sys.modules and 'mpmath' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_plain_output_does_not_load_rich() -> None:
    code = (
        "import sys; from stepcalc.cli.main import main\n"
        "main(['diff', 'x**2*sin(x)'])\n"
        "assert 'rich' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_process_has_the_status_and_all_of_the_output() -> None:
    done = outside("diff", "x**2*sin(x)")
    assert done.returncode == 0
    assert "Answer" in done.stdout.decode()
    assert outside("diff", "x*y").returncode == 2


def test_output_without_the_characters_gets_ascii() -> None:
    done = outside("diff", "x**2*sin(x)", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"x^2" in done.stdout
    assert b"?" not in done.stdout


@pytest.mark.parametrize("line", ["rules", f"diff '{'sin(' * 99}x{')' * 99}' --detail full"])
def test_broken_pipe_is_no_error(line: str) -> None:
    command = f'{sys.executable} -m stepcalc {line} | head -c 10; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stderr == b""


def test_interrupt_ends_with_130() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "stepcalc", "diff", "-", "-q"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )  # fmt: skip
    assert process.stdin and process.stdout
    process.stdin.write(b"x^2\n")
    process.stdin.flush()
    answered, _, _ = select.select([process.stdout], [], [], 20)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert answered
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_colour_is_forced_and_forbidden_by_the_usual_variables() -> None:
    coloured = outside("diff", "x**2*sin(x)", FORCE_COLOR="1", TERM="xterm-256color").stdout
    assert b"\x1b[" in coloured
    plain = outside("diff", "x**2*sin(x)", NO_COLOR="1").stdout
    assert b"\x1b[" not in plain


# the rule book


def test_rules_lists_every_card(run: Run) -> None:
    from stepcalc.rulebook.book import default_book

    listed = run("rules").out
    assert all(card_id in listed for card_id in default_book().ids)


def test_rules_check_names_file_and_line_of_a_wrong_law(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text('# my own\n\n[sin]\nname = "Sine"\nlaw = "D(sin(u)) = -cos(u)*D(u)"\n')
    outcome = run("rules", "--check", "--rules", str(mine))
    assert outcome.status == 1
    assert f"{mine}, line 5" in outcome.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", "x^2", "sin", "x"), 'Put the expression in quotes: stepcalc diff "x^2 sin x"'),
        (("diff", "x^2", "--ordr", "2"), "No such option: --ordr"),
        (("limit", "x^2", "--prefer", "product"), "No such option: --prefer"),
        (("x^2",), 'stepcalc diff "x^2"'),
        (("diff", "x", "--order", "0"), "The order must be a whole number, 1 or more."),
        (("diff", "x y", "--wrt", "xy"), "xy is not a letter of the expression; its letters are x and y."),
        (("diff", "x", "--prefer", "foo"), 'There is nothing called "foo" to prefer.'),
        (("diff", "x^2+y^2=25"), 'stepcalc implicit "x^2+y^2=25"'),
        (("rules", "ln"), "Did you mean log?"),
    ],
)
def test_command_line_that_is_not_understood_is_answered_with_what_was_meant(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    outcome = run(*words)
    assert said in outcome.err
    assert outcome.status == 2
