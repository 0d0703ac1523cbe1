"""Newton's method told: the derivative, the formula, the table, and what became of the iteration."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.optimisation.numerals import decimal_form, shown
from stepcalc.messages import say
from stepcalc.notation.forms import (
    Form,
    call,
    derived,
    divide,
    letter,
    rebuild,
    relation,
    subtract,
    vector,
)
from stepcalc.notation.unicode import one_line
from stepcalc.render import wording
from stepcalc.render.document import Answer, Block, Equation, Formula, Inline, Prose, Table, Words, words
from stepcalc.render.reports import gap, heading, law, prose, rows_shown, working
from stepcalc.trace.derivation import Question

if TYPE_CHECKING:
    from stepcalc.calculus.optimisation.newton import Newton
    from stepcalc.numeric.newton import Iterate, Run
    from stepcalc.render.plots.data import Picture
    from stepcalc.render.presentation import Presentation

LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MOST_COORDINATES = 3
"""Of more unknowns than this a table shows how large values and steps are, not every coordinate."""


def blocks(found: Newton, told: Presentation) -> Iterator[Block]:
    """All that is told of Newton's method."""
    for note in found.derivation.question.notes:
        yield Prose(words(note), role="note")
    yield _heading(found)
    if len(found.letters) == 1:
        yield from _one(found, told)
    else:
        yield from _several(found, told)
    yield from _table(found, found.run, told)
    if found.run.root is not None:
        yield from _answer(found)
        yield from _order(found)
    elif found.run.ending == "slow" and found.faster is not None:
        yield from _order(found)
    else:
        yield from _went_wrong(found)
    if found.faster is not None:
        yield from law(found.rulebook.card("multiple_step"))
        yield from _table(found, found.faster, told)
        if found.run.root is None:
            yield from _answer(found)


def _heading(found: Newton) -> Block:
    start = vector(*found.start) if len(found.start) > 1 else found.start[0]
    if len(found.functions) == 1:
        function = call("f", *found.letters)
        asked: Form = relation("=", function, found.functions[0])
        return heading(Words(say("newton-question"), "strong"), asked, say("newton-from"), _begins(found))
    return heading(
        Words(say("newton-question-system"), "strong"), vector(*found.functions), say("newton-from"),
        relation("=", vector(*found.letters), start),
    )  # fmt: skip


def _begins(found: Newton) -> Form:
    return relation("=", _at(found.letters[0], 0), found.start[0])


def _at(variable: Form, n: int | str) -> Form:
    return letter(f"{variable.name}_{n}")


def _one(found: Newton, told: Presentation) -> Iterator[Block]:
    """The derivative with its steps, then the formula, put in and shortened."""
    stage = found.derivation.stages[0]
    (derivative,) = stage.substeps
    variable = found.letters[0]
    yield from working(
        found,
        derivative.substeps if derivative.card.matcher == "sequence" else (derivative,),
        Question("diff", found.functions[0], found.letters),
        told,
    )
    yield from law(stage.card)
    place = _at(variable, "n")
    here = {variable: place}
    formula = subtract(place, divide(call("f", place), derived("f", (1,), place)))
    yield Equation(Formula(formula), Formula(rebuild(stage.result, here)), 0)
    if found.derivation.answer is not stage.result:
        yield Equation(None, Formula(rebuild(found.derivation.answer, here)), 0)


def _several(found: Newton, told: Presentation) -> Iterator[Block]:
    """The Jacobian with its steps, then the linear equations of a step."""
    yield from working(
        found, found.derivation.stages, found.derivation.question, told, answer=found.derivation.answer
    )
    jacobian = found.derivation.answer
    yield Equation(Formula(letter("J")), Formula(jacobian), 0)
    yield from law(found.rulebook.card("newton_system"))
    if found.damped:
        yield from law(found.rulebook.card("damped_step"))


def _table(found: Newton, run: Run, told: Presentation) -> Iterator[Block]:
    everything = told.everything or told.detail == "full"
    several = len(found.letters) > 1
    digits = any(row.digits is not None for row in run.rows)
    halved = any(row.halvings for row in run.rows)
    heads = _headings(found, digits=digits, halved=halved)
    rows = []
    for place in rows_shown(len(run.rows), everything):
        if place is None:
            rows.append((words("…"), *(words(""),) * (len(heads) - 1)))
            continue
        row = run.rows[place]
        cells = _cells_of_several(row) if several else _cells_of_one(row)
        cells += [f"1/{2**row.halvings}" if row.halvings else ""] if halved else []
        cells += [str(min(row.digits or 0, 15)) if (row.digits or 0) < 15 else "15+"] if digits else []
        rows.append(tuple(words(cell) for cell in cells))
    yield Table(tuple(heads), tuple(rows))
    yield from gap(len(run.rows), everything)


def _headings(found: Newton, *, digits: bool, halved: bool) -> list[str]:
    names = [one_line(item) for item in found.letters]
    if len(names) == 1:
        x = f"{names[0]}ₙ"
        heads = ["n", x, f"f({x})", f"f′({x})", say("table-change")]
    elif len(names) <= MOST_COORDINATES:
        heads = ["n", *(name if len(name) > 1 else f"{name}ₙ" for name in names), "|F|", "det J",
                 say("table-step")]  # fmt: skip
    else:
        heads = ["n", say("table-largest"), "|F|", "det J", say("table-step")]
    return [*heads, *([say("table-part")] if halved else []), *([say("table-digits")] if digits else [])]


def _cells_of_one(row: Iterate) -> list[str]:
    change = row.change[0] if row.change else None
    return [str(row.n), shown(row.point[0], 16), shown(row.values[0], 4), shown(row.slopes[0][0], 6),
            shown(change, 3)]  # fmt: skip


