"""Expressions that are alike but for the names of their letters: what is found of one holds for the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stepcalc.calculus.letters import by_name
from stepcalc.notation.forms import Form, letter, letter_label, letters_of, rebuild


@dataclass(frozen=True, slots=True)
class Shape:
    """An expression with its numbered letters counted anew, and what the order of its letters was.

    Args:
        form: The expression with x_17, x_18 as x_0, x_1.
        order: The places of the letters in alphabetical order, in which x_10 stands before x_9.
    """

    form: Form
    order: tuple[int, ...]


def shape_of(form: Form) -> tuple[Shape, tuple[Form, ...]]:
    """The shape of an expression, and its letters in order.

    Two expressions have the same shape if one becomes the other by giving numbered letters other numbers, in
    the same order, so that all that goes by names (the order of terms and factors) is the same for both.

    Args:
        form: Any form.

    Returns:
        The shape, and the letters that stand in its places.

    Examples:
        >>> from stepcalc.notation.forms import multiply
        >>> x_2, x_3, x_7, x_9 = (letter(f"x_{k}") for k in (2, 3, 7, 9))
        >>> shape_of(multiply(x_2, x_3))[0] == shape_of(multiply(x_7, x_9))[0]
        True
        >>> shape_of(multiply(x_2, x_3))[0] == shape_of(multiply(x_9, x_7))[0]
        False
    """
    letters = tuple(sorted(letters_of(form), key=by_name))
    counted: dict[str, int] = {}
    change: dict[Form, Form] = {}
    for item in letters:
        stem, number, _ = by_name(item)
        if number >= 0:
            counted[stem] = counted.get(stem, -1) + 1
            change[item] = letter(f"{stem}{counted[stem]}", *letter_label(item)[1:])
    alphabetical = sorted(range(len(letters)), key=lambda place: letters[place].name)
    return Shape(rebuild(form, change), tuple(alphabetical)), letters


def renaming(before: tuple[Form, ...], after: tuple[Form, ...]) -> Mapping[Form, Form]:
    """What turns an expression into one of the same shape, from the letters of both.

    Examples:
        >>> x_2, x_7 = letter("x_2"), letter("x_7")
        >>> renaming((x_2,), (x_7,)) == {x_2: x_7}
        True
    """
    return dict(zip(before, after, strict=True))
