"""Solves a relation for its only letter: rational functions by signs, and what a monotone function wraps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from stepcalc.notation.arithmetic import number_value, opposite, over, plus
from stepcalc.notation.forms import (
    ZERO,
    E,
    Form,
    call,
    letter,
    letters_of,
    postorder,
    rational,
    rebuild,
    relation,
    subtract,
)
from stepcalc.trace.realset import ABOVE, BELOW, EVERYTHING, End, RealSet, Stretch, union
from stepcalc.trace.roots import ROOT_BITS, rational_end, real_roots

HIGHEST_DEGREE: Final = 12
DEEPEST_WRAPPED: Final = 6
"""No more functions inside one another are undone than this."""

FLIPPED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}

Polynomial = dict[int, Fraction]
Ratio = tuple[Polynomial, Polynomial]
"""A rational function: what is above the line and what is below it."""


def where_holds(part: Form, variable: Form, depth: int = 0) -> RealSet | None:
    """The numbers for which a relation in one letter holds and its sides have values.

    Args:
        part: A relation that compares two expressions.
        variable: Its only letter.
        depth: How many functions were undone to get there.

    Returns:
        The set, or ``None`` where its ends cannot be written down.

    Examples:
        >>> from stepcalc.notation.forms import ONE, divide, letter, relation
        >>> x = letter("x")
        >>> [str(end.low.size) for end in where_holds(relation(">", divide(ONE, x), ONE), x).stretches]
        ['0']
    """
    difference = part.args[0] if part.args[1] is ZERO else subtract(*part.args)
    ratio = _ratio(difference, variable)
    if ratio is not None:
        return _where_ratio(str(part.label), ratio)
    return _unwrapped(part, difference, variable, depth) if depth < DEEPEST_WRAPPED else None


# ------------------------------------------------------------------------------------------ signs


def _where_ratio(sign: str, ratio: Ratio) -> RealSet | None:
    """Where a rational function has this relation to 0; ``None`` where that cannot be written down."""
    above, below = ratio
    if not above or not below or not (max(above) or max(below)):
        return None
    if not max(below):
        flipped = FLIPPED[sign] if below[0] < 0 else sign
        return _where(flipped, above)
    if sign in ("=", "!="):
        parts = [(_where(sign, above), _where("!=", below))]
    else:
        parts = [
            (_where(sign, above), _where(">", below)),
            (_where(FLIPPED[sign], above), _where("<", below)),
        ]
    met = [one & two for one, two in parts if one is not None and two is not None]
    return union(met) if len(met) == len(parts) else None


def _where(sign: str, polynomial: Polynomial) -> RealSet | None:
    """Where a polynomial has this relation to 0; ``None`` where its roots cannot be written down."""
    roots = real_roots(polynomial)
    if roots is None:
        return None
    positive = polynomial[max(polynomial)] > 0
    holds = _HOLDS[sign]
    pieces: list[RealSet] = []
    above = ABOVE
    for end, count in reversed(roots):
        if holds(1 if positive else -1):
            pieces.append(RealSet((Stretch(end, above),)))
        if holds(0):
            pieces.append(RealSet.where("=", end))
        positive = positive is (count % 2 == 0)
        above = end
    if holds(1 if positive else -1):
        pieces.append(RealSet((Stretch(BELOW, above),)))
    return union(pieces)


_HOLDS: Final[Mapping[str, Callable[[int], bool]]] = {
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
}

# ---------------------------------------------------------------------------------------- monotone functions


def _unwrapped(part: Form, difference: Form, variable: Form, depth: int) -> RealSet | None:
    """Solves for a function's value first, where the letter stands inside that function only."""
    wrapped = _wrapper(difference, variable)
    if wrapped is None:
        return None
    value = letter("y")
    solved = where_holds(rebuild(part, {wrapped: value}), value, DEEPEST_WRAPPED)
    if solved is None:
        return None
    name = str(wrapped.label) if wrapped.head == "call" else f"root {wrapped.args[1].label}"
    values, undo = _WRAPPERS[name]
    pieces = []
    for stretch in (solved & values).stretches:
        inside = EVERYTHING
        for end, sign, closed in ((stretch.low, ">", stretch.low_in), (stretch.high, "<", stretch.high_in)):
            if end.form is None:
                continue
            undone = undo(end)
            if undone is None:
                return None
            if undone.form is None:
                continue
            found = _compared(wrapped.args[0], f"{sign}=" if closed else sign, undone, variable, depth)
            if found is None:
                return None
            inside = inside & found
        real = _real(name, wrapped.args[0], variable, depth)
        if real is None:
            return None
        pieces.append(inside & real)
    return union(pieces)


def _wrapper(difference: Form, variable: Form) -> Form | None:
    """The one function of the letter that stands in an expression, which has the letter nowhere else."""
    seen: set[Form] = set()
    found: set[Form] = set()
    stack = [difference]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node is variable:
            return None
        if _is_wrapper(node) and variable in letters_of(node):
            found.add(node)
        else:
            stack.extend(node.args)
    return found.pop() if len(found) == 1 else None


def _is_wrapper(node: Form) -> bool:
    if node.head == "call":
        return len(node.args) == 1 and node.label in _WRAPPERS
    return node.head == "root" and f"root {node.args[1].label}" in _WRAPPERS


