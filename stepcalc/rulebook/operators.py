"""Operators of several letters: the gradient and its kin, as strategies of plain derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt
from typing import Final

from stepcalc.notation.arithmetic import as_fraction, opposite, over, plus, raised, times
from stepcalc.notation.forms import TWO, ZERO, Form, column, goal, matrix, rational, root, sparse_matrix
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.strategy import Strategy, as_it_is, entry_of, scalar

LARGEST_FULL_MATRIX: Final = 64
"""Of a Jacobian with more entries only those are derived, and kept, whose component has the letter."""


def _partial(subject: Form, *letters: Form) -> Form:
    return goal(subject, *letters, kind="partial")


def _components(form: Form) -> tuple[Form, ...]:
    subject = form.args[0]
    return subject.args if subject.head == "vector" else (subject,)


# ------------------------------------------------------------------------------------------- derivatives


def _repeated(form: Form, solve: Solve) -> Form:
    """One derivative after another: ∂²f/∂x∂y is ∂/∂y of ∂f/∂x."""
    now = form.args[0]
    for variable in form.args[1:]:
        now = solve(goal(now, variable, kind=str(form.label)))
    return now


def _gradient(form: Form, solve: Solve) -> Form:
    """The column of partial derivatives."""
    subject, *letters = form.args
    return column([solve(_partial(subject, letter)) for letter in letters])


def _jacobian(form: Form, solve: Solve) -> Form:
    """Row i holds the partial derivatives of the i-th component; of a large one only what need not vanish."""
    letters, parts = form.args[1:], _components(form)
    if len(parts) * len(letters) <= LARGEST_FULL_MATRIX:
        return matrix([[solve(_partial(part, letter)) for letter in letters] for part in parts])
    place = {letter: index for index, letter in enumerate(letters)}
    entries: dict[tuple[int, int], Form] = {}
    for row, part in enumerate(parts):
        for letter in _letters_in(part, place):
            entry = solve(_partial(part, letter))
            if entry is not ZERO:
                entries[row, place[letter]] = entry
    return sparse_matrix(len(parts), len(letters), entries)


def _hessian(form: Form, solve: Solve) -> Form:
    """Each pair of letters once: mixed partial derivatives are equal where they are continuous (Clairaut).

    An entry is left out where the first derivative does not depend on the second letter: it is 0.
    """
    subject, *letters = form.args
    place = {letter: index for index, letter in enumerate(letters)}
    entries: dict[tuple[int, int], Form] = {}
    for row, letter in enumerate(letters):
        first = solve(_partial(subject, letter))
        for other in _letters_in(first, place):
            if place[other] >= row:
                entry = solve(_partial(first, other))
                if entry is not ZERO:
                    entries[row, place[other]] = entries[place[other], row] = entry
    return sparse_matrix(len(letters), len(letters), entries)


def _letters_in(form: Form, place: Mapping[Form, int]) -> list[Form]:
    """The letters among these that a form has, in their order."""
    seen: set[Form] = set()
    found: list[Form] = []
    stack = [form]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in place:
            found.append(node)
        stack.extend(node.args)
    return sorted(found, key=place.__getitem__)


def _laplacian(form: Form, solve: Solve) -> Form:
    """The sum of the second derivatives with respect to each letter."""
    subject, *letters = form.args
    return plus(*(solve(_partial(subject, letter, letter)) for letter in letters))


def _divergence(form: Form, solve: Solve) -> Form:
    """Each component differentiated with respect to its own letter, and added."""
    return plus(
        *(
            solve(_partial(part, letter))
            for part, letter in zip(_components(form), form.args[1:], strict=True)
        )
    )


def _curl(form: Form, solve: Solve) -> Form:
    """How much the field turns about each axis."""
    return column([_turn(form, axis, solve) for axis in range(3)])


def _turn(form: Form, axis: int, solve: Solve) -> Form:
    parts, letters = _components(form), form.args[1:]
    first, second = (axis + 1) % 3, (axis + 2) % 3
    return plus(
        solve(_partial(parts[second], letters[first])),
        opposite(solve(_partial(parts[first], letters[second]))),
    )


def _directional(form: Form, solve: Solve) -> Form:
    """The gradient times the direction, which is first brought to length 1."""
    subject, direction, *letters = form.args
    slope = plus(
        *(
            times(part, solve(_partial(subject, letter)))
            for part, letter in zip(direction.args, letters, strict=True)
        )
    )
    return over(slope, length(direction))


def length(direction: Form) -> Form:
    """The length of a vector.

    Examples:
        >>> from stepcalc.notation.forms import number, vector
        >>> length(vector(number(3), number(4))).label
        5
    """
    square = plus(*(raised(part, TWO) for part in direction.args))
    known = as_fraction(square)
    if known is not None and known >= 0:
        above, below = isqrt(known.numerator), isqrt(known.denominator)
        if above * above == known.numerator and below * below == known.denominator:
            return rational(Fraction(above, below))
    return root(square)


def _jacobian_entry(form: Form, row: int, column_: int) -> Form:
    return _partial(_components(form)[row], form.args[1 + column_])


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "repeated": Strategy(_repeated, scalar, lambda form, *_: form),
    "gradient": Strategy(
        _gradient,
        lambda form: (len(form.args) - 1, 1),
        lambda form, row, _: _partial(form.args[0], form.args[1 + row]),
    ),
    "jacobian": Strategy(
        _jacobian, lambda form: (len(_components(form)), len(form.args) - 1), _jacobian_entry
    ),
    "hessian": Strategy(
        _hessian,
        lambda form: (len(form.args) - 1, len(form.args) - 1),
        lambda form, row, column_: _partial(form.args[0], form.args[1 + row], form.args[1 + column_]),
    ),
    "laplacian": Strategy(_laplacian, scalar, entry_of),
    "divergence": Strategy(_divergence, scalar, entry_of),
    "curl": Strategy(_curl, lambda _: (3, 1), lambda form, row, _: _turn(form, row, as_it_is)),
    "directional": Strategy(_directional, scalar, entry_of, letters=lambda form: form.args[2:], divides=True),
}
"""By the short name of the card, which is also the name of the goal's operator."""
