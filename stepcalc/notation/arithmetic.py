"""The arithmetic that a line of working does unsaid: ones and noughts dropped, numerals multiplied out.

Two strengths. The small constructors (:func:`plus`, :func:`times`, :func:`over`, :func:`raised`) look at
their arguments only, and cost about as much as making the form. :func:`combine` goes over a whole form and
also opens nested sums and products, joins like powers and orders factors as people write them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from math import gcd, prod
from typing import Final

from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    E,
    Form,
    add,
    divide,
    make,
    multiply,
    negate,
    nodes_of,
    number,
    numeral,
    postorder,
    power,
    rational,
    root,
    with_args,
)

THREE: Final = number(3)


def as_fraction(form: Form) -> Fraction | None:
    """The value of a numeral or of a fraction of integers, else ``None``.

    Examples:
        >>> as_fraction(rational(Fraction(-1, 2)))
        Fraction(-1, 2)
    """
    value = _exact(form)
    return None if value is None else Fraction(value)


def _exact(form: Form) -> int | Fraction | None:
    """The same, an integer where it is written as one: most are, and fractions cost ten times as much."""
    head = form.head
    if head == "number":
        return numeral(form)
    if head == "quotient":
        above, below = form.args
        if above.head == "number" and below.head == "number" and below is not ZERO:
            return Fraction(numeral(above)) / numeral(below)
    elif head == "product" and len(form.args) == 2 and form.args[0] is MINUS_ONE:
        inner = _exact(form.args[1]) if form.args[1].head != "product" else None
        return None if inner is None else -inner
    return None


HIGHEST_WORKED_OUT: Final = 1000
"""No power of a number is worked out whose exponent is higher than this."""


def number_value(form: Form) -> Fraction | None:
    """The value of arithmetic with numerals alone, such as 2³ or 1/3 + 2/3, else ``None``.

    Examples:
        >>> number_value(power(TWO, THREE))
        Fraction(8, 1)
    """
    known = as_fraction(form)
    if known is not None or form.head not in ("sum", "product", "quotient", "power"):
        return known
    done: dict[Form, Fraction] = {}
    for node in postorder(form):
        value = as_fraction(node)
        if value is None:
            value = _worked_out(node.head, [done[arg] for arg in node.args]) if node.args else None
        if value is None:
            return None
        done[node] = value
    return done[form]


def _worked_out(head: str, values: list[Fraction]) -> Fraction | None:
    match head:
        case "sum":
            return sum(values, Fraction(0))
        case "product":
            return prod(values, start=Fraction(1))
        case "quotient" if values[1]:
            return values[0] / values[1]
        case "power" if values[1].denominator == 1 and abs(values[1]) <= HIGHEST_WORKED_OUT:
            size = values[0].numerator.bit_length() + values[0].denominator.bit_length()
            if (values[0] or values[1] > 0) and size * abs(values[1]) <= 4 * HIGHEST_WORKED_OUT:
                return values[0] ** int(values[1])
    return None


def plus(*terms: Form) -> Form:
    """The sum without noughts; numerals alone are added up."""
    kept = tuple(term for term in terms if term is not ZERO)
    if len(kept) < 2:
        return kept[0] if kept else ZERO
    total: int | Fraction = 0
    for term in kept:
        part = _exact(term)
        if part is None:
            return make("sum", None, kept)
        total += part
    return _numeral(total, decimal=any(_is_decimal(term) for term in kept))


def times(*factors: Form) -> Form:
    """The product without ones; numerals multiplied and put in front; 0 if a factor is 0."""
    coefficient: Fraction | int = 1
    kept: list[Form] = []
    for factor in factors:
        if factor is ONE:
            continue
        if factor is ZERO:
            return ZERO
        if factor.head == "number":
            coefficient = coefficient * numeral(factor)
        else:
            kept.append(factor)
    if coefficient == 1:
        return multiply(*kept)
    if not kept:
        return number(coefficient)
    if len(kept) == 1:
        fraction = _exact(kept[0])
        if fraction is not None:
            return rational(Fraction(coefficient * fraction))
    return (
        negate(multiply(*kept)) if coefficient == -1 else make("product", None, (number(coefficient), *kept))
    )


def over(numerator: Form, denominator: Form) -> Form:
    """The quotient; a denominator of 1 is left out, and a fraction of numerals is reduced."""
    if denominator is ONE:
        return numerator
    if numerator is ZERO:
        return ZERO
    above, below = _exact(numerator), _exact(denominator)
    if above is not None and below:
        return _numeral(Fraction(above) / below, decimal=_is_decimal(numerator) or _is_decimal(denominator))
    return divide(numerator, denominator)


def raised(base: Form, exponent: Form) -> Form:
    """The power; exponents 0 and 1 disappear, an exponent 1/n is a root, small numerals are worked out."""
    if exponent is ONE:
        return base
    if exponent is ZERO:
        return ONE
    if exponent.head == "number" and base.head == "number":
        if isinstance(exponent.label, int) and _small_power(base, exponent.label):
            return _numeral(Fraction(numeral(base)) ** exponent.label, decimal=_is_decimal(base))
    elif exponent.head == "quotient" and exponent.args[0] is ONE and exponent.args[1] in (TWO, THREE):
        return root(base, exponent.args[1])
    return power(base, exponent)


def opposite(form: Form) -> Form:
    """The negative; nought stays nought."""
    return form if form is ZERO else negate(form)


def _is_decimal(form: Form) -> bool:
    return form.head == "number" and isinstance(form.label, Fraction)


def _numeral(value: int | Fraction, *, decimal: bool) -> Form:
    return number(value) if decimal or isinstance(value, int) else rational(value)


def _small_power(base: Form, exponent: int) -> bool:
    """Whether a power of numerals is worth working out: not 0 to a negative power, and not too long."""
    if base is ZERO:
        return exponent > 0
    size = numeral(base)
    bits = max(abs(size.numerator).bit_length(), size.denominator.bit_length())
    return bits * abs(exponent) <= 64


# ---------------------------------------------------------------------------------------------- whole forms


_OF_MATRICES: Final = frozenset({"transposed", "hadamard"})


def combine(form: Form, *, ordered: bool = True, cancel: bool = False) -> Form:
    """The form as it is shown: nested sums and products opened, numerals multiplied, like powers joined.

    Args:
        form: The form; goals in it are left alone.
        ordered: Whether factors take the order people write them in (numerals, letters, roots, brackets,
            exponentials, functions); products with an open goal keep theirs.
        cancel: Whether what stands above and below one line cancels, as in x/x; the outcome may then have a
            value where the form has none. In a product such as x·(1/x) powers are joined in any case.

    Returns:
        A form equal to the given one wherever that has a value.

    Examples:
        >>> from stepcalc.notation.forms import call, letter
        >>> x = letter("x")
        >>> combine(multiply(call("cos", x), multiply(number(2), x))).args[0].label
        2
    """
    done: dict[Form, Form] = {}
    nodes = list(postorder(form))
    if any(node.label in _OF_MATRICES and node.head == "call" for node in nodes):
        return form  # products of matrices, whose factors keep their order
    deferred = _merged_by_parents(nodes)
    for node in nodes:
        if node in deferred:
            continue
        match node.head:
            case "product" | "quotient":
                done[node] = _fraction(node, done, deferred, ordered, cancel)
            case "sum":
                done[node] = _total(node, done, deferred)
            case "power":
                done[node] = _raised(done[node.args[0]], done[node.args[1]])
            case "goal":
                done[node] = node
            case _:
                done[node] = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
    return done[form]


def _raised(base: Form, exponent: Form) -> Form:
    """The power, with (e^u)ⁿ as e^(nu)."""
    if base.head == "call" and base.label == "exp" and exponent.head == "number":
        factors = _Factors()
        factors.take(exponent)
        factors.take(base.args[0])
        return make("call", "exp", (_written(factors, ordered=True),))
    return raised(base, exponent)


def _merged_by_parents(nodes: list[Form]) -> set[Form]:
    """Sums and products with a single parent that will open them; they need no form of their own."""
    opened = {
        arg for node in nodes if node.head in ("product", "sum") for arg in node.args if arg.head == node.head
    }
    if not opened:
        return opened
    uses = Counter(chain.from_iterable(node.args for node in nodes))
    return {node for node in opened if uses[node] == 1}


def _opened(node: Form, done: dict[Form, Form], deferred: set[Form]) -> Iterable[Form]:
    """The combined arguments of a node, those of deferred arguments in their place."""
    stack = list(reversed(node.args))
    while stack:
        arg = stack.pop()
        if arg in deferred:
            stack.extend(reversed(arg.args))
        else:
            yield done[arg]


class _Factors:
    """A product as a coefficient, and factors above and below the line by their bases."""

    __slots__ = ("above", "below", "bottom", "decimal", "top")

    def __init__(self) -> None:
        self.top = 1
        self.bottom = 1
        self.decimal = False
        self.above: dict[Form, Form] = {}
        self.below: dict[Form, Form] = {}

    def take(self, form: Form, below: bool = False) -> None:
        """Multiply by a form, or divide by it; products and quotients are opened."""
        stack = [(form, below)]
        while stack:
            factor, under = stack.pop()
            head = factor.head
            if head == "product":
                stack.extend([(arg, under) for arg in reversed(factor.args)])
            elif head == "quotient":
                stack.append((factor.args[1], not under))
                stack.append((factor.args[0], under))
            elif head == "number" and not (under and factor is ZERO):
                self._count(numeral(factor), under)
            else:
                self._join(factor, under)

    def _count(self, label: int | Fraction, under: bool) -> None:
        if isinstance(label, Fraction):
            self.decimal = True
            above, below = label.numerator, label.denominator
        else:
            above, below = label, 1
        if under:
            above, below = below, above
        self.top *= above
        self.bottom *= below

    def _join(self, factor: Form, under: bool) -> None:
        side = self.below if under else self.above
        base = factor.args[0] if factor.head == "power" or _has_numeral_index(factor) else factor
        known = side.get(base)
        if known is None:
            side[base] = factor
            return
        first, second = _exponent(known, base), _exponent(factor, base)
        one, two = _exact(first), _exact(second)
        if one is not None and two is not None:
            joined = raised(base, rational(Fraction(one + two)))
        else:
            joined = power(base, plus(first, second))
        if joined is base or joined.head in ("power", "root", "call"):
            side[base] = joined
        else:
            # x·x⁻¹ is 1 and 2²·2 is 8: no power of that base any more.
            del side[base]
            self.take(joined, under)

    def cancel(self) -> None:
        """Take out what stands above and below the line with exponents that are numerals."""
        for base in [base for base in self.above if base in self.below]:
            if self.above[base] is self.below[base]:
                del self.above[base], self.below[base]
                continue
            first, second = (_exact(_exponent(side[base], base)) for side in (self.above, self.below))
            if first is None or second is None:
                continue
            del self.above[base], self.below[base]
            if first != second:
                side = self.above if first > second else self.below
                side[base] = raised(base, rational(abs(Fraction(first) - second)))


def _exponent(factor: Form, base: Form) -> Form:
    """The exponent of a factor over a base; powers of e are calls of exp, which do not show their base."""
    if base is E and factor is not E:
        return factor.args[0]
    return base_and_exponent(factor)[1]


def _has_numeral_index(factor: Form) -> bool:
    return factor.head == "root" and factor.args[1].head == "number"


def base_and_exponent(factor: Form) -> tuple[Form, Form]:
    """A factor as a base and an exponent: √x as x and 1/2."""
    if factor.head == "power":
        return factor.args[0], factor.args[1]
    if _has_numeral_index(factor):
        index = factor.args[1]
        return factor.args[0], _HALF if index is TWO else rational(1 / Fraction(numeral(index)))
    return factor, ONE


_HALF: Final = rational(Fraction(1, 2))


def _fraction(node: Form, done: dict[Form, Form], deferred: set[Form], ordered: bool, cancel: bool) -> Form:
    """A product or quotient as one coefficient, one numerator and one denominator."""
    factors = _Factors()
    if node.head == "quotient":
        factors.take(done[node.args[0]])
        factors.take(done[node.args[1]], below=True)
    else:
        for arg in _opened(node, done, deferred):
            factors.take(arg)
    if cancel or node.head == "product":
        factors.cancel()
    return _written(factors, ordered)


def _written(factors: _Factors, ordered: bool) -> Form:
    """The factors as one fraction with its sign in front."""
    if factors.top == 0:
        return ZERO
    above = [_raised(*f.args) if f.head == "power" else f for f in factors.above.values() if f is not ONE]
    below = [_raised(*f.args) if f.head == "power" else f for f in factors.below.values() if f is not ONE]
    if ordered:
        above, below = in_order(above), in_order(below)
    negative = (factors.top < 0) != (factors.bottom < 0)
    shared = gcd(factors.top, factors.bottom)
    numerator, denominator = abs(factors.top) // shared, abs(factors.bottom) // shared
    if factors.decimal:
        result = over(times(number(Fraction(numerator, denominator)), *above), multiply(*below))
    else:
        result = over(times(number(numerator), *above), times(number(denominator), *below))
    return opposite(result) if negative else result


def _total(node: Form, done: dict[Form, Form], deferred: set[Form]) -> Form:
    """A sum with nested sums opened, noughts dropped and its numerals added up where the first one stands."""
    terms: list[Form] = []
    place: int | None = None
    total: int | Fraction = 0
    decimal = False
    for arg in _opened(node, done, deferred):
        for term in arg.args if arg.head == "sum" else (arg,):
            value = _exact(term)
            if value is None:
                terms.append(term)
                continue
            decimal |= _is_decimal(term)
            if place is None:
                place = len(terms)
                terms.append(term)
            total += value
    if place is not None:
        terms[place] = _numeral(total, decimal=decimal)
    return add(*(term for term in terms if term is not ZERO))


_RANKS: Final = {"number": 0, "constant": 1, "letter": 1, "root": 2, "sum": 3, "reference": 4}


def in_order(factors: list[Form]) -> list[Form]:
    """Factors as people write them: letters by name, others of one kind in the order they came in."""
    if len(factors) < 2 or any(_has_goal(factor) for factor in factors):
        return factors
    return sorted(factors, key=_place)


def _place(factor: Form) -> tuple[int, str]:
    base = factor.args[0] if factor.head == "power" else factor
    return _rank(factor), base.name if base.head == "letter" else ""


def _has_goal(factor: Form) -> bool:
    return factor.head == "goal" or any(arg.head == "goal" for arg in factor.args)


def _rank(factor: Form) -> int:
    base = factor.args[0] if factor.head == "power" else factor
    if base.head == "call":
        return 5 if base.label == "exp" else 6
    if base.head == "sum" and any(node.head == "call" for node in nodes_of(base)):
        return 7
    if factor.head == "power" and factor.args[1].head not in ("number", "quotient", "product"):
        return 5 if base.head in ("number", "constant") else 2
    return _RANKS.get(base.head, 6)
