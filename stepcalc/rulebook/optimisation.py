"""Strategies of optimisation: Newton's step, points where the gradient vanishes, Lagrange's conditions, descent.

A point that a strategy finds is tested by putting it into the conditions at 50 digits, whatever found it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import Any, Final

from stepcalc.notation.arithmetic import opposite, over, plus, times
from stepcalc.notation.forms import ZERO, Form, call, column, goal, letters_of, matrix, nodes_of
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.equations import zeros
from stepcalc.rulebook.equations.algebra import counters_of, is_rounded
from stepcalc.rulebook.equations.rows import GIVEN, VANISHES, assignments, halves, renamed, vanish_at
from stepcalc.rulebook.equations.testing import any_missing
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.strategy import Strategy, by_values, entry_of, scalar


def newton_step(form: Form, solve: Solve) -> Form:
    """x − f/f′: where the tangent at x meets the axis."""
    subject, variable = form.args
    return plus(variable, opposite(over(subject, solve(goal(subject, variable)))))


def descent_step(form: Form, solve: Solve) -> Form:
    """The column x − η·∇f; the goal's arguments are the function, the rate, then the letters."""
    subject, rate, *letters = form.args
    slopes = solve(call("gradient", subject, *letters))
    return column(
        [
            plus(letter, opposite(times(rate, slope)))
            for letter, (slope,) in zip(letters, rows_of(slopes), strict=True)
        ]
    )


def descent_entry(form: Form, row: int, _: int) -> Form:
    """A component of the next point by a plain derivative."""
    subject, rate, *letters = form.args
    slope = goal(subject, letters[row], kind="partial")
    return plus(letters[row], opposite(times(rate, slope)))


def lagrangian(form: Form, solve: Solve) -> Form:
    """L = f − λ·g − μ·h − ...; the goal's arguments: f, the constraints, the multipliers, then the letters."""
    subject, constraints, multipliers = form.args[:3]
    pairs = zip(multipliers.args, constraints.args, strict=True)
    return plus(subject, *(opposite(times(factor, part)) for factor, part in pairs))


def lagrange(form: Form, solve: Solve) -> Form:
    """The gradient of the Lagrangian with respect to the letters, then the constraints: all are to be 0."""
    _, constraints, _, *letters = form.args
    whole = solve(call("lagrangian", *form.args))
    slopes = solve(call("gradient", whole, *letters))
    return column([*(slope for (slope,) in rows_of(slopes)), *constraints.args])


def lagrange_shape(form: Form) -> tuple[int, int]:
    """A column with a row for each letter and for each constraint."""
    return len(form.args) - 3 + len(form.args[1].args), 1


def lagrange_entry(form: Form, row: int, __: int) -> Form:
    """A condition by plain derivatives."""
    constraints, letters = form.args[1], form.args[3:]
    if row >= len(letters):
        return constraints.args[row - len(letters)]
    return goal(lagrangian(form, lambda wanted: wanted), letters[row], kind="partial")


def stationary(form: Form, solve: Solve) -> Form:
    """The points where the gradient is 0, one to a row of a matrix; the goal: the function, then the letters."""
    letters, slopes = form.args[1:], _slopes(form, solve)
    rows = rows_of(solve(zeros(slopes, letters)))
    names = {item.name for item in letters_of(*form.args)}
    taken = [item for item in counters_of(*(part for row in rows for part in row)) if item.name in names]
    rows = renamed(rows, [*taken, *letters_of(*form.args)], ())
    smooth = [row for row in rows if not _jumps(slopes, letters, row)]
    return matrix([part for row in smooth for part in _on_domain(form.args[0], letters, row)])


def _jumps(slopes: Sequence[Form], letters: Sequence[Form], row: Sequence[Form]) -> bool:
    """Whether a first derivative has a sign of 0 in it: there it jumps, as that of |u| does where u is 0."""
    from stepcalc.numeric.evaluate import compile_forms

    inner = [node.args[0] for node in nodes_of(*slopes) if node.head == "call" and node.label == "sign"]
    if not inner:
        return False
    fixed = next(assignments(letters_of(*row) | (letters_of(*inner) - set(letters)), GIVEN[1]))
    places = compile_forms(list(row), {}).at(fixed)
    found = compile_forms(inner, {}).at({**fixed, **dict(zip(letters, places, strict=True))})
    return any(value is not None and abs(value) < VANISHES for value in found)


JUMP: Final = 1e-4
"""Where a slope is 0, a function that differs by more than this so near the point is not continuous there."""

TURNS: Final = (0, 1, -2)
"""Integers at which the parts of a family are tried."""


