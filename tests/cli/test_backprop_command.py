"""``stepcalc backprop``: what is shown, formats, training from a file, and errors."""

from __future__ import annotations

import json
import shlex
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from stepcalc import Derivation
from tests.cli.conftest import Run

SINE = Path(__file__).parent.parent.parent / "examples" / "sine.csv"
SCHEMA = json.loads((files("stepcalc.trace") / "schema.json").read_text(encoding="utf-8"))

SHOWN = {
    "backprop": "backprop --layers 1,2,1 --activation tanh",
    "backprop-brief": "backprop --layers 1,2,1 --activation tanh --detail brief",
    "backprop-chain": "backprop --layers 2,3,1 --activation relu,linear --style chain",
    "backprop-ascii": "backprop --layers 1,2,1 --activation tanh --ascii --style chain",
    "backprop-softmax": "backprop --layers 2,3 --activation softmax",
    "backprop-large": "backprop --layers 3,40,40,2 --activation tanh,tanh,sigmoid --detail brief",
    "backprop-weight": 'backprop --layers 1,2,1 --weight "W1[2,1]"',
    "backprop-weight-branches": 'backprop --layers 1,1,2,1 --activation sin --weight "W1[1,1]" --style chain',
    "backprop-numbers": "backprop --layers 1,2,1 --input 0.5 --target 1",
    "backprop-numbers-alone": "backprop --layers 1,2,1 --input 0.5",
    "backprop-numbers-text": "backprop --layers 1,2,1 --input half --target 1",
    "backprop-hint": "backprop --layers 1,2,1 --upto 5 --hint",
    "backprop-train": "backprop --layers 1,5,1 --activation tanh,linear --train sine.csv --epochs 300",
    "backprop-train-plot": "backprop --layers 1,5,1 --activation tanh,linear --train sine.csv --epochs 300 "
    "--detail brief --plot",
    "backprop-diverged": "backprop --layers 1,20,1 --activation tanh,linear --train sine.csv --rate 30",
    "backprop-out-of-reach": "backprop --layers 1,2,1 --activation sigmoid --train sine.csv --epochs 3 "
    "--detail brief",
    "backprop-no-activation": "backprop --layers 1,2,1 --activation tangent",
    "backprop-no-layers": "backprop --layers 1,two,1",
    "backprop-columns": "backprop --layers 2,2,1 --train sine.csv",
    "backprop-rate-alone": "backprop --layers 1,2,1 --rate 0.1",
    "backprop-rate-of-numbers": "backprop --layers 1,2,1 --input 0.5 --target 1 --rate 0.1",
    "backprop-range-alone": "backprop --layers 1,2,1 --train sine.csv --on 0,1",
    "backprop-seed-alone": "backprop --layers 1,2,1 --seed 3",
    "backprop-two-ways": "backprop --layers 1,2,1 --weight b1[1] --train sine.csv",
    "backprop-hint-of-training": "backprop --layers 1,2,1 --train sine.csv --hint",
    "backprop-long-answer": "backprop --layers 40,40,40,40 --no-verify -q",
    "backprop-all": "backprop --layers 2,3,2 --activation tanh,linear --all --style chain",
    "backprop-no-weight": 'backprop --layers 1,2,1 --weight "W1[1,2]"',
}


