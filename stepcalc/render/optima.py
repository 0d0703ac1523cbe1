"""Critical points told: the gradient, the equations and their solutions, the Hessian, what kind each point is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.letters import free_letters
from stepcalc.calculus.optimisation.numerals import shown
from stepcalc.calculus.optimisation.signs import seconds_of
from stepcalc.calculus.optimisation.stationary import slopes_of
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, goal, letter, number, relation, vector
from stepcalc.notation.operators import named, rows_of
from stepcalc.notation.unicode import one_line
from stepcalc.render import wording
from stepcalc.render.document import Block, Equation, Formula, Inline, Prose, Table, Words, words
from stepcalc.render.outline import elementary, names_for
from stepcalc.render.reports import heading, law, point, prose, working
from stepcalc.render.solving import integers, solving
from stepcalc.rulebook.equations.algebra import counters_of, is_integer_letter, is_rounded

if TYPE_CHECKING:
    from stepcalc.calculus.optimisation.critical_points import Critical, CriticalPoint
    from stepcalc.calculus.optimisation.sections import Section
    from stepcalc.render.plots.data import Picture
    from stepcalc.render.presentation import Presentation

LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
LONGEST_CELL = 24
MOST_SHOWN = 30
"""Of more points than this the first are shown."""


def blocks(found: Critical, told: Presentation) -> Iterator[Block]:
    """All that is told of critical points."""
    for note in found.derivation.question.notes:
        yield Prose(words(note), role="note")
    name = named(names_for(found.function).name)
    asked = relation("=", call(name.name, *found.letters), found.function)
    yield heading(Words(say("critical-question"), "strong"), asked, *_region(found))
    yield from _gradient(found, told)
    one = len(found.letters) == 1
    yield from law(found.rulebook.card("stationary_one" if one else "stationary"))
    yield from _equations(found)
    stage = found.derivation.stages[0]
    if stage.card.id == "stationary":
        yield from solving(stage.substeps[-1], told)
    yield from _solutions(found)
    if found.points:
        yield from _hessian(found, told)
        yield from law(found.rulebook.card("second_derivative_one" if one else "second_derivative"))
        yield _table(found)
        open_ = [each for each in found.points if each.how not in ("second", "beside")]
        if any(each.sections for each in open_):
            yield from law(found.rulebook.card("higher_order"))
        told_of = [each for each in open_ if each.how or each.sections or found.complete]
        for each in told_of:
            yield from _followed(found, each)
        if len(told_of) < len(open_):
            yield Prose(words(say("critical-undecided-all", count=len(open_) - len(told_of))), role="warning")
    if found.box is not None:
        yield from _boundary(found)
    yield from _answers(found)


def _region(found: Critical) -> Inline:
    if found.box is None:
        return ()
    pieces: list[Words | Formula] = [Words(say("critical-on"))]
    for place, (item, (low, high)) in enumerate(zip(found.letters, found.box, strict=True)):
        pieces.extend([Words(", ")] if place else [])
        pieces.extend((Formula(relation("<=", low, item)), Words(f" {say('sign <=')} "), Formula(high)))
    return tuple(pieces)


def _gradient(found: Critical, told: Presentation) -> Iterator[Block]:
    """The steps of the first derivatives."""
    stage = found.derivation.stages[0]
    step = stage.substeps[0] if stage.card.matcher == "stationary" else stage
    one = len(found.letters) == 1
    question = replace(found.derivation.question, kind="diff" if one else "gradient", notes=())
    steps = step.substeps if step.card.matcher == "sequence" else (step,)
    yield from working(found, steps, question, told)


def _equations(found: Critical) -> Iterator[Block]:
    name = named(names_for(found.function).name)
    for item, slope in zip(found.letters, slopes_of(found.derivation), strict=True):
        left = goal(name, item, kind="partial" if len(found.letters) > 1 else "D")
        yield Equation(Formula(left), Formula(relation("=", slope, ZERO)), 0)


def _is_at(letters: Sequence[Form], place: Sequence[Form]) -> Inline:
    """ "x = 1" or "(x, y) = (1, 2)"."""
    return (*point(letters), Words(" = "), *point(place))


def _solutions(found: Critical) -> Iterator[Block]:
    if not found.complete:
        yield Prose(words(say("critical-by-numbers", window=_window(found)), "note"))
    if not found.points:
        outside = say("critical-all-outside") if found.outside else ""
        yield Prose(words(outside or _none(found)))
        return
    smooth = [each for each in found.points if each.how != "beside"]
    if smooth:
        families = counters_of(found.derivation.answer) and found.box is not None
        key = "critical-in-region" if families else "critical-solved" if found.complete else "critical-found"
        pieces: list[Any] = [Words(say(key))]
        for place, each in enumerate(smooth[:MOST_SHOWN]):
            pieces.extend([Words(",  ")] if place else [])
            if each.point == found.letters:
                pieces.append(Words(say("critical-every-point")))
            else:
                pieces.extend((*point(found.letters), Words(_equals(each)), *_place(each)))
        yield prose(*pieces, *_any_integer(smooth[:MOST_SHOWN]))
    else:
        yield Prose(words(_none(found)))
    corners = [each for each in found.points if each.how == "beside"]
    if corners:
        pieces = [say("critical-no-slope-at")]
        for place, each in enumerate(corners):
            pieces += [",  "] if place else []
            pieces += _is_at(found.letters, each.point)
        yield prose(*pieces, say("critical-no-slope"))
    loose = [each for each in found.points if free_letters(vector(*each.point)) & set(found.letters)]
    if any(each.point != found.letters for each in loose):
        yield Prose(words(say("critical-not-isolated")), role="note")
    if found.outside and smooth:
        yield Prose(words(say("critical-outside", count=found.outside)), role="note")


def _none(found: Critical) -> str:
    """That the equations have no solution, or none at which there is a slope."""
    stage = found.derivation.stages[0]
    solved = stage.card.id == "stationary" and rows_of(stage.substeps[-1].result)
    return say("critical-solution-not-smooth" if solved else "critical-no-solution")


def _equals(each: CriticalPoint) -> str:
    return " ≈ " if each.rounded else " = "


def _any_integer(points: Sequence[CriticalPoint]) -> list[Any]:
    """ ", k any integer", where there are families."""
    return integers(dict.fromkeys(item for each in points for item in each.counters))


def _window(found: Critical) -> str:
    from stepcalc.calculus.optimisation.stationary import USUAL_WINDOW, WINDOW

    if found.box is not None:
        return say("critical-window-region")
    low, high = WINDOW.get(len(found.letters), USUAL_WINDOW)
    return say("critical-window", low=shown(low), high=shown(high))


def _hessian(found: Critical, told: Presentation) -> Iterator[Block]:
    """The second derivatives, each from the first; at full detail with all their steps."""
    name, letters = named(names_for(found.function).name), found.letters
    one = len(letters) == 1
    kind = "D" if one else "partial"
    yield Prose(words(say("critical-second-one" if one else "critical-second")))
    if told.detail == "full":
        asked, stages = found.hessian.question, found.hessian.stages
        if one:  # the first derivative was told above
            asked = replace(asked, form=slopes_of(found.derivation)[0], letters=letters)
            stages = tuple(step for stage in stages for _, step in elementary(stage))[1:]
        yield from working(found, stages, asked, told, answer=found.hessian.answer)
    else:
        for row, (item, slope) in enumerate(zip(letters, slopes_of(found.derivation), strict=True)):
            for other, second in zip(letters[row:], seconds_of(found.hessian)[row][row:], strict=True):
                yield Equation(
                    Formula(goal(name, item, other, kind=kind)),
                    Formula(relation("=", goal(slope, other, kind=kind), second)),
                    0,
                )
    if not one:
        yield Equation(Formula(letter("H")), Formula(found.hessian.answer), 0)


def _table(found: Critical) -> Table:
    names = ", ".join(one_line(item) for item in found.letters)
    name = names_for(found.function).name
    count = len(found.letters)
    heads = [f"({names})" if count > 1 else names, name]
    if count == 1:
        heads.append(f"{name}″")
    elif count <= 3:
        first = one_line(found.letters[0])
        heads += [f"∂²{name}/∂{first}²", *(f"det H{str(k).translate(LOWERED)}" for k in range(2, count))]
        heads.append("det H")
    else:
        heads.append(say("critical-eigenvalues"))
    rows = []
    for each in found.points[:MOST_SHOWN]:
        cells: list[Inline] = [_place(each), _cell(_brief(each.value, each.height), each)]
        if count <= 3:
            cells += [_cell(minor, each) for minor in each.minors] or [words("—")] * count
        else:
            cells.append(words(", ".join(shown(size, 4) for size in each.eigenvalues)))
        rows.append((*cells, words(_verdict(each, count))))
    return Table((*heads, ""), tuple(rows))


def _cell(form: Form, each: CriticalPoint) -> Inline:
    """A value in the table; what is long and has the integer of a family in it is told by its sign."""
    if not each.counters or len(one_line(form)) <= LONGEST_CELL:
        return (Formula(form),)
    if form is each.value:
        return words("…")
    from stepcalc.numeric.evaluate import compile_forms

    program = compile_forms([form], {})
    (size,) = program.at({item: 0 if is_integer_letter(item) else 1 for item in program.letters})
    return words("…" if size is None else "> 0" if size > 0 else "< 0")


def _place(each: CriticalPoint) -> Inline:
    found = [_brief(part, place) for part, place in zip(each.point, each.places, strict=True)]
    return point(found)


def _brief(form: Form, size: float, longest: int = 14) -> Form:
    """A form, as a decimal of a few digits where it is a long number."""
    from stepcalc.calculus.optimisation.numerals import decimal_form

    long = not free_letters(form) and len(one_line(form)) > longest
    return decimal_form(size, 7) if long or is_rounded(form) else form


def _verdict(each: CriticalPoint, count: int) -> str:
    if each.how not in ("second", "beside"):
        return say("critical-test-fails")
    if each.verdict == "saddle":
        return say("kind-saddle" if count > 1 else "kind-neither")
    return say(f"kind-{each.verdict}")


def _followed(found: Critical, each: CriticalPoint) -> Iterator[Block]:
    """What was done where the second derivatives left it open."""
    if each.how == "constant":
        return
    one = len(found.letters) == 1
    yield prose(Words(say("critical-follow"), "strong"), _is_at(found.letters, each.point))
    for section in each.sections:
        yield from _section(found, section)
    name = names_for(found.function).name
    if each.how == "everywhere":
        sign = ">=" if each.verdict == "minimum" else "<="
        gap = relation(sign, call(name, *found.letters), each.value)
        yield prose(
            say("critical-everywhere"), Formula(gap), say("critical-so", kind=say(f"kind-{each.verdict}"))
        )
    elif each.how == "higher":
        key = "kind-neither" if one else "kind-saddle"
        kind = say(key if each.verdict == "saddle" else f"kind-{each.verdict}")
        odd = each.sections[0].order % 2 or len(each.sections) > 1
        yield Prose(words(say("critical-higher-odd" if odd else "critical-higher-even", kind=kind)))
    elif each.how == "curve":
        across = (
            "both" if each.verdict == "saddle" else "positive" if each.verdict == "minimum" else "negative"
        )
        kind = say(f"kind-{each.verdict}")
        yield Prose(words(say("critical-across", signs=say(f"across-{across}"), kind=kind)))
    elif not each.sections and free_letters(vector(*each.minors)) & set(found.derivation.question.held):
        yield Prose(words(say("critical-depends-one" if one else "critical-depends")), role="warning")
    else:
        loose = not each.sections and free_letters(vector(*each.point)) & set(found.letters)
        key = "critical-undecided-curve" if loose else "critical-undecided"
        yield Prose(words(say(key)), role="warning")


def _section(found: Critical, section: Section) -> Iterator[Block]:
    """The function along a curve and its first term."""
    name = names_for(found.function).name
    along = call(name, *section.curve)
    expansion = section.derivation.answer
    t = section.derivation.question.letters[0]
    rest = call("O", _power(t, section.order + 1))
    yield Equation(Formula(along), Formula(section.function), 0)
    if expansion is not section.function:
        from stepcalc.notation.forms import add

        terms = expansion.args if expansion.head == "sum" else (expansion,)
        yield Equation(None, Formula(add(*terms, rest)), 0)


def _power(base: Form, exponent: int) -> Form:
    from stepcalc.notation.arithmetic import raised

    return raised(base, number(exponent))


def _boundary(found: Critical) -> Iterator[Block]:
    """The candidates on the boundary, and all values compared."""
    yield from law(found.rulebook.card("boundary"))
    names = ", ".join(one_line(item) for item in found.letters)
    name = names_for(found.function).name
    one = len(found.letters) == 1
    kept = sorted((*found.points, *found.boundary), key=lambda each: -each.height)
    rows = []
    for each in kept[:MOST_SHOWN]:
        key = "where-end" if one and each.where == "corner" else f"where-{each.where}"
        remark = say("value-largest") if each.height == kept[0].height else ""
        remark = say("value-smallest") if each.height == kept[-1].height else remark
        rows.append(
            (_place(each), words(say(key)), (Formula(_brief(each.value, each.height)),), words(remark))
        )
    yield Table((names if one else f"({names})", say("where"), name, ""), tuple(rows))


def _answers(found: Critical) -> Iterator[Block]:
    largest, smallest = found.largest, found.smallest
    if largest is not None and smallest is not None:
        name = names_for(found.function).name
        for extreme, key in ((largest, "answer-largest"), (smallest, "answer-smallest")):
            yield Prose((Words(say(key), "strong"), *_all_there(found, name, extreme)))
        return
    if found.points:
        yield Prose(words(say("answer-critical"), "strong"))
    for each in found.points[:MOST_SHOWN]:
        kind = each.verdict
        if kind == "saddle" and len(found.letters) == 1:
            kind = "neither"
        yield prose(*_height(found, each), f"   {say(f'kind-{kind}')}", depth=1)
    if not found.complete:
        yield Prose(words(say("critical-maybe-more")), role="note")
    domain = wording.domain(wording.conditions(found.derivation))
    if found.unseen:
        yield Prose(words(say("critical-unseen")), role="note")
    if domain:
        yield Prose((Words(say("critical-domain")), *domain[1:]), role="note")


def _height(found: Critical, each: CriticalPoint) -> list[Any]:
    """ "f(1) = 2", in decimals of a few digits where they were rounded; of a family for which integers."""
    name = names_for(found.function).name
    point_ = [_brief(part, size, 60) for part, size in zip(each.point, each.places, strict=True)]
    value = _brief(each.value, each.height, 60)
    sign = " ≈ " if each.rounded or value is not each.value else " = "
    return [Formula(call(name, *point_)), sign, Formula(value), *_any_integer([each])]


def _all_there(found: Critical, name: str, extreme: CriticalPoint) -> Inline:
    """ "f(1, 1) = f(−1, 1) = 4": every point that has the value."""
    size = 1e-12 * (1 + abs(extreme.height))
    same = [each for each in (*found.points, *found.boundary) if abs(each.height - extreme.height) <= size]
    pieces: list[Words | Formula] = []
    for each in same:
        pieces.extend((Formula(call(name, *each.point)), Words(" = ")))
    return (*pieces, Formula(extreme.value))


def picture(found: Critical, *, on: Any = None) -> Picture:
    """The function with its critical points: a graph, or height lines."""
    from stepcalc.render.plots.iterations import of_critical

    if len(found.letters) > 2:
        raise UsageError(say("plot-two-letters", count=len(found.letters)), code="plot-two-letters")
    return of_critical(found, on)
