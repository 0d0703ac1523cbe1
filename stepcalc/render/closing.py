"""What stands after the steps: the answer, where it holds, and how it was checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import letter, letters_of
from stepcalc.render import approaching, dependence, kinds, networks, wording
from stepcalc.render.at_a_point import at_a_point
from stepcalc.render.document import Answer, Block, Equation, Formula, Inline, Prose, Words, words
from stepcalc.render.shorten import shorten
from stepcalc.render.telling import MOST_IN_A_LINE, Telling
from stepcalc.trace.conditions import Condition

if TYPE_CHECKING:
    from stepcalc.calculus.point_reports import PointReport
    from stepcalc.calculus.point_values import PointValue

MOST_IN_THE_ANSWER: Final = 20_000
"""How many nodes of the answer are shown."""

MOST_FAILING: Final = 12
"""How large a function may be of which is said what it does where it has no derivative."""


def closing(telling: Telling, point: PointValue | PointReport | None) -> Iterator[Block]:
    """The answer, where it holds, values at a point, and how it was checked."""
    derivation = telling.derivation
    kept = wording.conditions(derivation)
    possible = tuple(condition for condition in kept if condition.status != "impossible")
    forms = [derivation.answer]
    if derivation.also is not None and telling.sizes[derivation.also] <= MOST_IN_A_LINE:
        forms.append(derivation.also)
    where = (*wording.domain(possible), *_fails_at(telling, possible)) if len(possible) == len(kept) else ()
    if derivation.question.kind == "limit":
        yield from approaching.answer(derivation, telling.verification)
        return
    if derivation.question.kind == networks.KIND:
        yield from networks.closing(derivation, everything=telling.how.everything)
    elif derivation.answer.head == "matrix":
        yield from _matrix(telling, where)
    else:
        answers = tuple(Formula(shorten(form, MOST_IN_THE_ANSWER, telling.sizes)) for form in forms)
        yield Answer(answers, where)
    if derivation.untidied:
        yield Prose(words(say("untidied")), role="note")
    if point is not None:
        yield from at_a_point(telling, point)
    yield Prose(_where_and_how(telling, kept, len(possible) < len(kept)), role="note")


def _fails_at(telling: Telling, kept: Sequence[Condition]) -> Inline:
    """What a function does where the only condition does not hold: there floor(x) jumps."""
    if len(kept) != 1:
        return ()
    here = [
        step
        for step in telling.derivation.steps
        if any(condition.relation is kept[0].relation for condition in step.conditions)
    ]
    if len(here) == 1 and here[0].card.fails and here[0].goal.head == "goal":
        function = here[0].goal.args[0]
        if telling.sizes[function] <= MOST_FAILING:
            return (Words(say("there")), Formula(function), Words(f" {here[0].card.fails}"))
    return ()


def _matrix(telling: Telling, where: Inline) -> Iterator[Block]:
    """An answer that is a matrix, with what is said of it."""
    question, answer = telling.derivation.question, telling.derivation.answer
    most = None if telling.how.everything else kinds.MOST_ROWS
    shown = shorten(combine(kinds.cut(answer, most)), MOST_IN_THE_ANSWER, telling.sizes)
    found = _determinant(telling) if question.kind == "jacobian" else ()
    note = (*found, *([Words("   ")] if found and where else []), *where)
    yield Equation(Formula(kinds.symbol(question)), Formula(shown), 0, note)
    remark = kinds.size_of(answer, most)
    if remark:
        yield Prose(remark)
    transposed = kinds.transposed(question, answer)
    if transposed is None:
        return
    if telling.sizes[transposed] > MOST_IN_A_LINE:
        yield Prose((Words(say("its-transpose")), *kinds.row_note(question)[:2], Words(".")))
    else:
        yield Equation(
            Formula(letter("J")), Formula(kinds.cut(transposed, most)), 0, kinds.row_note(question)
        )


def _determinant(telling: Telling) -> Inline:
    from stepcalc.calculus.at_points import determinant

    forms = determinant(telling.derivation.answer)
    pieces: list[Words | Formula] = [Words(say("determinant"))] if forms else []
    for place, form in enumerate(forms):
        pieces.extend([Words(" = ")] if place else [])
        pieces.append(telling.formula(form))
    return tuple(pieces)


def _where_and_how(telling: Telling, kept: Sequence[Condition], impossible: bool) -> Inline:
    pieces: list[Words | Formula] = []
    if impossible:
        pieces.append(Words(say("holds-nowhere-real"), "warning"))
    elif not kept:
        question = telling.derivation.question
        found = letters_of(question.form) | set(question.letters)
        if question.kind in (*dependence.PUT_IN, networks.ONE_WEIGHT):
            found |= set(question.held)  # what its letters stand for has letters of its own
        order = dict.fromkeys((*question.letters, *question.held))
        pieces.extend(wording.everywhere([each for each in order if each in found]))
    if telling.verification is not None:
        pieces.extend([Words(" ")] if pieces else [])
        pieces.extend(wording.checked(telling.verification, () if impossible else kept))
    return tuple(pieces)
