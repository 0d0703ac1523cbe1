"""Answers of vector calculus at a point: tangent planes, determinants, and what kind of point it is."""

from __future__ import annotations

from typing import Final

from stepcalc.notation.forms import Form, matrix_label

LARGEST_DETERMINANT: Final = 4


def determinant(answer: Form) -> tuple[Form, ...]:
    """The determinant of a square matrix, as the rule gives it and in a shorter form if there is one.

    Args:
        answer: The matrix.

    Returns:
        The forms, equal to one another; none for a matrix that is not square, or larger than 4 by 4.

    Examples:
        >>> from stepcalc.notation.forms import letter, matrix
        >>> a, b, c, d = map(letter, "abcd")
        >>> from stepcalc.notation.unicode import one_line
        >>> [one_line(form) for form in determinant(matrix([[a, b], [c, d]]))]
        ['ad − bc']
    """
    rows, columns, _ = matrix_label(answer)
    if rows != columns or rows > LARGEST_DETERMINANT or rows == 1:
        return ()
    from stepcalc.calculus.tidying import tidy
    from stepcalc.notation.values import form_of, value

    found = value(answer).det(method="berkowitz").expand()
    tidied = tidy(found, form="textbook").result
    return tuple(dict.fromkeys((form_of(found), form_of(tidied))))