def _on_domain(subject: Form, letters: Sequence[Form], row: Sequence[Form]) -> list[Sequence[Form]]:
    """A point if the function is smooth there; of a family the even or the odd part, where only that is."""
    counters = counters_of(*row)
    known = letters_of(subject)
    own = [item for item in counters if item not in known]

    def told(part: Sequence[Form]) -> set[bool]:
        turns = product(TURNS[: 3 if len(own) < 3 else 1], repeat=len(own))
        return {_is_off(subject, letters, part, dict(zip(own, each, strict=True))) for each in turns}

    if True not in (whole := told(row)):
        return [row]
    if not own:
        return []
    return [part for part in halves(row, own) if False in told(part)] if False in whole else []


def _is_off(subject: Form, letters: Sequence[Form], row: Sequence[Form], turns: Mapping[Form, Any]) -> bool:
    """Whether a point lies outside the domain, at its end, as 0 of x^(3/2), or where the function jumps.

    A slope may have values where the function has none: 1/x, which is that of ln x, has them for all x ≠ 0. Where
    there are values on both sides of a point and none at it, that may be rounding, and is left to who asks for f.
    """
    from stepcalc.numeric.evaluate import compile_forms

    program = compile_forms([subject], {})
    fixed = next(assignments(letters_of(*row) | (letters_of(subject) - set(letters)), GIVEN[1]))
    fixed |= turns
    places = compile_forms(list(row), {}).at(fixed)
    if None in places or set(letters) & letters_of(*row):
        return False
    # A function that a card defines has no value anywhere here.
    tried = (
        {item: side * given[k % 3] for k, item in enumerate(letters)} for given in GIVEN for side in (1, -1)
    )
    if all(program.at({**fixed, **elsewhere})[0] is None for elsewhere in tried):
        return False
    point = {**fixed, **dict(zip(letters, places, strict=True))}
    for letter, place in zip(letters, places, strict=True):
        width = (1 + abs(place)) / 10**9
        around = [program.at({**point, letter: place + side * width})[0] for side in (-1, 1)]
        if None in around:
            return True
        here = program.at(point)[0]
        if here is not None and any(abs(each - here) > JUMP * (1 + abs(here)) for each in around):
            return True
    return False


def stationary_found(form: Form, solve: Solve) -> Form:
    """The same, with the equations solved at one blow."""
    return _points(_slopes(form, solve), list(form.args[1:]))


def _slopes(form: Form, solve: Solve) -> list[Form]:
    subject, *letters = form.args
    if len(letters) == 1:
        return [solve(goal(subject, *letters))]
    return [slope for (slope,) in rows_of(solve(call("gradient", subject, *letters)))]


def constrained(form: Form, solve: Solve) -> Form:
    """The points, with their multipliers, where Lagrange's conditions hold, one to a row of a matrix."""
    conditions, unknowns = _lagrange_system(form, solve)
    return solve(zeros(conditions, unknowns))


def constrained_found(form: Form, solve: Solve) -> Form:
    """The same, with the conditions solved at one blow."""
    return _points(*_lagrange_system(form, solve))


def _lagrange_system(form: Form, solve: Solve) -> tuple[list[Form], list[Form]]:
    _, _, multipliers, *letters = form.args
    conditions = solve(call("lagrange", *form.args))
    return [part for (part,) in rows_of(conditions)], [*letters, *multipliers.args]


def degenerate(form: Form, solve: Solve) -> Form:
    """The points where constraints hold and their gradients are dependent; the goal: constraints, letters."""
    constraints, *letters = form.args
    jacobian = solve(call("jacobian", constraints, *letters))
    return _points([*constraints.args, *_determinants(rows_of(jacobian))], letters)


def _determinants(rows: list[list[Form]]) -> list[Form]:
    """The largest minors of a matrix that is at least as wide as high: 0 where its rows are dependent."""
    return [_determinant([[row[k] for k in places] for row in rows]) for places in _choices(rows)]


def _choices(rows: list[list[Form]]) -> list[tuple[int, ...]]:
    return list(combinations(range(len(rows[0])), len(rows)))


def _determinant(rows: list[list[Form]]) -> Form:
    """By the first row."""
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for place, entry in enumerate(rows[0]):
        if entry is not ZERO:
            rest = _determinant([row[:place] + row[place + 1 :] for row in rows[1:]])
            terms.append(opposite(times(entry, rest)) if place % 2 else times(entry, rest))
    return plus(*terms)


