"""Optima under constraints told: the Lagrangian, the conditions, the points, the bordered Hessian, what exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stepcalc.calculus.letters import free_letters, listed
from stepcalc.calculus.optimisation.numerals import decimal_form, shown
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, goal, letter, relation
from stepcalc.notation.operators import is_named, named, rows_of
from stepcalc.notation.unicode import one_line
from stepcalc.render.document import Block, Equation, Formula, Inline, Prose, StepHead, Table, Words, words
from stepcalc.render.reports import gap, heading, law, point, prose, rows_shown, working
from stepcalc.render.solving import solving
from stepcalc.trace.derivation import Question
from stepcalc.trace.display import outcome

if TYPE_CHECKING:
    from stepcalc.calculus.optimisation.constrained_points import Constrained, Lagrange
    from stepcalc.render.plots.data import Picture
    from stepcalc.render.presentation import Presentation
    from stepcalc.trace.step import Step

MOST_SHOWN = 40
WIDEST = 76
LONG = 15


def blocks(found: Lagrange, told: Presentation) -> Iterator[Block]:
    """All that is told of optima under constraints."""
    for note in found.derivation.question.notes:
        yield Prose(words(note), role="note")
    yield _heading(found)
    yield from law(found.rulebook.card("lagrangian"))
    conditions = _conditions(found)
    lagrangian, slopes = conditions.substeps
    yield Equation(Formula(letter("L")), Formula(outcome(lagrangian)), 0)
    question = Question("gradient", outcome(lagrangian), found.letters, found.multipliers)
    told_steps = working(found, (slopes,), question, told, answer=slopes.result)
    yield from map(_of_lagrangian, told_steps)
    yield from law(found.rulebook.card("lagrange"))
    yield from _equations(found, conditions)
    if found.run is not None:
        yield from _iteration(found, told)
    stage = found.derivation.stages[0]
    if stage.card.id == "constrained":
        yield from solving(stage.substeps[-1], told)
    yield from _solutions(found)
    yield from _exceptions(found)
    if any(each.minors for each in found.points):
        yield from _bordered(found, told)
    if found.candidates:
        yield from _table(found)
        yield from _existence(found)
        yield from _meaning(found)


def _of_lagrangian(block: Block) -> Block:
    """The head of a step with ∂L/∂x for ∂f/∂x: what is differentiated is the Lagrangian, and f is a part of it."""
    if not isinstance(block, StepHead) or not block.label:
        return block
    return replace(block, label=tuple(map(_called, block.label)))


def _called(piece: Words | Formula) -> Words | Formula:
    if not isinstance(piece, Formula) or piece.form.head != "goal" or not is_named(piece.form.args[0]):
        return piece
    return Formula(goal(named("L"), *piece.form.args[1:], kind="partial"))


def _heading(found: Lagrange) -> Block:
    pieces: list[Any] = []
    for place, (form, equation) in enumerate(zip(found.constraints, found.equations, strict=True)):
        pieces.extend([", "] if place else [])
        pieces.append(equation or relation("=", form, ZERO))
    asked = relation("=", call("f", *found.letters), found.function)
    return heading(Words(say("lagrange-question"), "strong"), asked, say("lagrange-subject"), *pieces)


def _conditions(found: Lagrange) -> Step:
    stage = found.derivation.stages[0]
    return stage.substeps[0] if stage.card.matcher == "constrained" else stage


def _equations(found: Lagrange, conditions: Step) -> Iterator[Block]:
    """∂L/∂x = ... = 0 for each letter, then the constraints."""
    rows = [part for (part,) in rows_of(conditions.result)]
    names = [goal(named("L"), item, kind="partial") for item in found.letters]
    for name, part in zip(names, rows, strict=False):
        yield Equation(Formula(name), Formula(relation("=", part, ZERO)), 0)
    for part in rows[len(names) :]:
        yield Equation(Formula(part), Formula(ZERO), 0)


def _iteration(found: Lagrange, told: Presentation) -> Iterator[Block]:
    """The conditions as a system for Newton's method, from the start."""
    assert found.run is not None
    yield from law(found.rulebook.card("newton_system"))
    if any(row.halvings for row in found.run.rows):
        yield from law(found.rulebook.card("damped_step"))
    everything = told.everything or told.detail == "full"
    names = [item.name for item in (*found.letters, *found.multipliers)]
    few = len(names) <= 4
    heads = ["n", *((one_line(letter(name)) for name in names) if few else [say("table-largest")]), "|F|"]
    rows: list[tuple[Inline, ...]] = []
    for place in rows_shown(len(found.run.rows), everything):
        if place is None:
            rows.append((words("…"), *(words(""),) * (len(heads) - 1)))
            continue
        row = found.run.rows[place]
        cells = [shown(part, 11 if len(names) < 4 else 9) for part in row.point]
        if not few:
            cells = [shown(max(abs(part) for part in row.point), 12)]
        cells.append(shown(max(abs(part) for part in row.values), 3))
        rows.append(tuple(words(cell) for cell in (str(row.n), *cells)))
    yield Table(tuple(heads), tuple(rows))
    yield from gap(len(found.run.rows), everything)
    if found.run.root is None:
        key = "lagrange-run-flat" if found.run.ending == "flat" else f"newton-short-{found.run.ending}"
        yield Prose(words(say(key)), role="warning")


