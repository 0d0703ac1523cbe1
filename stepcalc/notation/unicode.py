"""Forms as one line of text, in Unicode or in plain ASCII, which the reader reads back as the same form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import groupby

from stepcalc.notation.forms import Form
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.lettering import Lettering
from stepcalc.notation.pieces import Piece, Pieces


def one_line(
    form: Form,
    *,
    ascii: bool = False,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
) -> str:
    """The form as one line of text.

    Args:
        form: What is written.
        ascii: Whether to do with plain ASCII: ``x^2*y`` for ``x² y``.
        functions: The functions that have names, by name; calls of others are undefined functions.
        notation: ``"leibniz"`` writes what is sought as d/dx[...], ``"prime"`` as (...)′, which reads well
            but does not say the letter and is not read back.

    Returns:
        The text; with the Leibniz notation the reader reads it back as the same form.

    Examples:
        >>> from stepcalc.notation.forms import TWO, add, call, goal, letter, multiply, number, power
        >>> x = letter("x")
        >>> one_line(multiply(power(x, TWO), call("sin", add(power(x, TWO), number(-1)))))
        'x² sin(x²−1)'
        >>> one_line(goal(power(x, TWO), x), ascii=True)
        'd/dx[x^2]'
    """
    writer = Pieces(Lettering(ascii=ascii, functions=functions), notation=notation)
    return "".join(text for text, _ in _written(writer, form))


def spans(
    form: Form,
    marks: Collection[Form] = (),
    *,
    ascii: bool = False,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    notation: str = "leibniz",
    symbolic: bool = False,
) -> list[tuple[str, bool]]:
    """The text of :func:`one_line` in pieces, each with whether it belongs to a marked part.

    Args:
        form: What is written.
        marks: The parts to mark, wherever they occur.
        ascii: As for :func:`one_line`.
        functions: As for :func:`one_line`.
        notation: As for :func:`one_line`.
        symbolic: Whether operators have their signs: ∇[x² y] for gradient(x² y, x, y).

    Examples:
        >>> from stepcalc.notation.forms import TWO, add, call, letter, power
        >>> x = letter("x")
        >>> spans(add(call("sin", x), power(x, TWO)), marks=[power(x, TWO)])
        [('sin(x) + ', False), ('x²', True)]
    """
    letters = Lettering(ascii=ascii, functions=functions, symbolic=symbolic)
    writer = Pieces(letters, notation=notation, marks=frozenset(marks))
    groups = groupby(_written(writer, form), lambda piece: piece[1])
    return [("".join(text for text, _ in group), marked) for marked, group in groups]


def _written(writer: Pieces, form: Form) -> Iterator[tuple[str, bool]]:
    """The text from left to right; an explicit stack takes the place of recursion."""
    writer.look_over(form)
    stack: list[Piece] = writer.top(form)[::-1]
    marked = 0
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            if piece:
                yield piece, marked > 0
        elif isinstance(piece, bool):
            marked += 1 if piece else -1
        else:
            stack.extend(reversed(writer.inner(piece)))


def can_encode(text: str, encoding: str | None) -> bool:
    """Whether an output of this encoding has every character of the text; an unknown encoding has ASCII only.

    Examples:
        >>> can_encode("x²", "utf-8"), can_encode("∂", "latin-1"), can_encode("x^2", None)
        (True, False, True)
    """
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
