"""Orders of growth: how fast products of logarithms, powers, exponentials and factorials leave all bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stepcalc.notation.arithmetic import base_and_exponent
from stepcalc.notation.forms import ONE, Form, depending


@dataclass(frozen=True, slots=True)
class Growth:
    """(x!)ᵃ (xˣ)ᵇ eᶜˣ xᵖ ln(x)ᑫ by its exponents.

    Args:
        factorial: a, for x!.
        tower: b, for xˣ.
        rate: c, for eˣ; that of 2ˣ is ln(2).
        power: p, for x.
        logarithm: q, for ln(x).
    """

    factorial: Any = 0
    tower: Any = 0
    rate: Any = 0
    power: Any = 0
    logarithm: Any = 0

    def over(self, other: Growth) -> Growth:
        """The growth of a quotient."""
        return Growth(
            self.factorial - other.factorial,
            self.tower - other.tower,
            self.rate - other.rate,
            self.power - other.power,
            self.logarithm - other.logarithm,
        )

    @property
    def sign(self) -> int:
        """1 for what leaves all bounds, −1 for what tends to 0; 0 where the orders do not tell.

        x! grows as xˣ e⁻ˣ but for a power of x, so beside xˣ it is beaten, and beside xˣ and an exponential
        nothing is said.
        """
        beaten = self.factorial + self.tower
        if beaten:
            return 1 if beaten > 0 else -1
        if self.factorial:
            return 0 if self.rate else 1 if self.tower > 0 else -1
        for part in (self.rate, self.power, self.logarithm):
            known = _sign(part)
            if known != 0:
                return known or 0
        return 0

    @property
    def is_steep(self) -> bool:
        """Whether l'Hôpital's rule would have to be used very often, or does not apply."""
        return bool(self.factorial or self.tower or self.power > 3 or self.logarithm > 3)


def _sign(number: Any) -> int | None:
    """The sign of a real number such as ln(2) + ln(3) − ln(6); ``None`` where it is not known."""
    import sympy

    known = sympy.simplify(number)
    if known.is_zero:
        return 0
    return 1 if known.is_positive else -1 if known.is_negative else None


def growth_of(form: Form, variable: Form) -> Growth | None:
    """The growth of a product, without its constant factors; ``None`` where it has parts of another kind.

    Examples:
        >>> from stepcalc.notation.forms import exp, letter, number, power
        >>> x = letter("x")
        >>> growth_of(exp(x), x).over(growth_of(power(x, number(9)), x)).sign
        1
    """
    total = Growth()
    for factor in form.args if form.head == "product" else (form,):
        if not depending([factor], frozenset({variable})):
            continue
        found = _single(factor, variable)
        if found is None:
            return None
        total = total.over(Growth().over(found))
    return total


def _single(factor: Form, variable: Form) -> Growth | None:
    from stepcalc.notation.values import value

    base, exponent = _base_and_exponent(factor)
    size = value(exponent)
    if base is variable and exponent is variable:
        return Growth(tower=1)
    rate = _rate(base, size, variable)
    if rate is not None:
        return rate
    if not (size.is_number and size.is_real):
        return None
    return next((found for found in _named(base, size, variable)), None)


def _base_and_exponent(factor: Form) -> tuple[Form, Form]:
    if factor.head == "call" and factor.label == "exp":
        from stepcalc.notation.forms import exp

        return exp(ONE), factor.args[0]
    return base_and_exponent(factor) if factor.head in ("power", "root") else (factor, ONE)


def _rate(base: Form, exponent: Any, variable: Form) -> Growth | None:
    """An exponential: a constant to a multiple of the letter."""
    import sympy

    from stepcalc.notation.values import value

    known, letter = value(base), value(variable)
    if not (known.is_number and known.is_positive):
        return None
    times = sympy.expand(exponent / letter)
    rate = sympy.log(known) * times
    return Growth(rate=rate) if times.is_number and rate.is_real and rate != 0 else None


def _named(base: Form, size: Any, variable: Form) -> Iterator[Growth]:
    if base is variable:
        yield Growth(power=size)
    elif base.head == "call" and base.args == (variable,):
        if base.label == "log":
            yield Growth(logarithm=size)
        elif base.label == "factorial":
            yield Growth(factorial=size)