def _solutions(found: Lagrange) -> Iterator[Block]:
    if not found.points:
        yield Prose(words(say("lagrange-no-solution" if found.exact else "lagrange-not-found")))
        return
    if not found.exact:
        yield Prose(words(say(f"lagrange-by-{_way(found)}")), role="note")
        return
    yield prose(say("lagrange-solved"), point((*found.letters, *found.multipliers)), ":")
    for each in found.points[:MOST_SHOWN]:
        yield prose(point((*each.point, *each.multipliers)), depth=1)


def _way(found: Lagrange) -> str:
    """How the points were found that are not exact."""
    if found.run is None:
        return "numbers"
    if found.run.root is None:
        return "walks"
    return "newton" if len(found.points) == 1 else "both"


def _exceptions(found: Lagrange) -> Iterator[Block]:
    """Where the constraints' gradients are dependent."""
    many = len(found.constraints) > 1
    if found.exceptions:
        yield from law(found.rulebook.card("degenerate"))
        for each in found.exceptions:
            key = "lagrange-exception-many" if many else "lagrange-exception"
            yield prose(say(key), point(found.letters), " = ", point(each.point), ".")
    elif found.exceptions_known:
        yield Prose(words(say("lagrange-regular-many" if many else "lagrange-regular")))
    else:
        yield Prose(words(say("lagrange-exceptions-unknown")), role="note")


def _bordered(found: Lagrange, told: Presentation) -> Iterator[Block]:
    yield from law(found.rulebook.card("bordered_hessian"))
    if told.detail == "full":
        hessian = found.hessian
        yield from working(found, hessian.stages, replace(hessian.question), told, answer=hessian.answer)
    yield Equation(Formula(letter("B")), Formula(found.hessian.answer), 0)
    free, many = len(found.letters) - len(found.constraints), len(found.constraints)
    signs = [say("sign-negative"), say("sign-positive")]
    sign, first = signs if many % 2 else reversed(signs)
    key = "bordered-minimum-one" if free == 1 else "bordered-minimum"
    yield Prose(words(say(key, free=free, letters=len(found.letters), sign=sign, first=first)))


def _table(found: Lagrange) -> Iterator[Block]:
    """The candidates in a table, or one below the other where that would be too wide."""
    names = ", ".join(one_line(item) for item in found.letters)
    multipliers = ", ".join(one_line(item) for item in found.multipliers)
    free, many = len(found.letters), len(found.constraints)
    sizes = range(2 * many + 1, free + many + 1) if any(each.minors for each in found.points) else range(0)
    heads = [f"({names})", multipliers, "f", *(f"det B{_lowered(size)}" if size < free + many else "det B"
                                               for size in sizes), ""]  # fmt: skip
    rows = []
    for each in sorted(found.candidates, key=lambda one: -one.height)[:MOST_SHOWN]:
        place = [_brief(part, size) for part, size in zip(each.point, each.places, strict=True)]
        cells: list[Inline] = [
            point(place),
            _row_of(each.multipliers),
            (Formula(_brief(each.value, each.height)),),
        ]
        cells += [(Formula(minor),) for minor in each.minors] or [words("")] * len(sizes)
        rows.append((*cells, words(_verdict(each))))
    if _width(heads, rows) <= WIDEST:
        yield Table(tuple(heads), tuple(rows))
        return
    for row in rows:
        verdict = Words(_plain(row[-1]), "strong")
        yield prose(heads[0], " = ", row[0], ":  f = ", row[2], ",  ", verdict, depth=1)
        pieces: list[Any] = [multipliers, " = ", row[1]]
        for head, minor in zip(heads[3:-1], row[3:-1], strict=True):
            pieces += [",  ", head, " = ", minor]
        yield prose(*pieces, role="note", depth=2)


