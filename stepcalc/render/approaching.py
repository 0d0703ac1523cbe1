"""What is said before and after the steps of a limit or of a definition, and slopes as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import raised
from stepcalc.notation.forms import ZERO, Form, add, call, derived, number, numeral, relation, subtract
from stepcalc.render import wording
from stepcalc.render.document import (
    Answer,
    Block,
    Document,
    Equation,
    Formula,
    Heading,
    Inline,
    Prose,
    StepHead,
    Table,
    Words,
    words,
)
from stepcalc.rulebook.differences import quotient_of
from stepcalc.rulebook.limit_rules import REWRITING, RULES, UNDEFINED, side_of
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.calculus.slope import Slope
    from stepcalc.trace.verification import Verification

KINDS: Final = frozenset({"limit", "definition"})
"""The kinds of questions that this module speaks of."""

NO_EQUATION: Final = frozenset({"limit_sides", "limit_oscillation", "limit_cases"})
"""Rules that put several limits, or none, against one: there is nothing to set an equals sign between."""

_SIDES: Final = {0: "", 1: "from-the-right", -1: "from-the-left"}


def heading(derivation: Derivation, shown: Formula) -> Inline:
    """The question as a sentence.

    Args:
        derivation: What is asked.
        shown: The function, cut to size.
    """
    question = derivation.question
    if question.kind == "definition":
        return (
            Words(say("differentiate"), "strong"),
            Words("  "),
            shown,
            Words("  "),
            Words(say("with-respect-to")),
            Formula(question.letters[0]),
            Words(",  "),
            Words(say("by-definition")),
        )
    goal = derivation.stages[0].goal
    side = _SIDES[side_of(goal)]
    return (
        Words(say("find-the-limit"), "strong"),
        Words("  "),
        shown,
        Words("  "),
        Words(say("as-goes-to").strip()),
        Words(" "),
        Formula(goal.args[1]),
        Words(say("goes-to")),
        Formula(goal.args[2]),
        *((Words(say(side)),) if side else ()),
    )


def case_of(step: Step, among: Step) -> Inline:
    """ "for a > 0", where a step is one of the cases that another tells apart."""
    if among.card.id != "limit_cases" or step not in among.substeps:
        return ()
    item = among.bindings["a"]
    assert isinstance(item, Form)
    label = (">", "<", "=")[among.substeps.index(step)]
    return (Words(say("for-case")), Formula(relation(label, item, ZERO)))


def answer(derivation: Derivation, verification: Verification | None) -> Iterator[Block]:
    """The limit, or that there is none and why; whether it is explained; how it was checked."""
    stage = _comparison(derivation.stages[0])
    if derivation.answer is not UNDEFINED:
        yield Answer((Formula(derivation.answer),))
    elif stage.card.id == "limit_sides" and all(outcome(part) is not UNDEFINED for part in stage.substeps):
        right, left = (outcome(part) for part in stage.substeps)
        yield Prose(
            (
                Words(say("limit-sides-differ"), "strong"), Formula(right),
                Words(say("limit-sides-and-left")), Formula(left), Words("."),
            )
        )  # fmt: skip
    else:
        yield Prose(words(say("limit-does-not-exist"), "strong"))
    if not derivation.explained:
        yield Prose(words(say("limit-not-explained"), "warning"))
    if verification is not None:
        yield Prose(wording.checked(verification, ()), role="note")


def _comparison(step: Step) -> Step:
    """The step that compares two sides, if others only rewrite the function before it; else the step itself."""
    inner = step
    while RULES.get(inner.card.id, REWRITING) is REWRITING and len(inner.substeps) == 1:
        (inner,) = inner.substeps
    return inner if inner.card.id == "limit_sides" else step


# ------------------------------------------------------------------------------------------------- slopes


def slope_document(found: Slope) -> Document:
    """The tables of :func:`stepcalc.slope` as a document."""
    return Document(tuple(_slope_blocks(found)))


def _slope_blocks(found: Slope) -> Iterator[Block]:
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
    yield Prose((Words(say("slope-secant") + " "), Formula(_secant(found)), Words(".")))
    rows = tuple(
        (words(_decimal(float(row.run))), words(_decimal(row.secant)), words(_small(row.apart)))
        for row in found.rows
    )
    yield Table((say("slope-h"), say("slope-slope"), say("slope-apart")), rows)
    yield Prose((Words(say("slope-tangent"), "strong"), Formula(found.at.derivative), Words(".")))
    if found.errors:
        yield from _error_blocks(found)


def _secant(found: Slope) -> Form:
    from stepcalc.notation.forms import letter

    question = found.derivation.question
    variable = question.letters[0]
    run = letter("h" if variable.name != "h" else "k")
    return quotient_of(variable, question.form, found.at.values[0], run)


def _error_blocks(found: Slope) -> Iterator[Block]:
    place = 0
    for error in found.errors:
        for step in (*error.step.substeps, error.step):
            if step.card.id == "taylor" and place:
                continue  # the series ahead serves both
            place += 1
            yield from _series_step(place, step, error.step)
        if error.order is None:
            yield Prose(words(say("slope-error-none", order=numeral(error.step.goal.args[4]))), depth=1)
            continue
        pieces = (Words(say("slope-error-order", order=error.order)), Formula(error.leading))
        yield Prose((*pieces, Words(say("slope-error-half", times=2**error.order))), depth=1)
    off = found.derivation.rulebook.card("round_off")
    yield StepHead(place + 1, off.name, law=off.show)
    yield Prose(words(off.say), role="note", depth=1)
    yield Prose(words(say("slope-double")))
    rows = tuple(
        (words(f"1e-{row.power}"), words(_small(row.forward)), words(_small(row.central)))
        for row in found.table
    )
    yield Table((say("slope-h"), say("slope-forward"), say("slope-central")), rows)
    best = {kind: found.best(kind).power for kind in ("forward", "central")}
    yield Prose(words(say("slope-best", **best)))
    for error in found.errors:
        checked = error.derivation.verify()
        if checked.status == "failed" or error is found.errors[-1]:
            yield Prose(wording.checked(checked, ()), role="note")
            return


def _series_step(place: int, step: Step, error: Step) -> Iterator[Block]:
    """A series ahead or behind, or the error that comes of them, with the numbers put in."""
    _, variable, point, run, order, _ = error.goal.args
    last = int(numeral(order))
    match step.card.id:
        case "taylor":
            title, law, remark = say("slope-ahead"), say("slope-ahead-law"), ""
            left, beyond = call("f", add(point, run)), last + 1
        case "behind":
            title, law, remark = step.card.name, step.card.show, step.card.say
            left, beyond = call("f", subtract(point, run)), last + 1
        case name:
            title, law, remark = step.card.name, step.card.show, step.card.say
            central = name == "central_difference"
            quotient = quotient_of(variable, call("f", variable), point, run, central=central)
            left, beyond = subtract(quotient, derived("f", (1,), point)), last + central
    yield StepHead(place, title, law=law)
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
