"""Rigorous bounds of derivatives over an interval: ball or interval arithmetic on Taylor coefficients.

Nothing is sampled: every number is enclosed, over pieces of the interval that together cover it.
python-flint's balls (Arb) are used where they are installed; mpmath's intervals do for what they have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import factorial
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.exact import Rationals
from stepcalc.numeric.jets import NoSeriesError, jet_of

PRECISION: Final = 128
MOST_PIECES: Final = 4000
SMALLEST_PIECE: Final = Fraction(1, 1 << 24)
PROBES: Final = 33
DIGITS: Final = 3
MOST_ATTEMPTS: Final = 12


def bound_of_derivative(
    form: Form, variable: Form, order: int, points: Sequence[Fraction]
) -> Fraction | None:
    """A number that |f⁽ᵐ⁾| does not exceed on the smallest interval that holds some points.

    Args:
        form: The function.
        variable: Its variable; there must be no other letters.
        order: Which derivative.
        points: The points.

    Returns:
        A decimal of three digits, or the exact greatest value where that is a fraction and found;
        ``None`` where nothing could be proved.

    Examples:
        >>> from stepcalc.notation.forms import exp, letter
        >>> bound_of_derivative(exp(letter("x")), letter("x"), 5, [Fraction(0), Fraction(1)])
        Fraction(68, 25)
    """
    low, high = min(points), max(points)
    search = _Search(form, variable, order, low, high, ring_of())
    marks = {
        point: search.exactly(point)
        for point in sorted({*points, *([Fraction(0)] if low < 0 < high else [])})
    }
    known = {point: jet for point, jet in marks.items() if jet is not None}
    largest = search.largest()
    exact = max((abs(jet[0]) for jet in known.values()), default=None)
    if largest is None:
        return None
    if exact is not None and exact >= largest * (1 - Fraction(1, 10**20)) and search.proves(exact, known):
        return exact
    bound = rounded_up(max(largest, exact or Fraction(0)))
    for _ in range(MOST_ATTEMPTS):
        if search.proves(bound, known):
            return bound
        bound = rounded_up(bound * Fraction(103, 100))
    return None


def rounded_up(value: Fraction, digits: int = DIGITS) -> Fraction:
    """The smallest decimal of so many digits that is not smaller.

    Examples:
        >>> rounded_up(Fraction(1, 3)), rounded_up(Fraction(2))
        (Fraction(167, 500), Fraction(2, 1))
    """
    if value <= 0:
        return Fraction(0)
    exponent = len(str(value.numerator)) - len(str(value.denominator)) - digits - 1
    unit = Fraction(10) ** exponent
    while value / unit >= 10**digits:
        unit *= 10
    return -(-value // unit) * unit


@dataclass(frozen=True, slots=True)
class _Search:
    form: Form
    variable: Form
    order: int
    low: Fraction
    high: Fraction
    ring: Any

    def exactly(self, at: Fraction) -> tuple[Fraction, Fraction] | None:
        """The derivative at a point and the next one, where they are fractions."""
        try:
            jet = jet_of(Rationals(), self.form, self.variable, at, self.order + 2)
        except NoSeriesError:
            return None
        value, slope = jet[self.order], jet[self.order + 1]
        size = factorial(self.order)
        return value * size, slope * size * (self.order + 1)

    def enclosed(self, low: Fraction, high: Fraction) -> Any:
        """Enclosures of the derivative and the two after it over a piece; ``None`` without a series."""
        try:
            jet = jet_of(self.ring, self.form, self.variable, self.ring.between(low, high), self.order + 3)
        except NoSeriesError:
            return None
        found = [self.ring.ends(part) for part in jet[self.order :]]
        if None in found:
            return None
        sizes = [factorial(self.order + more) for more in range(3)]
        return [(low_ * size, high_ * size) for (low_, high_), size in zip(found, sizes, strict=True)]

    def largest(self) -> Fraction | None:
        """The largest value of the derivative at evenly spread points, which is where the search starts."""
        found = Fraction(0)
        for place in range(PROBES):
            at = self.low + (self.high - self.low) * place / (PROBES - 1)
            known = self.enclosed(at, at)
            if known is None:
                return None
            found = max(found, abs(known[0][0] + known[0][1]) / 2)
        return found

    def proves(self, bound: Fraction, marks: dict[Fraction, tuple[Fraction, Fraction]]) -> bool:
        """Whether |f⁽ᵐ⁾| ≤ bound is proved on the whole interval."""
        cuts = sorted({self.low, self.high, *marks})
        stack = list(pairwise(cuts)) or [(self.low, self.high)]
        count = 0
        while stack:
            low, high = stack.pop()
            count += 1
            if count > MOST_PIECES:
                return False
            known = self.enclosed(low, high)
            if known is not None:
                value = known[0]
                if max(-value[0], value[1]) <= bound or self._by_slope(low, high, known, bound, marks):
                    continue
            if high - low <= SMALLEST_PIECE * (self.high - self.low):
                return False
            middle = (low + high) / 2
            stack += [(low, middle), (middle, high)]
        return True

    def _by_slope(
        self,
        low: Fraction,
        high: Fraction,
        known: Any,
        bound: Fraction,
        marks: dict[Fraction, tuple[Fraction, Fraction]],
    ) -> bool:
        """Whether the piece is bounded by its ends, or by a point in which the derivative is flat."""
        value, slope, bend = known
        if slope[0] >= 0 or slope[1] <= 0:
            return all(self._end_is_bounded(end, bound, marks) for end in (low, high))
        for mark in (low, high):
            exact = marks.get(mark)
            if exact is not None and exact[1] == 0 and abs(exact[0]) <= bound:
                top = exact[0] > 0
                # Flat at the mark and bent towards nought: nowhere on the piece is it farther out than there.
                if top and bend[1] <= 0 and -value[0] <= bound:
                    return True
                if not top and bend[0] >= 0 and value[1] <= bound:
                    return True
        return False

    def _end_is_bounded(
        self, end: Fraction, bound: Fraction, marks: dict[Fraction, tuple[Fraction, Fraction]]
    ) -> bool:
        if end in marks:
            return abs(marks[end][0]) <= bound
        known = self.enclosed(end, end)
        return known is not None and max(-known[0][0], known[0][1]) <= bound


# ------------------------------------------------------------------------------------------------- rings


def ring_of() -> Any:
    """Arb's balls where python-flint is installed, else mpmath's intervals."""
    try:
        import flint
    except ImportError:
        return Intervals()
    return Balls(flint)


class Balls:
    """Arb's balls, through python-flint.

    Args:
        flint: The module.
    """

    def __init__(self, flint: Any) -> None:
        self.flint = flint
        flint.ctx.prec = PRECISION
        self.arb = flint.arb

    def between(self, low: Fraction, high: Fraction) -> Any:
        """A ball that holds an interval."""
        middle, half = (low + high) / 2, (high - low) / 2
        found = self.number(middle)
        return found if not half else found + self.arb(0, 1) * self.number(half)

    def ends(self, ball: Any) -> tuple[Fraction, Fraction] | None:
        """The ends of a ball, rounded outwards."""
        if not ball.is_finite():
            return None
        return _dyadic(ball.lower()), _dyadic(ball.upper())

    def number(self, value: Fraction) -> Any:
        """A rational number."""
        return self.arb(self.flint.fmpq(value.numerator, value.denominator))

    def constant(self, form: Form) -> Any:
        """A constant by name; other expressions without letters are worked out part by part."""
        return self.named(form.name) if form.head == "constant" else None

    def named(self, name: str) -> Any:
        """A constant by name."""
        found = {"pi": self.arb.pi, "e": self.arb.const_e, "euler_gamma": self.arb.const_euler}.get(name)
        if found is None:
            raise NoSeriesError
        return found()

    def total(self, terms: Iterable[tuple[Fraction | int, Any, Any]]) -> Any:
        """The sum of products."""
        found = self.arb(0)
        for weight, first, second in terms:
            if weight:
                part = first * second
                found += part * weight if isinstance(weight, int) else part * self.number(weight)
        return found

    def over(self, above: Any, below: Any) -> Any:
        """A quotient."""
        if below.contains(0):
            raise NoSeriesError
        return above / below

    def apply(self, name: str, at: Any) -> Any:
        """A function of one number."""
        if name == "erf_scale":
            return 2 / self.arb.pi().sqrt()
        if name == "acot":
            return self.over(self.arb(1), at).atan()
        if name == "log" and not at > 0:
            raise NoSeriesError
        found = getattr(at, name)()
        if not found.is_finite():
            raise NoSeriesError
        return found

    def raised(self, base: Any, exponent: Fraction) -> Any:
        """A power of a positive number."""
        if not base > 0:
            raise NoSeriesError
        return base ** self.number(exponent)

    def sign(self, at: Any) -> int:
        """1 or -1; 0 where it is not certain."""
        return 1 if at > 0 else -1 if at < 0 else 0


def _dyadic(value: Any) -> Fraction:
    mantissa, exponent = value.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


class Intervals:
    """mpmath's intervals: arithmetic, exp, log, sin, cos and roots."""

    def __init__(self) -> None:
        from mpmath.ctx_iv import MPIntervalContext

        self.iv = MPIntervalContext()
        self.iv.prec = PRECISION
        self._functions: dict[str, Callable[[Any], Any]] = {
            "exp": self.iv.exp,
            "log": self.iv.log,
            "sin": self.iv.sin,
            "cos": self.iv.cos,
            "sinh": lambda at: (self.iv.exp(at) - self.iv.exp(-at)) / 2,
            "cosh": lambda at: (self.iv.exp(at) + self.iv.exp(-at)) / 2,
            "erf_scale": lambda _: 2 / self.iv.sqrt(self.iv.pi),
        }

    def between(self, low: Fraction, high: Fraction) -> Any:
        """An interval with these ends."""
        first, last = self.number(low), self.number(high)
        return self.iv.mpf([first.a, last.b])

    def ends(self, interval: Any) -> tuple[Fraction, Fraction] | None:
        """The ends of an interval."""
        from mpmath import libmp

        low, high = interval._mpi_
        if any(not raw[1] and raw[2] for raw in (low, high)):
            return None
        first, last = (Fraction(*map(int, libmp.to_rational(raw))) for raw in (low, high))
        return first, last

    def number(self, value: Fraction) -> Any:
        """A rational number."""
        return self.iv.mpf(value.numerator) / self.iv.mpf(value.denominator)

    def constant(self, form: Form) -> Any:
        """A constant by name; other expressions without letters are worked out part by part."""
        return self.named(form.name) if form.head == "constant" else None

    def named(self, name: str) -> Any:
        """A constant by name."""
        if name not in ("pi", "e"):
            raise NoSeriesError
        return +getattr(self.iv, name)

    def total(self, terms: Iterable[tuple[Fraction | int, Any, Any]]) -> Any:
        """The sum of products."""
        found = self.iv.mpf(0)
        for weight, first, second in terms:
            if weight:
                found += first * second * (weight if isinstance(weight, int) else self.number(weight))
        return found

    def over(self, above: Any, below: Any) -> Any:
        """A quotient."""
        if 0 in below:
            raise NoSeriesError
        return above / below

    def apply(self, name: str, at: Any) -> Any:
        """A function of one number."""
        if name not in self._functions or (name == "log" and not at > 0):
            raise NoSeriesError
        return self._functions[name](at)

    def raised(self, base: Any, exponent: Fraction) -> Any:
        """A power of a positive number."""
        if not base > 0:
            raise NoSeriesError
        return self.iv.exp(self.iv.log(base) * self.number(exponent))

    def sign(self, at: Any) -> int:
        """1 or -1; 0 where it is not certain."""
        return 1 if at > 0 else -1 if at < 0 else 0