def are_degenerate(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether the constraints hold at the points, and their gradients, by differences, are dependent."""
    constraints, *letters = form.args
    slopes = [[goal(part, item, kind="partial") for item in letters] for part in constraints.args]
    if not rows_of(result):
        return _never([*constraints.args, *_determinants(slopes)], letters, definitions)
    if len(slopes) == 1:
        return vanish([*constraints.args, *slopes[0]], letters, result, definitions)
    return vanish([*constraints.args, *_determinants(slopes)], letters, result, definitions)


def _points(conditions: list[Form], letters: list[Form]) -> Form:
    from stepcalc.rulebook.systems import real_solutions

    return matrix(real_solutions(conditions, letters))


def are_stationary(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether the gradient is 0 at each of the points, by differences at 50 digits.

    Of a function of one letter also whether its slope goes through 0 somewhere else, as far as a grid tells.
    """
    subject, *letters = form.args
    conditions = [goal(subject, letter, kind="partial") for letter in letters]
    told = vanish(conditions, letters, result, definitions)
    if told and len(letters) == 1:
        return not any_missing(conditions[0], letters[0], rows_of(result), definitions)
    return told


def are_constrained(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether Lagrange's conditions hold at each of the points, by differences at 50 digits."""
    _, constraints, multipliers, *letters = form.args
    conditions = [lagrange_entry(form, row, 0) for row in range(len(letters) + len(constraints.args))]
    return vanish(conditions, [*letters, *multipliers.args], result, definitions)


def vanish(
    conditions: list[Form], letters: list[Form], points: Form, definitions: Mapping[str, Any]
) -> bool | None:
    """Whether expressions are 0 at each point; ``None`` where one has no value.

    Args:
        conditions: The expressions; derivatives in them are found by differences.
        letters: Their letters, in the order of the points' coordinates.
        points: A matrix with a point in each row.
        definitions: The functions that cards define.
    """
    rows = rows_of(points)
    if not rows:
        return _never(conditions, letters, definitions)
    told = [
        _vanish_at(conditions, letters, row, definitions, fixed)
        for row in rows
        for given in GIVEN[:2]
        for fixed in assignments(letters_of(*row) | (letters_of(*conditions) - set(letters)), given)
        if _is_real(row, letters, fixed)
    ]
    if len(told) < len(rows):
        return None
    return None if any(each is None for each in told) else all(told)


def _is_real(row: list[Form], letters: list[Form], fixed: Mapping[Form, Any]) -> bool:
    """Whether a row is a point; of a curve, which need not have one above every number, it is not always."""
    from stepcalc.numeric.evaluate import compile_forms

    return not set(letters) & letters_of(*row) or None not in compile_forms(row, {}).at(fixed)


def _vanish_at(
    conditions: list[Form],
    letters: list[Form],
    row: list[Form],
    definitions: Mapping[str, Any],
    fixed: Mapping[Form, Any],
) -> bool | None:
    from stepcalc.numeric.evaluate import compile_forms

    places = compile_forms(row, definitions).at(fixed)
    if any(place is None for place in places):
        return None
    point = {**fixed, **dict(zip(letters, places, strict=True))}
    program = compile_forms(conditions, definitions)
    if any(map(is_rounded, row)):
        return all(vanish_at(_slopes_as_well(conditions, program, definitions), point, letters, rounded=True))
    found, nought = program.at(point), vanish_at(program.at, point, letters)
    told = [
        _levels_off(condition, point, definitions) if value is None else nought[place]
        for place, (condition, value) in enumerate(zip(conditions, found, strict=True))
    ]
    return None if any(each is None for each in told) else all(told)


def _slopes_as_well(
    conditions: list[Form], program: Any, definitions: Mapping[str, Any]
) -> Callable[[Mapping[Form, Any]], list[Any]]:
    """The values of conditions; a slope that the evaluator does not tell is the difference over a fixed width."""

    def values(point: Mapping[Form, Any]) -> list[Any]:
        return [
            _difference(condition, point, definitions, 12) if value is None else value
            for condition, value in zip(conditions, program.at(point), strict=True)
        ]

    return values


def _difference(
    condition: Form, point: Mapping[Form, Any], definitions: Mapping[str, Any], power: int
) -> Any:
    """A first derivative by the difference over a width of 10⁻ⁿ to each side; ``None`` where there is none."""
    from stepcalc.numeric.evaluate import compile_forms

    if condition.head != "goal" or len(condition.args) != 2:
        return None
    subject, variable = condition.args
    program = compile_forms([subject], definitions)
    # An exact width, in the arithmetic of the point.
    width = point[variable] * 0 + 1
    width /= 10**power
    ends = [program.at({**point, variable: point[variable] + side * width})[0] for side in (1, -1)]
    return None if None in ends else (ends[0] - ends[1]) / (2 * width)


def _levels_off(condition: Form, point: Mapping[Form, Any], definitions: Mapping[str, Any]) -> bool | None:
    """Whether the differences of a function shrink with their width, as where its slope is 0.

    Where a slope is 0 two widths hardly ever give the same, and the evaluator does not tell. Where f is smooth
    they shrink with the square of the width, at the foot of x^(4/3) with its cube root.
    """
    found = [_difference(condition, point, definitions, power) for power in (8, 10, 14)]
    if None in found:
        return None
    sizes = [abs(slope) for slope in found]
    return all(after <= before / 3 + VANISHES * 10**5 for before, after in pairwise(sizes))


def _never(conditions: list[Form], letters: list[Form], definitions: Mapping[str, Any]) -> bool | None:
    """Whether expressions have no common zero, as far as that is seen at points on a grid.

    One of them has the same sign at all points; or, of one letter, changes it only by a jump.
    """
    from stepcalc.numeric.evaluate import compile_forms

    free = sorted(letters_of(*conditions) - set(letters), key=lambda item: item.name)
    fixed: dict[Form, Any] = {item: GIVEN[0][place % 3] for place, item in enumerate(free)}
    program = compile_forms(conditions, definitions)
    steps = [Fraction(place, 7) for place in range(-60, 61)]
    if len(letters) == 1:
        values = [(place, program.at({**fixed, letters[0]: place})[0]) for place in steps]
        known = [(place, value) for place, value in values if value is not None]
        return (
            None
            if not known
            else not any(_crosses(program, {**fixed}, letters[0], low, high) for low, high in pairwise(known))
        )
    points = [
        {
            **fixed,
            **{item: steps[(17 * k * (place + 1) + 5 * place) % 121] for place, item in enumerate(letters)},
        }
        for k in range(60)
    ]
    found = [values for point in points if None not in (values := program.at(point))]
    signs = [{value > 0 for value in column_} for column_ in zip(*found, strict=True)]
    if any(len(each) == 1 for each in signs):
        return True
    return not any(_leads_to_zero(program, fixed, letters, start) for start in _starts(len(letters)))


def _starts(count: int) -> list[list[float]]:
    return [[0.9 * ((k * (place + 2)) % 5 - 2) + 0.31 for place in range(count)] for k in range(8)]


def _leads_to_zero(program: Any, fixed: dict[Form, Any], letters: list[Form], start: list[float]) -> bool:
    """Whether Gauss and Newton's method, with slopes by differences, arrives at a common zero from a start."""
    import numpy as np

    def values(point: Any) -> Any:
        found = program.at({**fixed, **dict(zip(letters, map(float, point), strict=True))})
        return None if None in found else np.array([float(each) for each in found])

    point = np.array(start)
    for _ in range(12):
        here = values(point)
        if here is None or not np.isfinite(here).all():
            return False
        if np.max(np.abs(here)) < 1e-9:
            return True
        moved = [values(point + 1e-6 * row) for row in np.eye(len(letters))]
        if any(each is None or not np.isfinite(each).all() for each in moved):
            return False
        slopes = np.array([(each - here) / 1e-6 for each in moved]).T
        if not np.isfinite(slopes).all():
            return False
        point = point - np.linalg.lstsq(slopes, here, rcond=1e-10)[0]
    return False


def _crosses(
    program: Any, fixed: dict[Form, Any], variable: Form, low: tuple[Any, Any], high: tuple[Any, Any]
) -> bool:
    """Whether an expression goes through 0 between two places."""
    (a, left), (b, right) = low, high
    if left == 0 or right == 0:
        return True
    if (left > 0) == (right > 0):
        return False
    size = max(abs(left), abs(right))
    for _ in range(60):
        middle = (a + b) / 2
        value = program.at({**fixed, variable: middle})[0]
        if value is None:
            return False
        a, b, left = (middle, b, value) if (value > 0) == (left > 0) else (a, middle, left)
    return bool(abs(left) < size / 10**6)


def _behind_two(form: Form) -> tuple[Form, ...]:
    return form.args[2:]


def _behind_three(form: Form) -> tuple[Form, ...]:
    return form.args[3:]


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "newton_step": Strategy(newton_step, scalar, entry_of, divides=True),
    "descent_step": Strategy(
        descent_step, lambda form: (len(form.args) - 2, 1), descent_entry, letters=_behind_two
    ),
    "lagrangian": Strategy(lagrangian, scalar, entry_of, letters=_behind_three),
    "lagrange": Strategy(lagrange, lagrange_shape, lagrange_entry, letters=_behind_three),
    "degenerate": Strategy(degenerate, scalar, entry_of, holds=are_degenerate),
    "stationary": Strategy(stationary, scalar, entry_of, holds=are_stationary),
    "constrained": by_values(constrained, are_constrained, letters=_behind_three),
    "stationary_found": by_values(stationary_found, are_stationary),
    "constrained_found": by_values(constrained_found, are_constrained, letters=_behind_three),
}
"""By the name of the goal."""
