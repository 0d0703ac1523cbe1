"""Slopes told: the secants in a table, the tangent by the rules, and the errors of differences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from stepcalc.messages import say
from stepcalc.notation.arithmetic import raised
from stepcalc.notation.forms import ZERO, Form, add, call, derived, number, numeral, subtract
from stepcalc.render import wording
from stepcalc.render.builder import parts
from stepcalc.render.document import (
    Block,
    Document,
    Equation,
    Formula,
    Heading,
    Prose,
    StepHead,
    Table,
    Words,
    words,
)
from stepcalc.render.presentation import Presentation
from stepcalc.rulebook.differences import quotient_of
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.calculus.slope import DifferenceError, Slope
    from stepcalc.trace.verification import Verification


def slope_document(
    found: Slope, told: Presentation | None = None, verification: Verification | None = None
) -> Document:
    """The tables of :func:`stepcalc.slope` as a document, with the steps that lead to the tangent's slope.

    Args:
        found: What is told.
        told: How the steps are told; ``"brief"`` leaves out those of the tangent's slope. With ``upto`` or
            ``hint`` the steps go as far as that, and what they lead to is not said.
        verification: The outcome of checking, which is stated if given.
    """
    manner = told or Presentation()
    return Document(tuple(_blocks(found, manner, verification)), notation=manner.notation or "leibniz")


def _blocks(found: Slope, told: Presentation, verification: Verification | None) -> Iterator[Block]:
    question = found.derivation.question
    for note in question.notes:
        yield Prose(words(note), role="note")
    variable, point = question.letters[0], found.at.values[0]
    yield Heading(
        (
            Words(say("slope-of"), "strong"), Formula(question.form), Words(say("slope-at")),
            Formula(variable), Words(" = "), Formula(point),
        )
    )  # fmt: skip
    part = told.upto is not None or told.hint
    if not part:
        yield from _secants(found)
    whole = replace(told, upto=None, hint=False, style="steps" if part else told.style)
    steps = list(parts(found.derivation, whole).working)
    own = sum(isinstance(block, StepHead) for block in steps)
    last = told.upto if told.upto is not None else 0
    if part and (last < own or not found.errors):
        yield from parts(found.derivation, told).working
        return
    if part or told.detail != "brief":
        yield Prose(words(say("slope-by-rules")))
        yield from steps
    yield Prose((Words(say("slope-tangent"), "strong"), Formula(found.at.derivative), Words(".")))
    if found.errors:
        yield from _errors(found, told, own if part or told.detail != "brief" else 0)
    if verification is not None and not part:
        yield Prose(wording.checked(verification, ()), role="note")


def _secants(found: Slope) -> Iterator[Block]:
    """The secants in a table."""
    yield Prose((Words(say("slope-secant") + " "), Formula(_secant(found)), Words(".")))
    rows = tuple(
        (words(_decimal(float(row.run))), words(_decimal(row.secant)), words(_small(row.apart)))
        for row in found.rows
    )
    yield Table((say("slope-h"), say("slope-slope"), say("slope-apart")), rows)


def _secant(found: Slope) -> Form:
    from stepcalc.notation.forms import letter

    question = found.derivation.question
    variable = question.letters[0]
    run = letter("h" if variable.name != "h" else "k")
    return quotient_of(variable, question.form, found.at.values[0], run)


def _errors(found: Slope, told: Presentation, place: int) -> Iterator[Block]:
    """The errors of both differences by Taylor's series, as far as asked for, then as they come out."""
    part = told.upto is not None or told.hint
    last = told.upto if told.upto is not None else 0
    begun = False
    for error in found.errors:
        for step in (*error.step.substeps, error.step):
            if step.card.id == "taylor" and begun:
                continue  # the series ahead serves both
            begun = True
            place += 1
            if part and place > last:
                yield from _hint(_title(step), step.card.say) if told.hint else ()
                return
            yield from _series_step(place, step, error.step)
        yield _order_of(error)
    off = found.derivation.rulebook.card("round_off")
    if part and place >= last:
        yield from _hint(off.name, off.say) if told.hint else ()
        return
    yield StepHead(place + 1, off.name, law=off.show)
    yield Prose(words(off.say), role="note", depth=1)
    yield from _in_double_precision(found)
    if told.hint:
        yield Prose(words(say("no-more-steps")))


def _hint(name: str, remark: str) -> Iterator[Block]:
    yield Prose((Words(say("next-rule")), Words(name, "rule"), Words(".")))
    if remark:
        yield Prose(words(remark), role="note")


def _order_of(error: DifferenceError) -> Block:
    """With which power of h the error goes."""
    if error.order is None:
        return Prose(words(say("slope-error-none", order=numeral(error.step.goal.args[4]))), depth=1)
    pieces = (Words(say("slope-error-order", order=error.order)), Formula(error.leading))
    return Prose((*pieces, Words(say("slope-error-half", times=2**error.order))), depth=1)


def _in_double_precision(found: Slope) -> Iterator[Block]:
    """The errors as a computer makes them."""
    yield Prose(words(say("slope-double")))
    rows = tuple(
        (words(f"1e-{row.power}"), words(_small(row.forward)), words(_small(row.central)))
        for row in found.table
    )
    yield Table((say("slope-h"), say("slope-forward"), say("slope-central")), rows)
    best = {kind: found.best(kind).power for kind in ("forward", "central")}
    yield Prose(words(say("slope-best", **best)))


def _title(step: Step) -> str:
    return say("slope-ahead") if step.card.id == "taylor" else step.card.name


def _series_step(place: int, step: Step, error: Step) -> Iterator[Block]:
    """A series ahead or behind, or the error that comes of them, with the numbers put in."""
    _, variable, point, run, order, _ = error.goal.args
    last = int(numeral(order))
    match step.card.id:
        case "taylor":
            law, remark = say("slope-ahead-law"), ""
            left, beyond = call("f", add(point, run)), last + 1
        case "behind":
            law, remark = step.card.show, step.card.say
            left, beyond = call("f", subtract(point, run)), last + 1
        case name:
            law, remark = step.card.show, step.card.say
            central = name == "central_difference"
            quotient = quotient_of(variable, call("f", variable), point, run, central=central)
            left, beyond = subtract(quotient, derived("f", (1,), point)), last + central
    yield StepHead(place, _title(step), law=law)
    if remark:
        yield Prose(words(remark), role="note", depth=1)
    terms = step.result.args if step.result.head == "sum" else (step.result,)
    rest = call("O", raised(run, number(beyond)))
    yield Equation(Formula(left), Formula(rest if step.result is ZERO else add(*terms, rest)), 0)


def _decimal(value: float) -> str:
    return _without_padding(f"{value:.10g}")


def _small(value: float | None) -> str:
    return "" if value is None else _without_padding(f"{value:.3g}")


def _without_padding(written: str) -> str:
    """1e-5 as people write it, not 1e-05."""
    return written.replace("e-0", "e-").replace("e+0", "e")
