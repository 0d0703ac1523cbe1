"""``stepcalc backprop``: a network of layers, its gradient by the chain rule, and its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.answering import Telling, answer_all
from stepcalc.cli.shared import with_telling

if TYPE_CHECKING:
    from stepcalc.trace.derivation import Derivation

HELP = """Derive the gradient of a network by back-propagation, or train it.

Say how many units each layer has, the input first:

    stepcalc backprop --layers 1,2,1 --activation tanh

    stepcalc backprop --layers 1,2,1 --weight "W1[2,1]"        (one weight, along every branch)

    stepcalc backprop --layers 2,4,3 --activation tanh,softmax        (with cross-entropy)
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


@with_telling
def backprop(
    layers: Layers,
    activation: Activation = "tanh",
    cost: Cost = None,
    weight: Weight = None,
    *,
    told: Telling,
) -> int:
    """Derive the gradient of a network."""

    def derive(_: str) -> Derivation:
        from stepcalc.calculus.networks import backprop as derived

        return derived(layers, activation, cost, weight=weight, rulebook=told.rulebook)

    return answer_all("", told, derive, lambda _: None)
