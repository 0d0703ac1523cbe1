"""What a form looks like to whoever writes it: with a minus sign in front, as a matrix, as cases, as short."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from stepcalc.notation.forms import MINUS_ONE, Form, number


def without_minus(form: Form) -> tuple[Form, ...] | None:
    """The factors that remain when a leading minus sign is written in front; ``None`` if there is none.

    Examples:
        >>> from stepcalc.notation.forms import letter, negate
        >>> x = letter("x")
        >>> without_minus(negate(x)) == (x,), without_minus(number(-3)) == (number(3),), without_minus(x)
        (True, True, None)
    """
    first, *rest = form.args if form.head == "product" else (form,)
    if first.head != "number" or not is_negative(first):
        return None
    if first is MINUS_ONE and rest and rest[0].head != "number":
        return tuple(rest)
    assert isinstance(first.label, int | Fraction)
    return number(-first.label), *rest


def is_negative(form: Form) -> bool:
    """Whether a form is a negative number."""
    return form.head == "number" and isinstance(form.label, int | Fraction) and form.label < 0


def is_matrix(form: Form) -> bool:
    """Whether a form is a vector of rows of one length."""
    rows = form.args if form.head == "vector" else ()
    return bool(rows) and all(
        row.head == "vector" and row.args and len(row.args) == len(rows[0].args) for row in rows
    )


def is_cases(form: Form) -> bool:
    """Whether the arguments of a ``piecewise`` are pairs of a value and a condition."""
    return bool(form.args) and all(case.head == "vector" and len(case.args) == 2 for case in form.args)


def is_shallow(term: Form) -> bool:
    """Whether a term is made of few nodes, none of which is a sum or a call other than a power of e."""
    if term.head in ("number", "letter", "constant"):
        return True
    if term.head in ("product", "quotient", "power", "root") or term.label == "exp":
        return all(not arg.args or (arg.head in _SHORT and _is_flat(arg)) for arg in term.args)
    return False


def _is_flat(form: Form) -> bool:
    return not any(arg.args for arg in form.args)


_SHORT: Final = ("product", "power", "root")
