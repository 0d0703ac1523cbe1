"""Rigorous bounds of what a Taylor polynomial in several variables leaves out, over a box.

A power series in y whose coefficients are power series in x: the recurrences of one variable, applied to numbers
that are themselves series, give every mixed derivative at once, enclosed over the box.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product as pairs
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.balls import ring_of, rounded_up
from stepcalc.numeric.jets import (
    FUNCTIONS,
    Jet,
    NoSeriesError,
    constant_jet,
    jet_of,
    power,
    product,
    quotient,
)

MOST_WORK: Final = 4000
"""Boxes times coefficients: what a second or two is enough for."""

MOST_COEFFICIENTS: Final = 400
CLOSE_ENOUGH: Final = Fraction(51, 50)

Box = tuple[tuple[Fraction, Fraction], ...]


def bound_of_remainder(
    form: Form, variables: Sequence[Form], centre: Sequence[Fraction], order: int, box: Box
) -> Fraction | None:
    """A number that the remainder of a Taylor polynomial in several variables does not exceed on a box.

    Rₙ is Σ ∂^α f(ξ)/α!·h^α over all multi-indices of n + 1, with ξ between the centre and the point, so it is no
    larger than the largest Σ |∂^α f(ξ)|/α!·r^α on the smallest box that holds both.

    Args:
        form: The function; it has no letters but the variables.
        variables: Its variables.
        centre: The centre.
        order: The order of the polynomial.
        box: The lower and upper end for each variable.

    Returns:
        A decimal of three digits; ``None`` where nothing could be proved, or it would take too long.

    Examples:
        >>> from stepcalc.notation.forms import add, exp, letter
        >>> x, y = letter("x"), letter("y")
        >>> small = (Fraction(-1, 10), Fraction(1, 10))
        >>> float(bound_of_remainder(exp(add(x, y)), [x, y], [Fraction(0)] * 2, 1, (small, small)))
        0.0245
    """
    if (order + 2) ** len(variables) > MOST_COEFFICIENTS:
        return None
    whole = tuple((min(low, at), max(high, at)) for (low, high), at in zip(box, centre, strict=True))
    reach = [max(high - at, at - low) for (low, high), at in zip(whole, centre, strict=True)]
    weights = _weights(reach, order + 1)
    least, queue = Fraction(0), [_piece(form, variables, whole, weights)]
    for _ in range(MOST_WORK // (order + 2) ** len(variables)):
        worst, _, widest = heapq.heappop(queue)
        if -worst <= least * CLOSE_ENOUGH and worst > -_UNKNOWN:
            return rounded_up(-worst)
        at = tuple(((low + high) / 2,) * 2 for low, high in widest)
        known = _size(form, variables, at, weights)
        if known is None:
            return None
        least = max(least, known[0])
        for half in _halves(widest, reach):
            heapq.heappush(queue, _piece(form, variables, half, weights))
    worst = queue[0][0]
    return rounded_up(-worst) if worst > -_UNKNOWN else None


_UNKNOWN: Final = Fraction(10) ** 300
_Piece = tuple[Fraction, Box, Box]


def _piece(
    form: Form, variables: Sequence[Form], box: Box, weights: dict[tuple[int, ...], Fraction]
) -> _Piece:
    """A box in the queue: the largest bound first."""
    known = _size(form, variables, box, weights)
    return (-_UNKNOWN if known is None else -known[1], box, box)


def _weights(reach: Sequence[Fraction], total: int) -> dict[tuple[int, ...], Fraction]:
    """r^α for every multi-index of a total."""
    found = {}
    for index in pairs(range(total + 1), repeat=len(reach)):
        if sum(index) == total:
            size = Fraction(1)
            for share, times in zip(reach, index, strict=True):
                size *= share**times
            found[index] = size
    return found


def _halves(box: Box, reach: Sequence[Fraction]) -> tuple[Box, Box]:
    """The box cut across its longest side, as compared with how far the whole one reaches."""
    place = max(range(len(box)), key=lambda k: (box[k][1] - box[k][0]) / (reach[k] or 1))
    low, high = box[place]
    middle = (low + high) / 2
    first = (*box[:place], (low, middle), *box[place + 1 :])
    return first, (*box[:place], (middle, high), *box[place + 1 :])


def _size(
    form: Form, variables: Sequence[Form], box: Box, weights: dict[tuple[int, ...], Fraction]
) -> tuple[Fraction, Fraction] | None:
    """Σ |∂^α f|/α!·r^α over a box, from below and from above; ``None`` where a part has no series there."""
    length = sum(next(iter(weights))) + 1
    base = ring_of()
    ring: Any = base
    for variable, (low, high) in zip(variables[1:], box[1:], strict=True):
        ring = JetRing(ring, variable, base.between(low, high), length)
    try:
        series = jet_of(ring, form, variables[0], _lifted(ring, base.between(*box[0])), length)
    except NoSeriesError:
        return None
    least = most = Fraction(0)
    for index, weight in weights.items():
        ends = base.ends(_entry(series, index))
        if ends is None:
            return None
        low, high = ends
        most += weight * max(-low, high)
        least += weight * max(low, -high, Fraction(0))
    return least, most


def _entry(series: Any, index: tuple[int, ...]) -> Any:
    """The coefficient of a multi-index: the first variable is the outermost, the last the next."""
    found = series[index[0]]
    for place in reversed(index[1:]):
        found = found[place]
    return found


def _lifted(ring: Any, value: Any) -> Any:
    """A number as an element of a ring of series of series."""
    if not isinstance(ring, JetRing):
        return value
    return constant_jet(ring.inner, _lifted(ring.inner, value), ring.length)


class JetRing:
    """Power series in one variable as the numbers of power series in another.

    Args:
        inner: The numbers of these series.
        variable: Their variable.
        start: The point about which they are, a number of the innermost ring.
        length: How many coefficients they have.
    """

    def __init__(self, inner: Any, variable: Form, start: Any, length: int) -> None:
        self.inner = inner
        self.variable = variable
        self.length = length
        self.start = constant_jet(inner, _lifted(inner, start), length)
        if length > 1:
            self.start[1] = inner.number(Fraction(1))

    def number(self, value: Fraction) -> Jet:
        """A rational number."""
        return constant_jet(self.inner, self.inner.number(value), self.length)

    def constant(self, form: Form) -> Jet | None:
        """The variable itself, or what the inner ring knows."""
        if form is self.variable:
            return self.start
        known = self.inner.constant(form)
        return None if known is None else constant_jet(self.inner, known, self.length)

    def total(self, terms: Iterable[tuple[Fraction | int, Jet, Jet]]) -> Jet:
        """The sum of products."""
        one = self.inner.number(Fraction(1))
        found = [(weight, product(self.inner, first, second)) for weight, first, second in terms if weight]
        return [
            self.inner.total((weight, part[n], one) for weight, part in found) for n in range(self.length)
        ]

    def over(self, above: Jet, below: Jet) -> Jet:
        """A quotient."""
        return quotient(self.inner, above, below)

    def apply(self, name: str, at: Jet) -> Jet:
        """A function of a series."""
        if name == "erf_scale":
            return constant_jet(
                self.inner, self.inner.apply(name, self.inner.number(Fraction(1))), self.length
            )
        if name not in FUNCTIONS:
            raise NoSeriesError
        return FUNCTIONS[name](self.inner, at)

    def raised(self, base: Jet, exponent: Fraction) -> Jet:
        """A power."""
        return power(self.inner, base, exponent)

    def sign(self, at: Jet) -> int:
        """1 or -1; 0 where it is not certain."""
        return int(self.inner.sign(at[0]))
