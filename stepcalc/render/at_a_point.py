"""What a derivation is worth at a point: values, the tangent, and what a report found there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, derived, letter, relation
from stepcalc.render import dependence, kinds
from stepcalc.render.document import Block, Equation, Formula, Inline, Prose, Words, words
from stepcalc.render.telling import Telling

if TYPE_CHECKING:
    from stepcalc.calculus.point_reports import Fact, PointReport
    from stepcalc.calculus.point_values import PointValue

_Y: Final = letter("y")


def at_a_point(telling: Telling, point: PointValue | PointReport) -> Iterator[Block]:
    """Values at a point, on one line or one below the other."""
    from stepcalc.calculus.point_values import PointValue

    if isinstance(point, PointValue):
        yield Prose(_at(telling, point))
        return
    pieces: list[Words | Formula] = [Words(say("at-point"), "strong")]
    for place, (name, value) in enumerate(zip(point.letters, point.values, strict=True)):
        pieces.extend([Words(", ")] if place else [])
        pieces.append(Formula(relation("=", name, value)))
    yield Prose(tuple(pieces), depth=0)
    for fact in point.facts:
        if fact.form is None:
            yield Prose(words(fact.text, "strong"))
        else:
            yield _fact(telling, fact, fact.form, point.values)


def _fact(telling: Telling, fact: Fact, form: Form, values: tuple[Form, ...]) -> Equation:
    """One value at a point, with what is said of it beside it."""
    note = say("leading-minor", number=fact.text) if fact.role == "minor" else fact.text
    if fact.role == "eigenvalue":
        note = say("eigenvalue")
    shown = kinds.cut(form) if form.head == "matrix" else form
    left = kinds.fact_symbol(telling.derivation.question, fact.role, fact.text)
    if fact.role == "answer" and telling.derivation.question.kind == "total":
        left = dependence.symbol(telling.derivation.stages[0].goal).form
    if fact.role == "function" and len(values) == len(set(telling.derivation.question.letters)):
        left = call(left.name, *values)
    return Equation(Formula(left), Formula(shown), 0, words(note) if note else ())


def _at(telling: Telling, point: PointValue) -> Inline:
    """ "At x = 1   f(1) = 0,  f′(1) = 1;  the tangent is y = x − 1"."""
    pieces: list[Words | Formula] = [Words(say("at-point"), "strong")]
    for place, (name, value) in enumerate(zip(point.letters, point.values, strict=True)):
        pieces.extend([Words(", ")] if place else [])
        pieces.append(Formula(relation("=", name, value)))
    order = len(telling.derivation.question.letters)
    pieces.append(Words("   "))
    if len({*telling.derivation.question.letters, *point.letters}) == 1:
        pieces.append(Formula(relation("=", call("f", *point.values), point.function)))
        pieces.append(Words(",  "))
        pieces.append(Formula(relation("=", derived("f", (order,), *point.values), point.derivative)))
    else:
        pieces.extend((Words(say("value-is")), Formula(point.function)))
        pieces.extend((Words(say("derivative-is")), Formula(point.derivative)))
    if point.tangent is not None:
        pieces.extend((Words(say("tangent")), Formula(relation("=", _Y, point.tangent))))
    return tuple(pieces)
