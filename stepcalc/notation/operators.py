"""Operators of vector calculus and matrices: how goals such as gradient(f, x, y) are written and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stepcalc.notation.forms import (
    ZERO,
    Form,
    call,
    column,
    entries_of,
    matrix,
    matrix_label,
    sparse_matrix,
)


@dataclass(frozen=True, slots=True)
class Operator:
    """The sign of an operator.

    Args:
        sign: In Unicode.
        ascii: In plain ASCII.
        latex: In LaTeX.
        close: Whether a function's name stands directly behind the sign: ∇f, but J[F].
    """

    sign: str
    ascii: str
    latex: str
    close: bool = True


OPERATORS: Final[Mapping[str, Operator]] = {
    "gradient": Operator("∇", "grad ", r"\nabla "),
    "jacobian": Operator("J", "J", "J", close=False),
    "hessian": Operator("H", "H", "H", close=False),
    "laplacian": Operator("Δ", "laplacian ", r"\Delta "),
    "divergence": Operator("div ", "div ", r"\operatorname{div} "),
    "curl": Operator("curl ", "curl ", r"\operatorname{curl} "),
    "directional": Operator("D", "D", "D"),
    "limit": Operator("lim", "lim", r"\lim"),
    "over_points": Operator("Σ", "sum", r"\sum_i", close=False),
    "variance": Operator("var", "var", r"\operatorname{var}", close=False),
    "covariance": Operator("cov", "cov", r"\operatorname{cov}", close=False),
}
"""By the name of the goal's call. What is applied to stands first, then the letters."""

MATRIX_SIGNS: Final[Mapping[str, Operator]] = {
    "hadamard": Operator(" ∘ ", " o ", r" \circ "),
    "transposed": Operator("ᵀ", "^T", r"^{\mathsf{T}}"),
    "summed": Operator("Σ ", "sum ", r"{\textstyle\sum} "),
    "over_others": Operator("Σₖ≠ᵢ ", "sum(k != i) ", r"{\textstyle\sum_{k \ne i}} "),
}
"""Products entry by entry, columns written as rows, sums of all entries, and of what there is for each unit k other
than i, by the name of the call."""

MATRICES: Final = ("matrix", "column", "sparse")
"""How matrices begin in one-line text: row by row, one below the other, or by place."""

MOST_WRITTEN_OUT: Final = 64
"""How many entries a matrix has at most that is written row by row, noughts and all."""


def named(name: str) -> Form:
    """A function by its name alone, without arguments: f in ∇f, F₁ in ∂F₁/∂x.

    Examples:
        >>> named("f").args
        ()
    """
    return call(name)


def is_named(form: Form) -> bool:
    """Whether a form is a function by its name alone."""
    return form.head == "call" and not form.args


def rows_of(form: Form) -> list[list[Form]]:
    """All entries of a matrix, row by row, 0 where none is kept.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> x = letter("x")
        >>> [[entry.label for entry in row] for row in rows_of(sparse_matrix(1, 2, {(0, 0): x}))]
        [[('x', (), 0), 0]]
    """
    rows, columns, _ = matrix_label(form)
    entries = entries_of(form)
    return [[entries.get((row, place), ZERO) for place in range(columns)] for row in range(rows)]


def written_out(form: Form) -> Form:
    """The form itself; a small matrix row by row, though it is kept by its entries that are not 0.

    Examples:
        >>> from stepcalc.notation.forms import number
        >>> from stepcalc.notation.unicode import one_line
        >>> one_line(written_out(sparse_matrix(1, 2, {(0, 0): number(3)})))
        'matrix([3, 0])'
    """
    if form.head != "matrix":
        return form
    rows, columns, places = matrix_label(form)
    return form if places is None or rows * columns > MOST_WRITTEN_OUT else matrix(rows_of(form))


def _dense(items: list[Form]) -> Form | None:
    widths = {len(item.args) if item.head == "vector" else 0 for item in items}
    return matrix([item.args for item in items]) if len(widths) == 1 and widths != {0} else None


def _sparse(items: list[Form]) -> Form | None:
    sizes = [item.label for item in items[:2]]
    entries: dict[tuple[int, int], Form] = {}
    if len(sizes) < 2 or not all(isinstance(size, int) and size > 0 for size in sizes):
        return None
    for item in items[2:]:
        if item.head != "vector" or len(item.args) != 3:
            return None
        place = [part.label for part in item.args[:2]]
        for index, size in zip(place, sizes, strict=True):
            if not (isinstance(index, int) and isinstance(size, int) and 1 <= index <= size):
                return None
        assert isinstance(place[0], int) and isinstance(place[1], int)
        entries[place[0] - 1, place[1] - 1] = item.args[2]
    assert isinstance(sizes[0], int) and isinstance(sizes[1], int)
    return sparse_matrix(sizes[0], sizes[1], entries)


BUILD: Final[Mapping[str, Callable[[list[Form]], Form | None]]] = {
    "matrix": _dense,
    "column": column,
    "sparse": _sparse,
}
"""What is built of the items in the brackets; ``None`` where they do not fit."""
