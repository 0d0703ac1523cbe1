"""Back-propagation: a network of layers, its cost, and the gradient by the multivariate chain rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from stepcalc.calculus.working import Working
from stepcalc.errors import LimitError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, letters_of, relation
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.networks import (
    COST,
    CROSS_ENTROPY,
    IDENTITY,
    SQUARES,
    Shape,
    at_layer,
    entries,
    equations_of,
    lettered,
    network_form,
    unit,
)
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome

MOST_LAYERS: Final = 20
MOST_PARAMETERS: Final = 20_000
"""Of a larger network the derivation would hold too many entries; it can be trained all the same."""

MOST_BETWEEN: Final = 80
"""Between one weight and the cost there are no more values than this, whose branches are written out."""

COSTS: Final = (SQUARES, CROSS_ENTROPY)
PREFERRED: Final = ("tanh",)
"""The law of tanh that says its slope by its value."""

_WEIGHT: Final = re.compile(
    r"\s*([Ww]|[Bb])\s*\^?\(?\s*([0-9]+)\s*\)?\s*(?:\[\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\]|_([0-9])([0-9])?)\s*"
)


def backprop(
    layers: Sequence[int] | str,
    activation: str | Sequence[str] = "tanh",
    cost: str | None = None,
    *,
    weight: str | None = None,
    rulebook: Rulebook | None = None,
) -> Derivation:
    """The gradient of a network's cost by back-propagation, with every step that leads to it.

    Args:
        layers: How many numbers each layer has, the input first: ``[1, 2, 1]`` or ``"1,2,1"``.
        activation: A function of one letter from the rulebook (``"tanh"``, ``"sigmoid"``, ``"relu"``, ...),
            ``"linear"``, or ``"softmax"`` for the last layer; one for all layers, or one for each.
        cost: ``"squares"``, Σ (a − y)², or ``"cross-entropy"``, −Σ y ln a, which goes with softmax and is then
            the default.
        weight: One weight or bias, ``"W1[2,1]"`` or ``"b1[2]"``: row 2, column 1 of layer 1. Its derivative alone
            is found then, along every branch from the cost down to it.
        rulebook: The rules.

    Returns:
        The derivation. Its result is the gradient as a column, shape (weights and biases, 1), layer by layer,
        each matrix row by row and then the biases, in the values a of the forward pass, the weights and y. With
        ``weight`` it is a single expression.

    Raises:
        UsageError: The layers, the activation or the cost are not known or do not go together, or there is no
            such weight.
        LimitError: There are too many weights to write out.

    Examples:
        >>> found = backprop([1, 2, 1], "tanh")
        >>> found.result.shape, found.verify().status
        ((7, 1), 'checked')
        >>> [step.rule.name for step in found.steps][-2:]
        ['Gradient of the weights', 'Gradient of the biases']
    """
    book = rulebook or default_book()
    shape = shape_from(layers, activation, cost, book)
    if shape.count() > MOST_PARAMETERS:
        raise LimitError(
            say("network-large", count=f"{shape.count():,}", most=f"{MOST_PARAMETERS:,}"),
            code="network-large",
        )
    working = Working(book, PREFERRED, "raw")
    if weight is not None:
        return _of_weight(shape, _place(weight, shape), working)
    step = working.solve(call("backprop", COST, network_form(shape), *shape.parameters()))
    question = Question("backprop", COST, shape.parameters(), (), "", ())
    return working.finished(question, [step], outcome(step))


def shape_from(
    layers: Sequence[int] | str, activation: str | Sequence[str], cost: str | None, book: Rulebook
) -> Shape:
    """A network as it was asked for, checked.

    Raises:
        UsageError: Something does not fit.
    """
    sizes = _sizes(layers)
    names = _activations(activation, len(sizes) - 1, book)
    if cost is None:
        cost = CROSS_ENTROPY if names[-1] == "softmax" else SQUARES
    if cost not in COSTS:
        raise UsageError(say("cost-unknown", cost=cost, known=", ".join(COSTS)), code="cost-unknown")
    if "softmax" in names[:-1]:
        raise UsageError(say("softmax-inside"), code="softmax-inside")
    if (names[-1] == "softmax") != (cost == CROSS_ENTROPY):
        raise UsageError(say("softmax-cost", cost=cost, activation=names[-1]), code="softmax-cost")
    if names[-1] == "softmax" and sizes[-1] < 2:
        raise UsageError(say("softmax-single"), code="softmax-single")
    return Shape(sizes, names, cost)


def _sizes(layers: Sequence[int] | str) -> tuple[int, ...]:
    parts: Sequence[Any] = re.split(r"[\s,]+", layers.strip()) if isinstance(layers, str) else list(layers)
    sizes = []
    for part in parts:
        whole = str(part).strip()
        if not re.fullmatch(r"[0-9]{1,6}", whole) or int(whole) < 1:
            raise UsageError(say("layers-unreadable", part=whole), code="layers-unreadable")
        sizes.append(int(whole))
    if not 2 <= len(sizes) <= MOST_LAYERS:
        raise UsageError(say("layers-few", count=len(sizes), most=MOST_LAYERS), code="layers-few")
    return tuple(sizes)


def _activations(given: str | Sequence[str], count: int, book: Rulebook) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else list(given)
    names = [_activation(part.strip(), book) for part in parts]
    if len(names) == 1:
        names *= count
    if len(names) != count:
        raise UsageError(
            say(
                "activations-count", given=len(names), count=count, layers="layer" if count == 1 else "layers"
            ),
            code="activations-count",
        )
    return tuple(names)


def _activation(name: str, book: Rulebook) -> str:
    if name in ("softmax", IDENTITY):
        return name
    if name in ("identity", "none"):
        return IDENTITY
    entry = book.functions.get(name)
    known = {alias: key for key, item in book.functions.items() for alias in item.aliases}
    found = name if entry is not None else known.get(name, known.get(name.lower(), name.lower()))
    entry = book.functions.get(found)
    if entry is None or 1 not in entry.arities or not book.candidates(found):
        raise UsageError(
            say("activation-unknown", name=name, known="tanh, sigmoid, relu, softplus, linear, softmax"),
            code="activation-unknown",
        )
    return found


def _place(text: str, shape: Shape) -> Form:
    """The letter of the weight or bias that a text names."""
    match = _WEIGHT.fullmatch(text)
    if match is None:
        raise UsageError(say("weight-unreadable", text=text), code="weight-unreadable")
    base = "W" if match[1] in "Ww" else "b"
    places = [int(each) for each in (match[3] or match[5], match[4] or match[6]) if each]
    layer = int(match[2])
    if not 1 <= layer <= shape.depth or len(places) != (2 if base == "W" else 1):
        raise UsageError(
            say("weight-layer", text=text.strip(), depth=shape.depth, example="W1[2,1]", bias="b1[2]"),
            code="weight-layer",
        )
    whole = at_layer(base, layer)
    rows, columns = shape.extent(whole)
    if not (1 <= places[0] <= rows and 1 <= (places[1] if len(places) > 1 else 1) <= columns):
        raise UsageError(
            say("weight-place", text=text.strip(), name=f"{base}{layer}", rows=rows, columns=columns),
            code="weight-place",
        )
    return unit(whole, *places)


def _of_weight(shape: Shape, weight: Form, working: Working) -> Derivation:
    """The derivative by one weight, along every branch from the cost."""
    values = lettered(shape)
    moving = {weight}
    equations = []
    subject = COST
    for whole, body in equations_of(network_form(shape)).items():
        for (name,), (written,) in zip(values[whole], entries(body, values), strict=True):
            if letters_of(written) & moving:  # What the weight does not reach stays a letter, held fixed.
                moving.add(name)
                equations.append(relation("=", name, written))
                subject = written
    if len(equations) > MOST_BETWEEN:
        raise LimitError(
            say("network-branches", name=weight.name, count=len(equations), most=MOST_BETWEEN),
            code="network-branches",
        )
    wanted = call("branches", subject, weight, *equations)
    step = working.solve(wanted)
    held = tuple(sorted(letters_of(subject, *equations) - moving, key=lambda item: item.name))
    question = Question("weight", subject, (weight,), held, "", ())
    return working.finished(question, [step], outcome(step))
