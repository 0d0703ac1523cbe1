"""Exact values of expressions at a point, by the rules of real calculus: odd roots are real roots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepcalc.errors import LimitError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, letters_of, postorder, rebuild
from stepcalc.notation.limits import check_limits
from stepcalc.numeric.inlining import inlined
from stepcalc.rulebook.book import Rulebook


def value_at(form: Form, point: Mapping[Form, Form], book: Rulebook) -> Any:
    """An expression, or a matrix of them, with values put in for letters.

    Args:
        form: The expression.
        point: The values, by letter.
        book: The rules, whose cards say what functions of their own stand for.

    Returns:
        The SymPy value. It is infinite or not a number where the expression has none.

    Raises:
        LimitError: Its numbers would be too long, or it is nested too deeply for SymPy.

    Examples:
        >>> from stepcalc.notation.forms import letter, number, root
        >>> from stepcalc.rulebook.book import default_book
        >>> x = letter("x")
        >>> value_at(root(x, number(3)), {x: number(-8)}, default_book())
        -2
    """
    from stepcalc.notation.values import value

    check_limits(rebuild(form, point))
    change = {value(letter): value(given) for letter, given in point.items()}
    try:
        return _with_real_roots(value(_spelled_out(form, point, book)).subs(change))
    except RecursionError as problem:
        raise LimitError(say("too-deep-for-sympy"), code="too-deep-for-sympy") from problem


def _spelled_out(form: Form, point: Mapping[Form, Form], book: Rulebook) -> Form:
    """The form with functions that cards define spelled out, where no letter will be left in them."""
    known = {letter for letter, given in point.items() if not letters_of(given)}
    change = {
        node: inlined([node], book.definitions)[0]
        for node in postorder(form)
        if node.head == "call" and node.name in book.definitions and letters_of(node) <= known
    }
    return rebuild(form, change) if change else form


def _with_real_roots(found: Any) -> Any:
    """SymPy's principal roots of negative numbers as the real ones, where the index is odd."""
    import sympy

    def is_odd_root(part: Any) -> bool:
        return bool(
            part.is_Pow
            and part.exp.is_Rational
            and part.exp.q % 2
            and part.exp.q > 1
            and part.base.is_negative
        )

    def real_root(part: Any) -> Any:
        return sympy.Integer(-1) ** part.exp.p * (-part.base) ** part.exp

    if hasattr(found, "shape"):
        return found.applyfunc(lambda entry: entry.replace(is_odd_root, real_root))
    return found.replace(is_odd_root, real_root)
