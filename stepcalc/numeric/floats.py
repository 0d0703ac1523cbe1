"""Rough values of forms in machine numbers, with how much of them cancelled: for looking before computing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from stepcalc.notation.forms import Form, numeral, postorder

Rough = tuple[float, float]
"""A value and the absolute error it may have."""

NO_VALUE: Final[Rough] = (math.nan, 0.0)

_EPSILON: Final = 1e-14


def rough_values(form: Form, points: Iterable[Mapping[Form, float]]) -> Iterator[Rough | None]:
    """The values of a form at points, in machine numbers, each with a bound on what rounding did to it.

    Args:
        form: An expression of letters, numbers and elementary functions.
        points: For each point the values of its letters.

    Yields:
        For each point a value and its error, or ``NO_VALUE`` where there is no real one; ``None`` where it is
        not known well, and where the form has parts that are not known here.

    Examples:
        >>> from stepcalc.notation.forms import ONE, add, letter
        >>> x = letter("x")
        >>> [found[0] for found in rough_values(add(x, ONE), [{x: 1.5}, {x: -3.0}])]
        [2.5, -2.0]
    """
    nodes = list(postorder(form))
    known = all(map(_is_known, nodes))
    for point in points:
        yield _at(nodes, point) if known else None


def _is_known(node: Form) -> bool:
    if node.head == "call":
        return node.label in _CALLS and len(node.args) == 1
    return node.head in _RULES or node.head in ("number", "letter", "constant")


class _NotRealError(ValueError):
    """There is no real value, whatever the rounding."""


def _at(nodes: Sequence[Form], point: Mapping[Form, float]) -> Rough | None:
    values: dict[Form, Rough] = {}
    try:
        for node in nodes:
            match node.head:
                case "number":
                    known = float(numeral(node))
                    values[node] = known, abs(known) * _EPSILON
                case "letter":
                    known = point[node]
                    values[node] = known, abs(known) * _EPSILON
                case "constant":
                    known = _CONSTANTS[str(node.label)]
                    values[node] = known, known * _EPSILON
                case _:
                    value, error = _RULES[node.head](node, [values[arg] for arg in node.args])
                    if not math.isfinite(error) or error > 1e-3 * (1 + abs(value)):
                        return None
                    values[node] = value, error + abs(value) * _EPSILON
    except _NotRealError:
        return NO_VALUE
    except (ArithmeticError, ValueError, KeyError, TypeError):
        return None
    return values[nodes[-1]]


def _sum(node: Form, args: Sequence[Rough]) -> Rough:
    return math.fsum([value for value, _ in args]), math.fsum([error for _, error in args])


def _product(node: Form, args: Sequence[Rough]) -> Rough:
    total, bound = 1.0, 0.0
    for value, error in args:
        bound = abs(total) * error + abs(value) * bound + bound * error
        total *= value
    return total, bound


def _quotient(node: Form, args: Sequence[Rough]) -> Rough:
    (above, above_error), (below, below_error) = args
    room = abs(below) - below_error
    if room <= 0:
        raise ValueError
    value = above / below
    return value, (above_error + abs(value) * below_error) / room


def _power(node: Form, args: Sequence[Rough]) -> Rough:
    (base, base_error), (exponent, exponent_error) = args
    index = node.args[1]
    if index.head != "number" or numeral(index).denominator != 1:
        if base - base_error <= 0:
            raise ValueError
        spread = abs(exponent) * base_error / (base - base_error) + abs(math.log(base)) * exponent_error
        value = base**exponent
        return value, abs(value) * math.expm1(spread)
    whole = int(exponent)
    if whole < 0 and abs(base) <= base_error:
        raise ValueError
    value = base**whole
    edge = abs(base) + base_error if whole > 0 else abs(base) - base_error
    return value, abs(whole) * edge ** (whole - 1) * base_error


def _root(node: Form, args: Sequence[Rough]) -> Rough:
    radicand, error = args[0]
    index = node.args[1]
    if index.head != "number" or numeral(index).denominator != 1:
        raise ValueError
    order = int(numeral(index))
    if abs(radicand) <= error:
        raise ValueError
    if radicand < 0 and order % 2 == 0:
        raise _NotRealError
    value = math.copysign(abs(radicand) ** (1 / order), radicand)
    return value, abs(value) * error / (abs(radicand) - error)


def _call(node: Form, args: Sequence[Rough]) -> Rough:
    value, error = args[0]
    if node.label in _DOMAINS:
        below, above = _DOMAINS[str(node.label)]
        if value + error < below or value - error > above:
            raise _NotRealError
    function, slope = _CALLS[str(node.label)]
    # The steepest slope near by bounds the error; the three are close where the error is small.
    steepest = max(abs(slope(value - error)), abs(slope(value)), abs(slope(value + error)))
    return function(value), 2 * steepest * error


def _real_cot(value: float) -> float:
    return 1 / math.tan(value)


_CONSTANTS: Final = {"pi": math.pi, "e": math.e, "euler_gamma": 0.5772156649015329}

_RULES: Final[Mapping[str, Callable[[Form, Sequence[Rough]], Rough]]] = {
    "sum": _sum,
    "product": _product,
    "quotient": _quotient,
    "power": _power,
    "root": _root,
    "call": _call,
}

_DOMAINS: Final = {"log": (0.0, math.inf), "asin": (-1.0, 1.0), "acos": (-1.0, 1.0)}

_CALLS: Final[Mapping[str, tuple[Callable[[float], Any], Callable[[float], Any]]]] = {
    "exp": (math.exp, math.exp),
    "log": (math.log, lambda u: 1 / u if u > 0 else math.nan),
    "sin": (math.sin, lambda u: 1.0),
    "cos": (math.cos, lambda u: 1.0),
    "tan": (math.tan, lambda u: 1 + math.tan(u) ** 2),
    "cot": (_real_cot, lambda u: 1 + _real_cot(u) ** 2),
    "sinh": (math.sinh, math.cosh),
    "cosh": (math.cosh, math.sinh),
    "tanh": (math.tanh, lambda u: 1.0),
    "asin": (math.asin, lambda u: 1 / math.sqrt(1 - u * u)),
    "acos": (math.acos, lambda u: 1 / math.sqrt(1 - u * u)),
    "atan": (math.atan, lambda u: 1.0),
    "asinh": (math.asinh, lambda u: 1.0),
    "abs": (abs, lambda u: 1.0),
    "erf": (math.erf, lambda u: 2.0),
}
