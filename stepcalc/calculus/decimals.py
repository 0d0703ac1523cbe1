"""Fractions as decimals, for the answers to questions that were typed with decimals."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from stepcalc.notation.forms import Form, fold, is_decimal, multiply, number, numeral, postorder, with_args

LONGEST: Final = 10**6
"""A denominator that is larger would make a decimal that nobody reads."""


def in_decimals(form: Form) -> Form:
    """A form with decimals in the place of fractions of numbers, where all of them end.

    Examples:
        >>> from stepcalc.notation.forms import divide, letter
        >>> from stepcalc.notation.unicode import one_line
        >>> one_line(in_decimals(divide(letter("x"), number(5))))
        '0.2x'
    """
    below = [node.args[1] for node in postorder(form) if _is_over_number(node)]
    if not below or not all(_ends(Fraction(1) / numeral(each)) for each in below):
        return form
    return fold(form, _decimal)


def _is_over_number(form: Form) -> bool:
    return form.head == "quotient" and form.args[1].head == "number"


def _ends(value: Fraction) -> bool:
    return value.denominator == 1 or (is_decimal(value) and value.denominator <= LONGEST)


def _decimal(node: Form, args: tuple[Form, ...]) -> Form:
    """One node, its parts being written in decimals already."""
    if node.head == "quotient" and args[1].head == "number":
        return _times(1 / Fraction(numeral(args[1])), args[0])
    if node.head == "product" and args != node.args:
        return _times(Fraction(1), *args)
    return with_args(node, args) if node.args else node


def _times(front: Fraction, *factors: Form) -> Form:
    """A product with one number in front."""
    rest: list[Form] = []
    for factor in factors:
        for part in factor.args if factor.head == "product" else (factor,):
            if part.head == "number":
                front *= numeral(part)
            else:
                rest.append(part)
    first = number(front if front.denominator != 1 else front.numerator)
    if not rest:
        return first
    return multiply(*rest) if front == 1 else multiply(first, *rest)
