"""What the bordered Hessian says of a point: its last leading minors, or the eigenvalues along the constraints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from stepcalc.calculus.exact_values import value_at
from stepcalc.calculus.optimisation.conditions import Problem
from stepcalc.calculus.optimisation.constrained_points import Constrained
from stepcalc.calculus.optimisation.numerals import decimal_form, shorter
from stepcalc.notation.forms import Form
from stepcalc.trace.derivation import Derivation

SINGULAR: Final = 1e-10
"""A computed eigenvalue that is smaller than this part of the largest may be 0."""


def bordered(
    problem: Problem, found: Constrained, hessian: Derivation, *, exact: bool
) -> tuple[tuple[Form, ...], str]:
    """The last leading minors of the bordered Hessian, and what their signs mean.

    Args:
        problem: The function and its constraints.
        found: The point.
        hessian: The derivation of the bordered Hessian.
        exact: Whether the point is exact.
    """
    import sympy

    from stepcalc.notation.values import form_of, value

    free, many = len(problem.letters), len(problem.constraints)
    if free == many:
        return (), "isolated"
    unknowns = (*problem.multipliers, *problem.letters)
    point = dict(zip(unknowns, (*found.multipliers, *found.point), strict=True))
    whole = sympy.Matrix(value_at(hessian.answer, point, problem.working.book))
    own = {value(item) for item in problem.letters}
    change = {each: sympy.Dummy(str(each), positive=True) for each in whole.free_symbols - own}
    back = {dummy: name for name, dummy in change.items()}
    whole = whole.xreplace(change)
    sizes = range(2 * many + 1, free + many + 1)
    if not exact:
        return _by_numbers(whole.evalf(30), many, sizes)
    minors = [shorter(sympy.expand(whole[:size, :size].det())) for size in sizes]
    told = tuple(form_of(each.xreplace(back)) for each in minors)
    if any(each.free_symbols and each.is_positive is None and each.is_negative is None for each in minors):
        return told, "undecided"  # the letters that are held decide
    signs = [1 if each.is_positive else -1 if each.is_negative else 0 for each in minors]
    return told, _verdict(signs, many)


def _by_numbers(whole: Any, many: int, sizes: Sequence[int]) -> tuple[tuple[Form, ...], str]:
    """The minors of a bordered Hessian of numbers, and what the eigenvalues along the constraints mean."""
    import numpy as np

    from stepcalc.numeric.constrained import null_space
    from stepcalc.numeric.real import context

    own = context()
    exact = own.matrix([[own.mpf(str(entry)) for entry in row] for row in whole.tolist()])
    minors = [own.det(exact[:size, :size]) for size in sizes]
    rough = np.array([[float(entry) for entry in row] for row in whole.tolist()])
    along = null_space(rough[:many, many:])
    bends = np.linalg.eigvalsh(along.T @ rough[many:, many:] @ along)
    least = SINGULAR * max(1.0, float(np.abs(bends).max(initial=0.0)))
    up, down = bends > least, bends < -least
    verdict = "minimum" if up.all() else "maximum" if down.all() else "undecided"
    verdict = "saddle" if up.any() and down.any() else verdict
    scale = max(1.0, float(np.abs(rough).max()))
    cut = [0.0 if abs(each) < SINGULAR * scale and verdict == "undecided" else float(each) for each in minors]
    return tuple(decimal_form(each, 6) for each in cut), verdict


def _verdict(signs: Sequence[int], constraints: int) -> str:
    """What the signs of the last leading minors of a bordered Hessian mean.

    Examples:
        >>> _verdict([-1], 1), _verdict([1], 1), _verdict([1, -1], 1), _verdict([0], 1)
        ('minimum', 'maximum', 'maximum', 'undecided')
    """
    if all(sign == (-1) ** constraints for sign in signs):
        return "minimum"
    if all(sign == (-1) ** (constraints + 1 + place) for place, sign in enumerate(signs)):
        return "maximum"
    # A last minor that is not 0 means that no direction is flat: then both signs occur.
    return "saddle" if signs[-1] else "undecided"
