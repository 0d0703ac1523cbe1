"""The domain of a derivation: its conditions solved for the variable where that is easy, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import isqrt, sqrt
from typing import Final

from stepcalc.notation.arithmetic import as_fraction, plus, times
from stepcalc.notation.forms import ONE, ZERO, Form, letters_of, logic, number, postorder, rational, relation, root
from stepcalc.trace.conditions import Condition, parts_of

HIGHEST_DEGREE: Final = 12
FLIPPED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}

Polynomial = dict[int, Fraction]


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of an interval: a number with its size, so that bounds can be compared."""

    size: float
    form: Form
    strict: bool


@dataclass(slots=True)
class _Interval:
    """What is known of where the variable may be."""

    low: Bound | None = None
    high: Bound | None = None
    without: dict[Form, float] = field(default_factory=dict)

    def narrow(self, sign: str, form: Form, size: float) -> None:
        """Take in one more inequality ``variable sign form``."""
        bound = Bound(size, form, sign in ("<", ">"))
        if sign in (">", ">="):
            if self.low is None or (size, bound.strict) > (self.low.size, self.low.strict):
                self.low = bound
        elif sign in ("<", "<="):
            if self.high is None or (-size, bound.strict) > (-self.high.size, self.high.strict):
                self.high = bound
        else:
            self.without[form] = size

    def is_empty(self) -> bool:
        """Whether no number is left."""
        if self.low is None or self.high is None:
            return False
        if self.low.size == self.high.size:
            return self.low.strict or self.high.strict
        return self.low.size > self.high.size

    def conditions(self, variable: Form) -> list[Form]:
        """The interval as relations, without the excluded numbers that it leaves out anyway."""
        for bound, strict in ((self.low, ">"), (self.high, "<")):
            # x >= 1 and x != 1 is x > 1.
            if bound is not None and not bound.strict and bound.form in self.without:
                self.narrow(strict, bound.form, bound.size)
        low, high = self.low, self.high
        found: list[Form] = []
        if low is not None and high is not None:
            found.append(
                logic(
                    "and",
                    relation("<" if low.strict else "<=", low.form, variable),
                    relation("<" if high.strict else "<=", variable, high.form),
                )
            )
        elif low is not None:
            found.append(relation(">" if low.strict else ">=", variable, low.form))
        elif high is not None:
            found.append(relation("<" if high.strict else "<=", variable, high.form))
        outside = [form for form, size in sorted(self.without.items(), key=lambda pair: pair[1]) if self._inside(size)]
        return found + [relation("!=", variable, form) for form in outside]

    def _inside(self, size: float) -> bool:
        if self.low is not None and size <= self.low.size:
            return False
        return self.high is None or size < self.high.size


def domain(conditions: Iterable[Condition], variables: Iterable[Form]) -> tuple[Condition, ...]:
    """Conditions solved and put together.

    Args:
        conditions: What the steps need, in the order in which they came up.
        variables: The letters to solve for.

    Returns:
        Conditions that say the same in fewer words: an interval for a variable first, then the numbers left out,
        then what could not be solved. One with status ``"impossible"`` where no real point is left.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> x = letter("x")
        >>> found = domain([Condition(relation(">", x, ZERO)), Condition(relation("!=", x, ZERO))], [x])
        >>> len(found)
        1
    """
    letters = tuple(variables)
    intervals: dict[Form, _Interval] = {}
    rest: dict[Form, Condition] = {}
    for condition in conditions:
        if condition.status == "impossible":
            return (condition,)
        for part in parts_of(condition.relation):
            for simple in _simpler(part):
                if not _take(simple, letters, intervals):
                    rest.setdefault(simple, Condition(simple, condition.status))
    found: list[Condition] = []
    for variable, interval in intervals.items():
        status = "impossible" if interval.is_empty() else "kept"
        found += [Condition(part, status) for part in interval.conditions(variable)]
    return tuple(found) + tuple(item for item in rest.values() if not _implied(item.relation, rest))


def _implied(part: Form, others: Mapping[Form, Condition]) -> bool:
    """Whether u != 0 or u >= 0 stands beside u > 0."""
    if part.head != "relation" or part.label not in ("!=", ">="):
        return False
    return relation(">", *part.args) in others or (part.label == "!=" and relation("<", *part.args) in others)