def _compared(inner: Form, sign: str, end: End, variable: Form, depth: int) -> RealSet | None:
    """Where what stands inside lies on one side of a number."""
    assert end.form is not None
    if number_value(end.form) is not None:
        return where_holds(relation(sign, inner, end.form), variable, depth + 1)
    ratio = _ratio(inner, variable)
    if ratio is None or set(ratio[1]) != {0} or max(ratio[0], default=0) != 1:
        return None
    slope, start = ratio[0][1] / ratio[1][0], ratio[0].get(0, Fraction(0)) / ratio[1][0]
    assert isinstance(end.size, Fraction)
    form = over(plus(end.form, opposite(rational(start))), rational(slope))
    return RealSet.where(sign if slope > 0 else FLIPPED[sign], End((end.size - start) / slope, form))


def _real(name: str, inner: Form, variable: Form, depth: int) -> RealSet | None:
    """Where a function of what stands inside has a value."""
    sign = {"log": ">", "root 2": ">="}.get(name)
    return EVERYTHING if sign is None else where_holds(relation(sign, inner, ZERO), variable, depth + 1)


def _exact(end: End) -> Fraction | None:
    return None if end.form is None else number_value(end.form)


def _log(end: End) -> End | None:
    """The logarithm of an end of an interval of positive numbers."""
    value = _exact(end)
    if value is None:
        return None
    if value == 0:
        return BELOW
    return rational_end(Fraction(0)) if value == 1 else _numbered("log", value)


def _exp(end: End) -> End | None:
    value = _exact(end)
    if value is None:
        return None
    if value == 0:
        return rational_end(Fraction(1))
    return _numbered("exp", value)


def _numbered(name: str, value: Fraction) -> End:
    """A logarithm or a power of e, known to as many places as roots are."""
    import mpmath

    with mpmath.workprec(2 * ROOT_BITS):
        found = getattr(mpmath, name)(mpmath.mpf(value.numerator) / value.denominator)
        size = Fraction(int(mpmath.floor(mpmath.ldexp(found, ROOT_BITS))), 1 << ROOT_BITS)
    form = E if name == "exp" and value == 1 else call(name, rational(value))
    return End(size, form)


def _power(exponent: int) -> Callable[[End], End | None]:
    def undo(end: End) -> End | None:
        value = _exact(end)
        return None if value is None else rational_end(value**exponent)

    return undo


_WRAPPERS: Final[Mapping[str, tuple[RealSet, Callable[[End], End | None]]]] = {
    "exp": (RealSet.where(">", rational_end(Fraction(0))), _log),
    "log": (EVERYTHING, _exp),
    "root 2": (RealSet.where(">=", rational_end(Fraction(0))), _power(2)),
    "root 3": (EVERYTHING, _power(3)),
}
"""Increasing functions: their values, and what undoes them."""

# ------------------------------------------------------------------------------------------ polynomials


def _ratio(form: Form, variable: Form) -> Ratio | None:
    """A rational function of one letter with rational coefficients, not reduced; else ``None``."""
    done: dict[Form, Ratio] = {}
    for node in postorder(form):
        found = _ratio_of_node(node, variable, [done[arg] for arg in node.args])
        if found is None:
            return None
        done[node] = found
    return done[form]


_UNIT: Final[Polynomial] = {0: Fraction(1)}


def _ratio_of_node(node: Form, variable: Form, parts: list[Ratio]) -> Ratio | None:
    if node is variable:
        return {1: Fraction(1)}, _UNIT
    known = None if node.head in ("call", "letter") else number_value(node)
    if known is not None:
        return ({0: known} if known else {}), _UNIT
    if not parts:
        return None
    match node.head:
        case "sum":
            return _folded(parts, _ratio_sum)
        case "product":
            return _folded(parts, _ratio_product)
        case "quotient":
            return _ratio_product(parts[0], parts[1][::-1]) if parts[1][0] else None
        case "power":
            exponent = number_value(node.args[1])
            if exponent is None or exponent.denominator != 1 or not 0 < abs(exponent) <= HIGHEST_DEGREE:
                return None
            base = parts[0] if exponent > 0 else parts[0][::-1]
            return _folded([base] * abs(int(exponent)), _ratio_product) if base[1] else None
    return None


def _folded(parts: list[Ratio], join: Callable[[Ratio, Ratio], Ratio | None]) -> Ratio | None:
    total: Ratio | None = parts[0]
    for part in parts[1:]:
        total = None if total is None else join(total, part)
    return total


def _ratio_sum(one: Ratio, two: Ratio) -> Ratio | None:
    if one[1] == two[1]:
        return _added(one[0], two[0]), one[1]
    left, right, below = _multiplied(one[0], two[1]), _multiplied(two[0], one[1]), _multiplied(one[1], two[1])
    return None if left is None or right is None or below is None else (_added(left, right), below)


def _ratio_product(one: Ratio, two: Ratio) -> Ratio | None:
    above, below = _multiplied(one[0], two[0]), _multiplied(one[1], two[1])
    return None if above is None or below is None else (above, below)


def _added(one: Polynomial, two: Polynomial) -> Polynomial:
    total = {power: one.get(power, Fraction(0)) + two.get(power, Fraction(0)) for power in {**one, **two}}
    return {power: coefficient for power, coefficient in total.items() if coefficient}


def _multiplied(one: Polynomial, two: Polynomial) -> Polynomial | None:
    if one and two and max(one) + max(two) > HIGHEST_DEGREE:
        return None
    product: Polynomial = {}
    for power, coefficient in one.items():
        for other, factor in two.items():
            product[power + other] = product.get(power + other, Fraction(0)) + coefficient * factor
    return {power: coefficient for power, coefficient in product.items() if coefficient}
