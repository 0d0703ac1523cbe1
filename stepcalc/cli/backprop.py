"""``stepcalc backprop``: a network of layers, its gradient by the chain rule, and its training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import FAILED_CHECK, PICTURES, Telling, answer_all
from stepcalc.cli.output import write_answer, write_document, write_text
from stepcalc.cli.plotting import OnOption, PlotOption, is_drawn, refuse_idle
from stepcalc.cli.reports import answer_report
from stepcalc.cli.shared import with_telling
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.networks.training import Training
    from stepcalc.trace.derivation import Derivation

NO_ANSWER: Final = 1
TRAINING: Final = "Training"
UPDATES: Final = 200
"""How often the bar is drawn anew, at most."""

HELP = """Derive the gradient of a network by back-propagation, or train it.

Say how many units each layer has, the input first:

    stepcalc backprop --layers 1,2,1 --activation tanh

    stepcalc backprop --layers 2,4,3 --activation tanh,softmax

One weight along every branch; one example in numbers, beside differences; training:

    stepcalc backprop --layers 1,2,1 --weight "W1[2,1]"

    stepcalc backprop --layers 1,2,1 --input 0.5 --target 1

    stepcalc backprop --layers 1,5,1 --activation tanh,linear --train data.csv

The data have a row of names first, then the inputs in the first columns and the targets in the last.
"""

Layers = Annotated[
    str,
    typer.Option(
        "--layers", "-l", metavar="SIZES", rich_help_panel=options.ASKING, show_default=False,
        help="How many numbers each layer has, the input first: 1,2,1.",
    ),
]  # fmt: skip
Activation = Annotated[
    str,
    typer.Option(
        "--activation", metavar="NAMES", rich_help_panel=options.ASKING,
        help="tanh, sigmoid, relu, ..., linear, softmax; one for all layers, or tanh,linear for each its own.",
    ),
]  # fmt: skip
Cost = Annotated[
    Literal["squares", "cross-entropy"] | None,
    typer.Option(
        "--cost", rich_help_panel=options.ASKING, show_default=False,
        help="Σ (a − y)², or −Σ y ln a, which goes with softmax. Chosen by the last layer, if not given.",
    ),
]  # fmt: skip
Weight = Annotated[
    str | None,
    typer.Option(
        "--weight", metavar="WEIGHT", rich_help_panel=options.ASKING,
        help="One weight or bias, written out in full: W1[2,1] or b1[2].",
    ),
]  # fmt: skip


Input = Annotated[
    str | None,
    typer.Option(
        "--input", metavar="NUMBERS", rich_help_panel=options.ASKING, show_default=False,
        help="Work one example through in numbers: what goes in, 0.5 or 0.5,1.2. The weights are drawn by --seed.",
    ),
]  # fmt: skip
Target = Annotated[
    str | None,
    typer.Option(
        "--target", metavar="NUMBERS", rich_help_panel=options.ASKING, show_default=False,
        help="What should come out of that example.",
    ),
]  # fmt: skip
Train = Annotated[
    str | None,
    typer.Option(
        "--train", metavar="FILE", rich_help_panel=TRAINING, show_default=False,
        help="Train the network on this CSV file.",
    ),
]  # fmt: skip
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate", metavar="NUMBER", rich_help_panel=TRAINING, show_default="0.1",
        help="How far a step goes: each weight moves by minus this times its derivative.",
    ),
]  # fmt: skip
Epochs = Annotated[
    int | None,
    typer.Option(
        "--epochs", metavar="N", rich_help_panel=TRAINING, show_default="1000",
        help="How many times all examples are gone through.",
    ),
]  # fmt: skip
BatchSize = Annotated[
    int | None,
    typer.Option(
        "--batch", metavar="N", rich_help_panel=TRAINING, show_default="all",
        help="How many examples make a step.",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", metavar="N", min=0, rich_help_panel=TRAINING, show_default="0",
        help="Which random weights to begin with.",
    ),
]  # fmt: skip
Everything = Annotated[
    bool,
    typer.Option(
        "--all", rich_help_panel=options.TELLING, help="Show every epoch, or every entry of a large answer."
    ),
]


# Nothing is read but names of functions that the rules know, and the gradient keeps the form of its four equations.
@partial(with_telling, without=("function", "letter", "prefer", "form", "no_tidy"))
def backprop(
    layers: Layers,
    activation: Activation = "tanh",
    cost: Cost = None,
    weight: Weight = None,
    input_: Input = None,
    target: Target = None,
    train: Train = None,
    rate: Rate = None,
    epochs: Epochs = None,
    batch: BatchSize = None,
    seed: Seed = None,
    everything: Everything = False,
    plot: PlotOption = False,
    on: OnOption = None,
    *,
    told: Telling,
) -> int:
    """Derive the gradient of a network, or train it."""
    told = replace(told, everything=everything)
    _need_one_way({"--weight": weight, "--input": input_, "--train": train})
    if (input_ is None) != (target is None):
        raise UsageError(say("worked-both"), code="worked-both")
    about_training = {
        "--rate": rate,
        "--epochs": epochs,
        "--batch": batch,
        "--on": on,
        "--plot": plot or None,
    }
    if train is None:
        refuse_idle(about_training, "needs-train")
    if train is None and input_ is None:
        refuse_idle({"--seed": seed}, "needs-numbers")
    else:
        refuse_idle({"--upto": told.upto, "--hint": told.hint or None}, "steps-of-derivation")
    if input_ is not None and target is not None:
        from stepcalc.calculus.networks.network import network

        values = [_numbers(text, name) for text, name in ((input_, "--input"), (target, "--target"))]
        start = network(layers, activation, cost, seed=seed or 0, rulebook=told.rulebook)
        return answer_report(start.worked(*values), told, plot=False)
    if train is None:

        def derive(_: str) -> Derivation:
            from stepcalc.calculus.networks import backprop as derived

            return derived(layers, activation, cost, weight=weight, rulebook=told.rulebook)

        return answer_all("", told, derive, lambda _: None)
    drawn = is_drawn(plot, told.to, {"--on": on})
    from stepcalc.calculus.networks.network import network

    start = network(layers, activation, cost, seed=seed or 0, rulebook=told.rulebook)
    count = 1000 if epochs is None else epochs
    with _progress(count) as report:
        found = start.train(
            train, rate=0.1 if rate is None else rate, epochs=count, batch=batch, progress=report
        )
    return _answer(found, told, drawn, on)


def _need_one_way(ways: Mapping[str, str | None]) -> None:
    """Refuse more than one of the options that ask for different things."""
    given = [name for name, value in ways.items() if value is not None]
    if len(given) > 1:
        raise UsageError(say("network-ways", first=given[0], second=given[1]), code="network-ways")


def _numbers(text: str, option: str) -> list[float]:
    """Numbers with commas between."""
    found = []
    for part in text.split(","):
        try:
            found.append(float(part))
        except ValueError:
            raise UsageError(
                say("worked-number", text=part.strip(), option=option), code="worked-number"
            ) from None
    return found


@contextmanager
def _progress(epochs: int) -> Iterator[Callable[[int, float], None]]:
    """A bar on standard error, which is gone when the work is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(say("training-bar")), BarColumn(), TextColumn("{task.completed:,.0f}/{task.total:,.0f}"),
        TextColumn("C = {task.fields[cost]}"), TimeRemainingColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=epochs, cost="…")
        every = max(1, epochs // UPDATES)

        def report(epoch: int, cost: float) -> None:
            if epoch % every == 0 or epoch == epochs:
                bar.update(task, completed=epoch, cost=f"{cost:.4g}")

        yield report


def _answer(found: Training, told: Telling, drawn: bool, on: str | None) -> int:
    """The training told and written; one that diverged has status 1."""
    from stepcalc.render.formats import FORMATS
    from stepcalc.render.presentation import Presentation
    from stepcalc.render.reports import build_report

    verification = found.verify() if told.check else None
    status = NO_ANSWER if found.failure else 0
    if verification is not None and verification.status == "failed":
        status = FAILED_CHECK
    functions = found.rulebook.functions
    if told.to.format == "json":
        write_text(found.to_json(), told.to)
    elif told.quiet and told.to.format not in PICTURES:
        if found.failure:
            raise NotDerivableError(found.failure, code="training-diverged")
        write_answer(found.answer, functions, told.to)
    else:
        chosen = FORMATS[told.to.format]
        presentation = Presentation(
            told.style, told.detail, told.notation, everything=told.everything, folds=chosen.folds
        )
        document = build_report(found, presentation, verification=verification)
        if drawn:
            from stepcalc.render.training import figures

            shown = figures(found, on)
            shown = shown[:1] if told.to.format in PICTURES else shown
            before = () if told.to.format in PICTURES else document.blocks
            document = replace(document, blocks=(*before, *shown))
        write_document(document, functions, told.to)
    return status