def _take(part: Form, letters: tuple[Form, ...], intervals: dict[Form, _Interval]) -> bool:
    """Solve a relation for one letter and narrow its interval; whether that could be done."""
    if part.head != "relation" or part.label not in FLIPPED or part.label == "=":
        return False
    found = letters_of(part)
    if len(found) != 1:
        return False
    (variable,) = found
    if variable not in letters and len(letters) > 0 and dict(variable.label[1]):  # type: ignore[index]
        return False
    polynomial = _difference(part, variable)
    if polynomial is None:
        return False
    solve = _SOLVERS.get(max(polynomial, default=0))
    if solve is None:
        return False
    return solve(str(part.label), polynomial, intervals.setdefault(variable, _Interval()))


def _linear(sign: str, polynomial: Polynomial, interval: _Interval) -> bool:
    slope = polynomial[1]
    solution = -polynomial.get(0, Fraction(0)) / slope
    interval.narrow(sign if slope > 0 else FLIPPED[sign], rational(solution), float(solution))
    return True


def _quadratic(sign: str, polynomial: Polynomial, interval: _Interval) -> bool:
    leading, middle, last = (polynomial.get(power, Fraction(0)) for power in (2, 1, 0))
    discriminant = middle * middle - 4 * leading * last
    if discriminant < 0:
        return False
    low, high = (_zero(leading, middle, discriminant, side) for side in (-1, 1))
    if low[1] > high[1]:
        low, high = high, low
    if sign == "!=":
        for form, size in dict([low, high]).items():
            interval.narrow("!=", form, size)
        return True
    # Between its zeros a quadratic has the sign of minus its leading coefficient.
    if (sign in (">", ">=")) == (leading > 0):
        if discriminant == 0 and sign in (">", "<"):
            interval.narrow("!=", *low)
            return True
        return False
    strict = sign in ("<", ">")
    interval.narrow(">" if strict else ">=", *low)
    interval.narrow("<" if strict else "<=", *high)
    return True


def _zero(leading: Fraction, middle: Fraction, discriminant: Fraction, side: int) -> tuple[Form, float]:
    size = (-float(middle) + side * sqrt(discriminant)) / (2 * float(leading))
    exact = _square_root(discriminant)
    if exact is not None:
        return rational((-middle + side * exact) / (2 * leading)), size
    square, rest = _square_part(discriminant.numerator * discriminant.denominator)
    surd = times(rational(side * Fraction(square, discriminant.denominator) / (2 * leading)), root(number(rest)))
    return plus(rational(-middle / (2 * leading)), surd), size


def _square_root(value: Fraction) -> Fraction | None:
    above, below = isqrt(value.numerator), isqrt(value.denominator)
    exact = above * above == value.numerator and below * below == value.denominator
    return Fraction(above, below) if exact else None


def _square_part(value: int) -> tuple[int, int]:
    """A number as s²·r with s as large as a short search finds."""
    square, rest = 1, value
    for prime in (2, 3, 5, 7, 11, 13):
        while rest % (prime * prime) == 0:
            rest //= prime * prime
            square *= prime
    return square, rest


_SOLVERS: Final[Mapping[int, Callable[[str, Polynomial, _Interval], bool]]] = {1: _linear, 2: _quadratic}

# ------------------------------------------------------------------------------------------ simpler relations


def _simpler(part: Form) -> list[Form]:
    """The same condition on what is inside: x³ ≠ 0 is x ≠ 0, a product ≠ 0 is each factor ≠ 0."""
    found: list[Form] = []
    stack = [part]
    while stack:
        now = stack.pop()
        inner = _unwrapped(now)
        if inner is None:
            found.append(now)
        else:
            stack.extend(reversed(inner))
    return found


def _unwrapped(part: Form) -> list[Form] | None:
    if part.head != "relation" or part.args[1] is not ZERO:
        return None
    sign, inner = str(part.label), part.args[0]
    if sign == "!=":
        return _nonzero(inner)
    if sign not in (">", ">="):
        return None
    match inner.head:
        case "root":
            return [relation(sign, inner.args[0], ZERO)]
        case "power":
            exponent = as_fraction(inner.args[1])
            if exponent is None or exponent.denominator != 1 or exponent <= 0:
                return None
            if exponent % 2:
                return [relation(sign, inner.args[0], ZERO)]
            return [relation("!=", inner.args[0], ZERO)] if sign == ">" else []
        case "product" | "quotient":
            return _positive_factors(sign, inner)
        case "call" if inner.label == "log" and len(inner.args) == 1:
            return [relation(sign, inner.args[0], ONE)]
    return None