def _cells_of_several(row: Iterate) -> list[str]:
    from stepcalc.numeric.newton import size
    from stepcalc.numeric.real import context

    few = len(row.point) <= MOST_COORDINATES
    places = [shown(part, 11 if len(row.point) < 3 else 9) for part in row.point]
    determinant = None
    if all(slope is not None for line in row.slopes for slope in line):
        determinant = context().det(context().matrix(row.slopes))
    step = size(row.change) if row.change else None
    return [str(row.n), *(places if few else [shown(size(row.point), 12)]), shown(size(row.values), 3),
            shown(determinant, 4), shown(step, 3)]  # fmt: skip


# ---------------------------------------------------------------------------------------- what became of it


def _answer(found: Newton) -> Iterator[Block]:
    root = found.best.root or ()
    forms = [decimal_form(part) for part in root]
    if len(forms) == 1:
        yield Answer((Formula(relation("=", found.letters[0], forms[0])),))
    else:
        yield Answer((Formula(relation("=", vector(*found.letters), vector(*forms))),))


def _went_wrong(found: Newton) -> Iterator[Block]:
    yield Prose((Words(say("newton-failed") + "  ", "warning"), *_failure(found)))
    if found.elsewhere is not None:
        x = found.letters[0].name
        yield Prose(words(say("newton-elsewhere", letter=x, start=shown(found.elsewhere))))
    elif found.shorter is not None and found.shorter.root is not None:
        place = vector(*(decimal_form(part, 10) for part in found.shorter.root))
        arrives = relation("=", vector(*found.letters), place)
        yield prose(say("newton-damped-arrives", steps=len(found.shorter.rows) - 1), arrives, ".")
    elif len(found.letters) > 1 and not found.damped and found.run.ending not in ("flat", "slow"):
        yield Prose(words(say("newton-try-damped")))


def _order(found: Newton) -> Iterator[Block]:
    """How fast it arrived, and why."""
    run = found.run
    if run.order is None:
        if any(run.rows[-1].values) or len(run.rows) == 1:
            yield Prose(words(say("newton-order-unknown")), role="note")
        return
    observed = shown(run.order, 3)
    if run.multiplicity > 1 and len(found.letters) == 1:
        m = run.multiplicity
        left = shown(run.ratio, 3)
        yield Prose(words(say("newton-multiple", order=observed, left=left, m=m, share=f"{m - 1}/{m}")))
    elif run.order > 2.6:
        yield Prose(words(say("newton-cubic", order=observed)))
    elif run.order > 1.6:
        yield Prose(words(say("newton-quadratic", order=observed)))
    elif len(found.letters) > 1:
        yield Prose(words(say("newton-singular", order=observed, left=shown(run.ratio, 3))))
    else:
        yield Prose(words(say("newton-linear", order=observed, left=shown(run.ratio, 3))))


def _failure(found: Newton) -> Inline:
    """What went wrong, with the numbers at hand."""
    run = found.run
    last = run.rows[-1]
    n, name = str(last.n).translate(LOWERED), found.letters[0].name
    one = len(found.letters) == 1
    place = shown(last.point[0]) if one else "(" + ", ".join(shown(part) for part in last.point) + ")"
    match run.ending:
        case "flat" if one:
            return words(say("newton-flat", n=n, letter=name, at=place))
        case "flat":
            return words(say("newton-flat-system", n=n, at=place))
        case "cycle":
            back = shown(run.rows[-1 - run.period].point[0]) if one else place
            points = [shown(row.point[0]) for row in run.rows[-1 - run.period :]] if one else [back]
            told = say("newton-cycle", n=n, letter=name if one else "p", period=run.period,
                       points=" → ".join(points))  # fmt: skip
            return words(told)
        case "outside" | "sharp":
            return _lost(found)
        case "diverged":
            return words(say("newton-diverged", n=n, letter=name if one else "p", at=place)
                         + (" " + _why_diverged(found) if one else ""))  # fmt: skip
        case "slow":
            return words(say("newton-slow", count=len(run.rows) - 1, left=shown(run.ratio, 3)))
        case _:
            return words(say("newton-unsettled", count=len(run.rows) - 1))


def _why_diverged(found: Newton) -> str:
    """Whether the function flattens out, or each step overshoots by more."""
    rows = found.run.rows
    signs = [row.point[0] > 0 for row in rows[-4:]]
    turns = any(a != b for a, b in pairwise(signs))
    flattens = abs(rows[-1].values[0]) < abs(rows[0].values[0])
    key = "newton-why-overshoots" if turns else "newton-why-tail" if flattens else "newton-why-away"
    return say(key)


def _lost(found: Newton) -> Inline:
    """The step that led out of the domain, or to a corner."""
    lost = found.run.lost or ()
    n = str(len(found.run.rows) - (found.run.ending == "sharp")).translate(LOWERED)
    one = len(found.letters) == 1
    place = shown(lost[0]) if one else "(" + ", ".join(shown(part) for part in lost) + ")"
    name = found.letters[0].name if one else "p"
    if found.run.ending == "sharp":
        return words(say("newton-sharp", n=n, letter=name, at=place))
    told = words(say("newton-outside", n=n, letter=name, at=place))
    domain = wording.domain(wording.conditions(found.derivation))
    return (*told, *((Words(say("newton-domain")), *domain[1:], Words(".")) if domain else ()))


def picture(found: Newton, *, on: Any = None) -> Picture:
    """The function and the tangents that lead from point to point."""
    from stepcalc.render.plots.iterations import of_newton

    return of_newton(found, on)
