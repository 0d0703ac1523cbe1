"""Whether a symmetric matrix is definite: by its leading minors, or by the signs of its eigenvalues."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy


def definiteness(minors: list[Any], found: sympy.Matrix) -> str:
    """``"positive"``, ``"negative"``, ``"indefinite"`` or ``"semidefinite"``; empty where it is not decided.

    Sylvester's criterion decides by the leading minors. Where they leave it open the signs of the eigenvalues
    do: they are all real, so Descartes's rule counts them by the characteristic polynomial's coefficients.
    """
    import sympy

    signs = [_sign(sympy.sympify(minor)) for minor in minors]
    if all(sign == 1 for sign in signs):
        return "positive"
    if all(sign == (-1) ** (place + 1) for place, sign in enumerate(signs)):
        return "negative"
    coefficients = [_sign(each) for each in _characteristic(found)]
    if any(sign is None for sign in coefficients):
        return ""
    above = _changes(coefficients)
    below = _changes([sign * (-1) ** place for place, sign in enumerate(coefficients) if sign is not None])
    return "indefinite" if above and below else "semidefinite"


def _characteristic(found: sympy.Matrix) -> list[Any]:
    """The coefficients of the characteristic polynomial, highest power first.

    SymPy sorts the factors that it finds, which fails where letters are left; there Faddeev and LeVerrier's
    recurrence gives them.
    """
    import sympy

    if not found.free_symbols:
        return list(found.charpoly().all_coeffs())
    one = sympy.eye(found.rows)
    coefficients, carried = [sympy.Integer(1)], sympy.zeros(found.rows, found.rows)
    for place in range(1, found.rows + 1):
        carried = (found * carried + coefficients[-1] * one).expand()
        coefficients.append(sympy.expand(-(found * carried).trace() / place))
    return coefficients


def _changes(signs: list[Any]) -> int:
    """How often the sign changes, noughts left out."""
    kept = [sign for sign in signs if sign]
    return sum(left != right for left, right in pairwise(kept))


def _sign(number: Any) -> int | None:
    """1, 0 or -1; ``None`` where letters are left or SymPy cannot tell."""
    if number.is_zero:
        return 0
    return 1 if number.is_positive else -1 if number.is_negative else None
