"""Strategies of optimisation: Newton's step, points where the gradient vanishes, Lagrange's conditions, descent.

A point that a strategy finds is tested by putting it into the conditions at 50 digits, whatever found it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from stepcalc.notation.arithmetic import opposite, over, plus, times
from stepcalc.notation.forms import Form, call, column, goal, matrix, rebuild
from stepcalc.notation.operators import rows_of

Solve = Callable[[Form], Form]

VANISHES: Final = 10.0**-30
"""What is left of a sum of terms whose size is about 1, at 50 digits, when it is 0."""


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
    subject, *letters = form.args
    slopes = solve(call("gradient", subject, *letters))
    return _points([slope for (slope,) in rows_of(slopes)], letters)


def constrained(form: Form, solve: Solve) -> Form:
    """The points, with their multipliers, where Lagrange's conditions hold, one to a row of a matrix."""
    _, _, multipliers, *letters = form.args
    conditions = solve(call("lagrange", *form.args))
    return _points([part for (part,) in rows_of(conditions)], [*letters, *multipliers.args])


def _points(conditions: list[Form], letters: list[Form]) -> Form:
    from stepcalc.rulebook.systems import real_solutions

    return matrix(real_solutions(conditions, letters))


def are_stationary(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether the gradient is 0 at each of the points, by differences at 50 digits."""
    subject, *letters = form.args
    conditions = [goal(subject, letter, kind="partial") for letter in letters]
    return vanish(conditions, letters, result, definitions)


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
    from stepcalc.numeric.evaluate import compile_forms

    rows = rows_of(points)
    program = compile_forms(conditions, definitions)
    told: bool | None = None
    for row in rows:
        places = compile_forms(row, definitions).at({})
        if any(place is None for place in places):
            return None
        point = dict(zip(letters, places, strict=True))
        size = 1 + max(abs(place) for place in places)
        for value in program.at(point):
            if value is None:
                return None
            if abs(value) > VANISHES * size**8:
                return False
        told = True
    return told


def put_into(form: Form, letters: list[Form], row: list[Form]) -> Form:
    """A form with the coordinates of a point in place of the letters."""
    return rebuild(form, dict(zip(letters, row, strict=True)))
