"""Exact numbers for power series: fractions as far as they go, SymPy's numbers and letters beyond."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import Form, rational
from stepcalc.numeric.jets import NoSeriesError

_AT_NOUGHT = {
    "exp": 1,
    "cos": 1,
    "cosh": 1,
    "sin": 0,
    "sinh": 0,
    "atan": 0,
    "asin": 0,
    "asinh": 0,
    "atanh": 0,
    "erf": 0,
}


class Exact:
    """The ring of exact numbers."""

    def number(self, value: Fraction) -> Any:
        """A rational number."""
        return value

    def constant(self, form: Form) -> Any:
        """An expression without the variable."""
        known = as_fraction(form)
        if known is not None:
            return known
        from stepcalc.notation.values import value

        return self._settled(value(form))

    def total(self, terms: Iterable[tuple[Fraction | int, Any, Any]]) -> Any:
        """The sum of products; what is not a fraction is multiplied out."""
        exact, others = Fraction(0), []
        for weight, first, second in terms:
            if isinstance(first, Fraction) and isinstance(second, Fraction):
                exact += weight * first * second
            elif weight and first != 0 and second != 0:
                others.append((weight, first, second))
        if not others:
            return exact
        import sympy

        parts = [sympify(weight) * sympify(first) * sympify(second) for weight, first, second in others]
        return self._settled(sympy.expand(sympy.Add(sympify(exact), *parts)))

    def over(self, above: Any, below: Any) -> Any:
        """A quotient."""
        if below == 0:
            raise NoSeriesError
        if isinstance(above, Fraction) and isinstance(below, Fraction):
            return above / below
        import sympy

        return self._settled(sympy.expand(sympify(above) / sympify(below)))

    def apply(self, name: str, at: Any) -> Any:
        """A function of one number."""
        if at == 0 and name in _AT_NOUGHT:
            return Fraction(_AT_NOUGHT[name])
        import sympy

        if name == "erf_scale":
            return 2 / sympy.sqrt(sympy.pi)
        if name == "log" and at == 1:
            return Fraction(0)
        found = getattr(sympy, name)(sympify(at))
        if found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
            raise NoSeriesError
        return self._settled(found)

    def raised(self, base: Any, exponent: Fraction) -> Any:
        """A power of a positive number."""
        if base == 1:
            return Fraction(1)
        if base == 0 or sympify(base).is_negative:
            raise NoSeriesError
        return self._settled(sympify(base) ** sympify(exponent))

    def sign(self, at: Any) -> int:
        """1 or -1; 0 where it is not certain."""
        found = sympify(at)
        return 1 if found.is_positive else -1 if found.is_negative else 0

    @staticmethod
    def _settled(found: Any) -> Any:
        return Fraction(int(found.p), int(found.q)) if found.is_Rational else found


class Rationals(Exact):
    """The same ring where only fractions are of use: it gives up at the first number that is none."""

    def apply(self, name: str, at: Any) -> Any:
        """A function of one number, where its value is a fraction."""
        if name == "erf_scale":
            raise NoSeriesError
        return super().apply(name, at)

    @staticmethod
    def _settled(found: Any) -> Any:
        if not found.is_Rational:
            raise NoSeriesError
        return Exact._settled(found)


def sympify(value: Any) -> Any:
    """A fraction or a SymPy number as a SymPy number."""
    import sympy

    if isinstance(value, Fraction | int):
        return sympy.Rational(value.numerator, value.denominator)
    return value


def form_of_exact(value: Any) -> Form:
    """An exact number as a form."""
    if isinstance(value, Fraction):
        return rational(value)
    from stepcalc.notation.values import form_of

    return form_of(value)


def exact_of_form(form: Form) -> Any:
    """A form without the variable as an exact number."""
    return Exact().constant(form)