def _verdict(each: Constrained) -> str:
    if each.everywhere:
        return say(f"constrained-everywhere-{each.verdict}")
    return say(f"constrained-{each.verdict or 'exception'}")


def _width(heads: list[str], rows: list[tuple[Inline, ...]]) -> int:
    """How wide a table is in a terminal."""
    columns = zip(*([len(_plain(cell)) for cell in row] for row in rows), strict=True)
    return sum(max(len(head), *column) + 3 for head, column in zip(heads, columns, strict=True))


def _plain(cell: Inline) -> str:
    return "".join(each.text if isinstance(each, Words) else one_line(each.form) for each in cell)


def _lowered(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _row_of(forms: tuple[Form, ...]) -> Inline:
    pieces: list[Words | Formula] = []
    for place, form in enumerate(forms):
        pieces.extend([Words(", ")] if place else [])
        pieces.append(Formula(_brief(form, None)))
    return tuple(pieces) or words("—")


def _brief(form: Form, size: float | None) -> Form:
    """A form, as a decimal of a few digits where it is a long number."""
    if free_letters(form) or len(one_line(form)) <= LONG:
        return form
    if size is None:
        from stepcalc.numeric.evaluate import compile_forms

        (size,) = compile_forms([form]).at({})
    return decimal_form(size, 7)


def _existence(found: Lagrange) -> Iterator[Block]:
    """Whether a largest and a smallest value exist, and which they are."""
    several = "-many" if len(found.constraints) > 1 else ""
    yield Prose(words(say(("exists-bounded" if found.bounded else "exists-not-bounded") + several)))
    names = ", ".join(one_line(item) for item in found.letters)
    held = found.derivation.question.held
    if not found.ranked:
        yield Prose(words(say("exists-unranked", letters=listed([item.name for item in held]))))
    for key, far, best in (
        ("largest", found.above, found.largest),
        ("smallest", found.below, found.smallest),
    ):
        if far is not None:
            place = ", ".join(shown(part, 5) for part in far[0])
            told = say(f"exists-no-{key}", names=names, place=place, value=shown(far[1], 5))
            yield Prose(words(told))
        elif best is not None:
            yield Prose((Words(say(f"answer-{key}"), "strong"), *_all_there(found, best)))
            if best.everywhere:
                yield Prose(words(say(f"exists-everywhere-{key}")))
        elif not found.bounded and not held:
            yield Prose(words(say(f"exists-open-{key}", value=shown(_best(found, key).height, 7))))


def _best(found: Lagrange, key: str) -> Constrained:
    choose = max if key == "largest" else min
    return choose(found.candidates, key=lambda each: each.height)


def _all_there(found: Lagrange, best: Constrained) -> Inline:
    size = 1e-12 * (1 + abs(best.height))
    same = [each for each in found.candidates if abs(each.height - best.height) <= size]
    pieces: list[Words | Formula] = []
    for each in same:
        pieces.extend((Formula(call("f", *each.point)), Words(" = ")))
    return (*pieces, Formula(best.value))


def _meaning(found: Lagrange) -> Iterator[Block]:
    """What the multiplier of the best point says."""
    best = next(
        (each for each in (found.largest, found.smallest) if each is not None and each.multipliers), None
    )
    if best is None or len(found.constraints) != 1:
        return
    card = found.rulebook.card("multiplier")
    yield Prose((Words(card.name, "rule"), Words("    "), Words(card.show, "law")))
    key = "multiplier-largest" if best is found.largest else "multiplier-smallest"
    (factor,) = best.multipliers
    item = found.multipliers[0]
    if factor is ZERO:
        yield prose(
            say("multiplier-nought"), Formula(relation("=", item, factor)), say("multiplier-slack"), depth=1
        )
        return
    yield prose(say(key), Formula(relation("=", item, factor)), say("multiplier-times"), depth=1)


def picture(found: Lagrange, *, on: Any = None) -> Picture:
    """Height lines of the function, and the constraint."""
    from stepcalc.render.plots.iterations import of_lagrange

    return of_lagrange(found, on)