@pytest.fixture(autouse=True)
def _data(tmp_path: Path) -> None:
    """The data beside the command line."""
    (tmp_path / "sine.csv").write_bytes(SINE.read_bytes())


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown(
    name: str, run: Run, snapshot: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    outcome = run(*shlex.split(SHOWN[name]))
    text = f"$ stepcalc {SHOWN[name]}\n{outcome.out}"
    if outcome.err:
        text += f"(on standard error)\n{outcome.err}"
    assert all(len(line) <= 80 for line in outcome.out.splitlines())
    snapshot(name, f"{text}(exit status {outcome.status})\n")


@pytest.mark.parametrize("ending", ["txt", "md", "html", "tex", "ipynb", "pdf"])
@pytest.mark.parametrize("more", ["", "--train sine.csv --epochs 5 --plot"])
def test_every_page_format(ending: str, more: str, run: Run) -> None:
    line = f"backprop --layers 1,2,1 --activation tanh,linear -o net.{ending} {more}"
    outcome = run(*shlex.split(line))
    assert outcome.status == 0, outcome.err
    content = Path(f"net.{ending}").read_bytes()
    assert len(content) > 1000
    if ending in ("md", "tex"):
        assert rb"\delta^{(2)}" in content and rb"\circ" in content


def test_the_network_alone_is_a_picture(run: Run) -> None:
    assert run("backprop", "--layers", "2,9,3", "-o", "net.svg").status == 0
    root = ElementTree.fromstring(Path("net.svg").read_bytes())
    circles = [each for each in root if each.tag.endswith("circle")]
    assert len(circles) == 2 + 3 + 3 + 1  # of nine units the first two and the last
    outcome = run("backprop", "--layers", "2,9,3", "-o", "net.png")
    assert outcome.status == 2 and "SVG" in outcome.err


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_fitted_curve_is_a_picture(ending: str, run: Run) -> None:
    line = f"backprop --layers 1,3,1 --activation tanh,linear --train sine.csv --epochs 5 -o fit.{ending}"
    assert run(*shlex.split(line)).status == 0
    content = Path(f"fit.{ending}").read_bytes()
    assert content.startswith(b"<svg" if ending == "svg" else b"\x89PNG")
    if ending == "svg":
        assert b"before training" in content or b"41 points of data" in content


def test_json_reads_back_and_has_its_schema(run: Run) -> None:
    outcome = run("backprop", "--layers", "2,2,2", "--activation", "tanh,softmax", "--json")
    jsonschema.validate(json.loads(outcome.out), SCHEMA)
    assert Derivation.from_json(outcome.out).question.kind == "backprop"


def test_training_as_json_has_costs_and_weights(run: Run) -> None:
    outcome = run(*shlex.split("backprop --layers 1,2,1 --train sine.csv --epochs 4 --json --seed 3"))
    jsonschema.validate(json.loads(outcome.out), SCHEMA)
    found = json.loads(outcome.out)["training"]
    assert len(found["costs"]) == 5 and found["seed"] == 3 and found["costs"][4] < found["costs"][0]


def test_an_example_in_numbers_as_json(run: Run) -> None:
    outcome = run(*shlex.split("backprop --layers 1,2,1 --input 0.5 --target 1 --json"))
    jsonschema.validate(json.loads(outcome.out), SCHEMA)
    found = json.loads(outcome.out)["worked"]
    assert found["values"]["a^(0)"] == [0.5] and len(found["gradient"]["W1"]) == 2


def test_the_answer_alone_is_the_last_cost(run: Run) -> None:
    outcome = run(*shlex.split("backprop --layers 1,2,1 --train sine.csv --epochs 4 -q"))
    assert 0 < float(outcome.out) < 2


def test_diverging_training_has_status_one(run: Run) -> None:
    line = "backprop --layers 1,20,1 --activation tanh,linear --train sine.csv --rate 30"
    assert run(*shlex.split(line)).status == 1
    quiet = run(*shlex.split(line), "-q")
    assert quiet.status == 1 and "smaller rate" in quiet.err and not quiet.out


def test_the_bar_is_not_on_standard_output(run: Run) -> None:
    outcome = run(*shlex.split("backprop --layers 1,2,1 --train sine.csv --epochs 50 -q"))
    assert len(outcome.out.splitlines()) == 1


OF_OTHERS = ("--function", "--letter", "--prefer", "--form", "--no-tidy")


def test_options_that_would_do_nothing_are_not_there(run: Run) -> None:
    shown = run("backprop", "--help").out
    assert not [option for option in OF_OTHERS if f"{option} " in shown]
    assert run("backprop", "--layers", "1,2,1", "--form", "raw").status == 2


def test_all_entries_of_a_very_long_gradient_are_not_written_out(run: Run) -> None:
    outcome = run(*shlex.split("backprop --layers 20,20,20,1 --all --no-verify"))
    assert outcome.status == 0 and "fill many pages" in outcome.out and len(outcome.out) < 10_000


def test_functions_of_own_cards_are_activations(run: Run, tmp_path: Path) -> None:
    card = '[bump]\nname = "Bump"\ndefine = "bump(u) = exp(-u**2)"\nlaw = "D(bump(u)) = -2*u*bump(u)*D(u)"\n'
    (tmp_path / "mine.toml").write_text(card, encoding="utf-8")
    line = "backprop --layers 1,3,1 --activation bump,linear --rules mine.toml"
    assert "bump′" in run(*shlex.split(line)).out
    trained = run(*shlex.split(line + " --train sine.csv --epochs 5 -q"))
    assert trained.status == 0, trained.err