def _nonzero(inner: Form) -> list[Form] | None:
    match inner.head:
        case "number" if inner is not ZERO:
            return []
        case "product":
            return [relation("!=", factor, ZERO) for factor in inner.args]
        case "quotient":
            return [relation("!=", inner.args[0], ZERO)]
        case "root":
            return [relation("!=", inner.args[0], ZERO)]
        case "power" if (as_fraction(inner.args[1]) or 0) > 0:
            return [relation("!=", inner.args[0], ZERO)]
        case "call" if inner.label == "exp":
            return []
        case "call" if inner.label in ("abs", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "erf"):
            return [relation("!=", inner.args[0], ZERO)]
        case "call" if inner.label == "log" and len(inner.args) == 1:
            return [relation("!=", inner.args[0], ONE)]
    return None


def _positive_factors(sign: str, inner: Form) -> list[Form] | None:
    """A numeral in front, or below the line, decides nothing but the direction."""
    parts = list(inner.args)
    known = [as_fraction(part) for part in parts]
    if inner.head == "quotient":
        if known[1] is None or not known[1]:
            return None
        return [relation(sign if known[1] > 0 else FLIPPED[sign], parts[0], ZERO)]
    if known[0] is None or not known[0]:
        return None
    rest = parts[1] if len(parts) == 2 else times(*parts[1:])
    return [relation(sign if known[0] > 0 else FLIPPED[sign], rest, ZERO)]


# ------------------------------------------------------------------------------------------ polynomials


def _difference(part: Form, variable: Form) -> Polynomial | None:
    left, right = (_polynomial(side, variable) for side in part.args)
    if left is None or right is None:
        return None
    for power, coefficient in right.items():
        left[power] = left.get(power, Fraction(0)) - coefficient
    return {power: coefficient for power, coefficient in left.items() if coefficient}


def _polynomial(form: Form, variable: Form) -> Polynomial | None:
    """The coefficients of a polynomial in one letter with numbers for coefficients, by power; else ``None``."""
    done: dict[Form, Polynomial | None] = {}
    for node in postorder(form):
        done[node] = _polynomial_node(node, variable, [done[arg] for arg in node.args])
    return done[form]


def _polynomial_node(node: Form, variable: Form, args: list[Polynomial | None]) -> Polynomial | None:
    if node is variable:
        return {1: Fraction(1)}
    if node.head == "number":
        return {0: Fraction(node.label)} if node.label else {}  # type: ignore[arg-type]
    parts = [part for part in args if part is not None]
    if not args or len(parts) < len(args):
        return None
    match node.head:
        case "sum":
            return _added(parts)
        case "product":
            return _multiplied(parts)
        case "quotient":
            below = parts[1]
            if set(below) != {0}:
                return None
            return {power: coefficient / below[0] for power, coefficient in parts[0].items()}
        case "power":
            exponent = as_fraction(node.args[1])
            if exponent is None or exponent.denominator != 1 or not 0 < exponent <= HIGHEST_DEGREE:
                return None
            return _multiplied([parts[0]] * int(exponent))
    return None


def _added(parts: list[Polynomial]) -> Polynomial:
    total: Polynomial = {}
    for part in parts:
        for power, coefficient in part.items():
            total[power] = total.get(power, Fraction(0)) + coefficient
    return {power: coefficient for power, coefficient in total.items() if coefficient}


def _multiplied(parts: list[Polynomial]) -> Polynomial | None:
    product: Polynomial = {0: Fraction(1)}
    for part in parts:
        new: Polynomial = {}
        for power, coefficient in product.items():
            for other, factor in part.items():
                if power + other > HIGHEST_DEGREE:
                    return None
                new[power + other] = new.get(power + other, Fraction(0)) + coefficient * factor
        product = new
    return {power: coefficient for power, coefficient in product.items() if coefficient}

