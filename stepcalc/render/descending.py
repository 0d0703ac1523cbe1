"""Gradient descent told: the gradient, the step, the table, Newton's method beside it, why it does what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.optimisation.numerals import shown
from stepcalc.messages import say
from stepcalc.notation.forms import Form, call, letter, relation
from stepcalc.notation.unicode import one_line
from stepcalc.render.document import Block, Equation, Formula, Inline, Prose, Table, Words, words
from stepcalc.render.reports import gap, heading, law, rows_shown, working

if TYPE_CHECKING:
    from stepcalc.calculus.optimisation.descents import Descent
    from stepcalc.numeric.descent import Path, Stop
    from stepcalc.render.plots.data import Picture
    from stepcalc.render.presentation import Presentation

MOST_COORDINATES = 3


def blocks(found: Descent, told: Presentation) -> Iterator[Block]:
    """All that is told of a way down."""
    yield _heading(found)
    if found.derivation is not None:
        step = found.derivation.stages[0]
        (gradient,) = step.substeps
        question = replace(found.derivation.question, kind="gradient")
        yield from working(found, (gradient,), question, told, answer=gradient.result)
        yield from law(found.rulebook.card("descent_step"))
        yield Equation(Formula(_next(found)), Formula(step.result), 0)
    else:
        yield from law(found.rulebook.card("difference_gradient"))
        if found.spacing is not None:
            yield Prose(words(say("descent-table", width=shown(found.spacing, 3))))
        yield from law(found.rulebook.card("descent_step"))
    if found.rate is None:
        yield from law(found.rulebook.card("line_search"))
    yield from _table(found, found.path, told)
    yield from _outcome(found)
    yield from _why(found)
    if found.newton is not None:
        yield from law(found.rulebook.card("newton_minimum"))
        yield from _table(found, found.newton, told)
        yield from _compared(found)
    if found.guarded is not None:
        yield from law(found.rulebook.card("guarded_newton"))
        yield from _table(found, found.guarded, told)
        yield from _guarded(found, found.guarded)


def _heading(found: Descent) -> Block:
    start = ", ".join(shown(part) for part in found.start)
    start = f"({start})" if len(found.start) > 1 else start
    how = say("descent-by-search") if found.rate is None else say("descent-by-rate", rate=shown(found.rate))
    if found.derivation is None:
        return heading(Words(say("descent-question-values"), "strong"), say("descent-from", start=start), how)
    few = len(found.letters) <= 4
    subject = found.derivation.question.form
    asked = relation("=", call("f", *found.letters), subject) if few else subject
    return heading(Words(say("descent-question"), "strong"), asked, say("descent-from", start=start), how)


def _next(found: Descent) -> Form:
    """What the step is called: the point less η times the gradient."""
    from stepcalc.notation.forms import multiply, subtract
    from stepcalc.notation.operators import named

    return subtract(letter("x"), multiply(letter("eta"), call("gradient", named("f"))))


def _table(found: Descent, path: Path, told: Presentation) -> Iterator[Block]:
    everything = told.everything or told.detail == "full"
    names = [one_line(item) for item in found.letters]
    few = len(names) <= MOST_COORDINATES
    guarded = path is found.guarded
    searched = (found.rate is None and path is found.path) or guarded
    slope = "|∇f|" if len(names) > 1 else "f′"
    part = say("table-part") if guarded else "η"
    heads = ["n", *(names if few else [say("table-largest")]), "f", slope, *([part] if searched else [])]
    rows: list[tuple[Inline, ...]] = []
    for place in rows_shown(len(path.stops), everything):
        if place is None:
            rows.append((words("…"), *(words(""),) * (len(heads) - 1)))
            continue
        stop = path.stops[place]
        rows.append(tuple(words(cell) for cell in _cells(stop, few=few, searched=searched)))
    yield Table(tuple(heads), tuple(rows))
    yield from gap(len(path.stops), everything)


def _cells(stop: Stop, *, few: bool, searched: bool) -> list[str]:
    places = [shown(part, 8) for part in stop.point] if few else [shown(max(map(abs, stop.point)), 8)]
    slope = stop.steepness if len(stop.point) > 1 else stop.slopes[0]
    cells = [str(stop.n), *places, shown(stop.value, 7), shown(slope, 4)]
    return [*cells, _rate(stop.rate)] if searched else cells


def _rate(rate: float | None) -> str:
    if rate is None:
        return ""
    return "1" if rate == 1 else f"1/{round(1 / rate)}" if rate > 1e-5 else shown(rate, 3)


def _place(found: Descent, stop: Stop) -> str:
    names = ", ".join(one_line(item) for item in found.letters)
    place = ", ".join(shown(part, 7) for part in stop.point)
    return f"{names} = {place}" if len(stop.point) == 1 else f"({names}) = ({place})"


def _outcome(found: Descent) -> Iterator[Block]:
    path = found.path
    last = path.stops[-1]
    told = {"steps": last.n, "place": _place(found, last), "value": shown(last.value, 7)}
    if found.converged:
        key = "descent-arrived-at" if path.ending == "arrived" else "descent-rounded-at"
        told["steep"] = shown(last.steepness, 3)
        yield Prose((Words(say("descent-arrived") + "   ", "strong"), Words(say(key, **told))))
        if found.kinds[:1] == ("plateau",):
            yield Prose(words(say("descent-plateau")), role="warning")
        elif found.kinds[:1] == ("saddle",):
            yield Prose(words(say("descent-saddle")), role="warning")
    else:
        steep = shown(last.steepness, 3)
        yield Prose(words(say(f"descent-{path.ending}", **told, steep=steep)), role="warning")


def _why(found: Descent) -> Iterator[Block]:
    """The eigenvalues of the Hessian against the rate."""
    if not found.curvatures:
        return
    low, high = found.curvatures[0], found.curvatures[-1]
    away = found.path.ending in ("diverged", "outside")
    place = say("descent-at-start" if away else "descent-at-end")
    sizes = ", ".join(shown(each, 5) for each in found.curvatures[:6])
    key = "descent-curvatures" if len(found.curvatures) > 1 else "descent-curvature"
    yield Prose(words(say(key, place=place, sizes=sizes)))
    limit = found.limit
    if limit is None:
        yield Prose(words(say("descent-no-bowl")))
        return
    if found.rate is not None:
        yield from _against_rate(found, low, high, limit)
    too_long = found.rate is not None and found.rate > limit
    if low > 0 and high / low > 1.5 and not too_long:
        ratio = high / low
        left = (ratio - 1) / (ratio + 1)
        key = "descent-zigzag" if found.zigzags else "descent-narrow"
        told = say(key, ratio=shown(ratio, 4), left=shown(left, 4))
        yield Prose(words(told))


def _against_rate(found: Descent, low: float, high: float, limit: float) -> Iterator[Block]:
    assert found.rate is not None
    rate, bound = shown(found.rate, 4), shown(limit, 4)
    factor = shown(1 - found.rate * high, 4)
    if found.rate > limit:
        yield Prose(
            words(say("descent-rate-too-long", rate=rate, limit=bound, factor=factor, size=shown(high, 5)))
        )
    elif found.path.ending == "diverged":
        yield Prose(words(say("descent-rate-elsewhere", rate=rate, limit=bound)))
    else:
        told = say("descent-rate-good", rate=rate, limit=bound)
        if low > 0:
            slowest = max(abs(1 - found.rate * low), abs(1 - found.rate * high))
            told += say("descent-rate-left", left=shown(slowest, 6), best=shown(2 / (low + high), 4))
        yield Prose(words(told))


def _compared(found: Descent) -> Iterator[Block]:
    """Where Newton's method ended, and how the two compare."""
    assert found.newton is not None
    last = found.newton.stops[-1]
    told = {"steps": last.n, "place": _place(found, last), "value": shown(last.value, 7)}
    if found.newton.ending != "arrived":
        yield Prose(words(say(f"newton-minimum-{found.newton.ending}", **told)))
        return
    yield Prose(words(say("newton-minimum-arrived", **told)))
    if found.kinds[1] != "minimum" and not found.converged:
        yield Prose(words(say(f"newton-minimum-{found.kinds[1]}")))
        return
    apart = max(abs(a - b) for a, b in zip(last.point, found.point, strict=True))
    if found.converged and apart > 1e-3 * (1 + max(map(abs, last.point))):
        yield Prose(words(say("newton-minimum-elsewhere")))


def _guarded(found: Descent, path: Path) -> Iterator[Block]:
    """Where Newton's method ended that was made to go down."""
    last = path.stops[-1]
    told = {"steps": last.n, "place": _place(found, last), "value": shown(last.value, 7)}
    if last is found.minimum:
        yield Prose(
            (Words(say("descent-arrived") + "   ", "strong"), Words(say("guarded-arrived-at", **told)))
        )
    elif found.kinds[-1] == "plateau":
        yield Prose(words(say("guarded-plateau", **told)), role="warning")
    else:
        yield Prose(words(say("guarded-short", **told, steep=shown(last.steepness, 3))), role="warning")


def picture(found: Descent, *, on: Any = None) -> Picture:
    """The way down over height lines, or on the graph."""
    from stepcalc.render.plots.iterations import of_descent

    return of_descent(found, on)
