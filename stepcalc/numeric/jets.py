"""Power series of an expression about a point, term by term, over numbers of any kind: exact ones or balls.

Each function has a recurrence that gives the next coefficient from those before (Knuth, The Art of Computer
Programming, vol. 2, 4.7). The same recurrences serve exact coefficients and rigorous bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Protocol

from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import Form, letters_of, numeral, postorder

Jet = list[Any]


class Ring(Protocol):
    """The numbers that coefficients are."""

    def number(self, value: Fraction) -> Any:
        """A rational number."""

    def constant(self, form: Form) -> Any:
        """An expression without the variable; ``None`` to have it worked out part by part."""

    def total(self, terms: Iterable[tuple[Fraction | int, Any, Any]]) -> Any:
        """The sum of products, each with a rational weight."""

    def over(self, above: Any, below: Any) -> Any:
        """A quotient.

        Raises:
            NoSeriesError: What is below can be 0.
        """

    def apply(self, name: str, at: Any) -> Any:
        """A function of one number.

        Raises:
            NoSeriesError: It has no value there, or is not known.
        """

    def raised(self, base: Any, exponent: Fraction) -> Any:
        """A power of a positive number."""

    def sign(self, at: Any) -> int:
        """1 or -1; 0 where it is not certain."""


class NoSeriesError(ArithmeticError):
    """There is no power series here, or no recurrence for it."""


# -------------------------------------------------------------------------------------------- recurrences


def product(ring: Ring, first: Jet, second: Jet) -> Jet:
    """Cauchy's product: cₙ = Σ aₖ bₙ₋ₖ."""
    return [ring.total((1, first[k], second[n - k]) for k in range(n + 1)) for n in range(len(first))]


def quotient(ring: Ring, above: Jet, below: Jet) -> Jet:
    """cₙ = (aₙ − Σ bₖ cₙ₋ₖ)/b₀."""
    found: Jet = []
    one = ring.number(Fraction(1))
    for n, top in enumerate(above):
        rest = ring.total([(1, top, one), *((-1, below[k], found[n - k]) for k in range(1, n + 1))])
        found.append(ring.over(rest, below[0]))
    return found


def integrated(ring: Ring, derivative: Jet, start: Any) -> Jet:
    """cₙ = dₙ₋₁/n."""
    one = ring.number(Fraction(1))
    return [
        start,
        *(ring.total([(Fraction(1, n), derivative[n - 1], one)]) for n in range(1, len(derivative))),
    ]


def differentiated(ring: Ring, jet: Jet) -> Jet:
    """dₙ = (n+1) cₙ₊₁, with a last entry of 0 that is not to be used."""
    one = ring.number(Fraction(1))
    rest = [ring.total([(n, jet[n], one)]) for n in range(1, len(jet))]
    return [*rest, ring.number(Fraction(0))]


def exponential(ring: Ring, inner: Jet) -> Jet:
    """n bₙ = Σ k uₖ bₙ₋ₖ, from b′ = u′ b."""
    found = [ring.apply("exp", inner[0])]
    for n in range(1, len(inner)):
        found.append(ring.total((Fraction(k, n), inner[k], found[n - k]) for k in range(1, n + 1)))
    return found


def sine_and_cosine(ring: Ring, inner: Jet, names: tuple[str, str], sign: int) -> tuple[Jet, Jet]:
    """n sₙ = Σ k uₖ cₙ₋ₖ and n cₙ = ∓ Σ k uₖ sₙ₋ₖ, from s′ = u′ c and c′ = ∓u′ s."""
    sine, cosine = [ring.apply(names[0], inner[0])], [ring.apply(names[1], inner[0])]
    for n in range(1, len(inner)):
        terms = range(1, n + 1)
        sine.append(ring.total((Fraction(k, n), inner[k], cosine[n - k]) for k in terms))
        cosine.append(ring.total((Fraction(sign * k, n), inner[k], sine[n - k]) for k in terms))
    return sine, cosine


def power(ring: Ring, base: Jet, exponent: Fraction) -> Jet:
    """n b₀ pₙ = Σ (αk − (n−k)) bₖ pₙ₋ₖ, from b p′ = α b′ p (Miller); whole exponents by multiplication."""
    if exponent.denominator == 1 and exponent >= 0:
        return _whole_power(ring, base, int(exponent))
    if exponent.denominator == 1:
        one = [ring.number(Fraction(1)), *[ring.number(Fraction(0))] * (len(base) - 1)]
        return quotient(ring, one, _whole_power(ring, base, -int(exponent)))
    found = [ring.raised(base[0], exponent)]
    for n in range(1, len(base)):
        rest = ring.total(((exponent * k - (n - k)) / n, base[k], found[n - k]) for k in range(1, n + 1))
        found.append(ring.over(rest, base[0]))
    return found


def _whole_power(ring: Ring, base: Jet, exponent: int) -> Jet:
    found = [ring.number(Fraction(1)), *[ring.number(Fraction(0))] * (len(base) - 1)]
    square = base
    while exponent:
        if exponent & 1:
            found = product(ring, found, square)
        exponent >>= 1
        if exponent:
            square = product(ring, square, square)
    return found


# ---------------------------------------------------------------------------------------------- functions


def _trigonometric(
    place: int, below: int | None = None, hyperbolic: bool = False
) -> Callable[[Ring, Jet], Jet]:
    """Sine (0), cosine (1), or a quotient of them; place 2 stands for 1."""

    def jet(ring: Ring, inner: Jet) -> Jet:
        names = ("sinh", "cosh") if hyperbolic else ("sin", "cos")
        pair = sine_and_cosine(ring, inner, names, 1 if hyperbolic else -1)
        if below is None:
            return pair[place]
        return quotient(ring, pair[place] if place < 2 else _one(ring, inner), pair[below])

    return jet


def _one(ring: Ring, like: Jet) -> Jet:
    return [ring.number(Fraction(1)), *[ring.number(Fraction(0))] * (len(like) - 1)]


def _plus(ring: Ring, jet: Jet, start: int, weight: int = 1) -> Jet:
    """start + weight·jet."""
    one = ring.number(Fraction(1))
    return [
        ring.total([(weight, part, one), (start if place == 0 else 0, one, one)])
        for place, part in enumerate(jet)
    ]


def _by_integration(name: str, slope: Callable[[Ring, Jet], Jet]) -> Callable[[Ring, Jet], Jet]:
    """A function whose derivative in its argument is simpler: its series is integrated from that."""

    def jet(ring: Ring, inner: Jet) -> Jet:
        derivative = product(ring, differentiated(ring, inner), slope(ring, inner))
        return integrated(ring, derivative, ring.apply(name, inner[0]))

    return jet


def _reciprocal(ring: Ring, inner: Jet) -> Jet:
    return quotient(ring, _one(ring, inner), inner)


def _slope_of_root(start: int, weight: int, sign: int = 1) -> Callable[[Ring, Jet], Jet]:
    """±1/√(start + weight·u²)."""

    def slope(ring: Ring, inner: Jet) -> Jet:
        under = _plus(ring, product(ring, inner, inner), start, weight)
        return [
            ring.total([(sign, part, ring.number(Fraction(1)))])
            for part in power(ring, under, Fraction(-1, 2))
        ]

    return slope


def _slope_of_fraction(weight: int, sign: int = 1) -> Callable[[Ring, Jet], Jet]:
    """±1/(1 + weight·u²)."""

    def slope(ring: Ring, inner: Jet) -> Jet:
        found = _reciprocal(ring, _plus(ring, product(ring, inner, inner), 1, weight))
        return [ring.total([(sign, part, ring.number(Fraction(1)))]) for part in found]

    return slope


def _slope_of_erf(ring: Ring, inner: Jet) -> Jet:
    """2 e^(−u²)/√π."""
    bell = exponential(
        ring, [ring.total([(-1, p, ring.number(Fraction(1)))]) for p in product(ring, inner, inner)]
    )
    scale = ring.apply("erf_scale", ring.number(Fraction(1)))
    return [ring.total([(1, part, scale)]) for part in bell]


def _absolute(ring: Ring, inner: Jet) -> Jet:
    side = ring.sign(inner[0])
    if not side:
        raise NoSeriesError
    return inner if side > 0 else [ring.total([(-1, part, ring.number(Fraction(1)))]) for part in inner]


FUNCTIONS: Final[Mapping[str, Callable[[Ring, Jet], Jet]]] = {
    "exp": exponential,
    "sin": _trigonometric(0),
    "cos": _trigonometric(1),
    "tan": _trigonometric(0, 1),
    "cot": _trigonometric(1, 0),
    "sec": _trigonometric(2, 1),
    "csc": _trigonometric(2, 0),
    "sinh": _trigonometric(0, hyperbolic=True),
    "cosh": _trigonometric(1, hyperbolic=True),
    "tanh": _trigonometric(0, 1, hyperbolic=True),
    "coth": _trigonometric(1, 0, hyperbolic=True),
    "sech": _trigonometric(2, 1, hyperbolic=True),
    "csch": _trigonometric(2, 0, hyperbolic=True),
    "log": _by_integration("log", _reciprocal),
    "atan": _by_integration("atan", _slope_of_fraction(1)),
    "acot": _by_integration("acot", _slope_of_fraction(1, -1)),
    "atanh": _by_integration("atanh", _slope_of_fraction(-1)),
    "asin": _by_integration("asin", _slope_of_root(1, -1)),
    "acos": _by_integration("acos", _slope_of_root(1, -1, -1)),
    "asinh": _by_integration("asinh", _slope_of_root(1, 1)),
    "acosh": _by_integration("acosh", _slope_of_root(-1, 1)),
    "erf": _by_integration("erf", _slope_of_erf),
    "abs": _absolute,
}
"""For each function of one argument, its series from that of the argument."""


def node_jet(ring: Ring, node: Form, parts: Sequence[Jet], length: int) -> Jet:
    """The series of an expression from those of its parts.

    Raises:
        NoSeriesError: There is none, or there is no recurrence for this kind of expression.
    """
    one = ring.number(Fraction(1))
    match node.head:
        case "sum":
            return [ring.total((1, part[n], one) for part in parts) for n in range(length)]
        case "product":
            found = parts[0]
            for part in parts[1:]:
                found = product(ring, found, part)
            return found
        case "quotient":
            return quotient(ring, parts[0], parts[1])
        case "power" | "root":
            return _raised(ring, node, parts)
        case "call" if len(parts) == 1 and node.label in FUNCTIONS:
            return FUNCTIONS[str(node.label)](ring, parts[0])
    raise NoSeriesError


def _raised(ring: Ring, node: Form, parts: Sequence[Jet]) -> Jet:
    known = as_fraction(node.args[1])
    if known is not None and node.head == "root":
        known = 1 / known if known else None
        if known is not None and known.denominator % 2 and ring.sign(parts[0][0]) < 0:
            # An odd root of a negative number is the negative of the root of its opposite.
            opposite = [ring.total([(-1, part, ring.number(Fraction(1)))]) for part in parts[0]]
            return [
                ring.total([(-1, part, ring.number(Fraction(1)))]) for part in power(ring, opposite, known)
            ]
    if known is not None:
        return power(ring, parts[0], known)
    if node.head == "root":
        raise NoSeriesError
    return exponential(ring, product(ring, parts[1], FUNCTIONS["log"](ring, parts[0])))


def is_supported(form: Form, variable: Form) -> bool:
    """Whether there are recurrences for every part of an expression that depends on the variable."""
    for node in postorder(form):
        if node.head in ("sum", "product", "quotient", "power", "number", "constant", "letter"):
            continue
        if node.head == "root" and as_fraction(node.args[1]) is not None:
            continue
        if node.head == "call" and len(node.args) == 1 and node.label in FUNCTIONS:
            continue
        if variable in letters_of(node):
            return False
    return True


def constant_jet(ring: Ring, value: Any, length: int) -> Jet:
    """A number as a series."""
    return [value, *[ring.number(Fraction(0))] * (length - 1)]


def jet_of(ring: Ring, form: Form, variable: Form, start: Any, length: int) -> Jet:
    """The first coefficients of an expression's power series about a point.

    Args:
        ring: The numbers to work with.
        form: The expression.
        variable: Its variable.
        start: The point, a number of the ring.
        length: How many coefficients.

    Raises:
        NoSeriesError: There is no power series there, or no recurrence for a part.
    """
    done: dict[Form, Jet] = {}
    varying: set[Form] = {variable}
    for node in postorder(form):
        if node is variable:
            done[node] = constant_jet(ring, start, length)
            if length > 1:
                done[node][1] = ring.number(Fraction(1))
        elif node.head == "number":
            done[node] = constant_jet(ring, ring.number(Fraction(numeral(node))), length)
        elif any(arg in varying for arg in node.args):
            varying.add(node)
            done[node] = node_jet(ring, node, [done[arg] for arg in node.args], length)
        else:
            known = ring.constant(node)
            if known is not None:
                done[node] = constant_jet(ring, known, length)
            else:
                done[node] = node_jet(ring, node, [done[arg] for arg in node.args], length)
    return done[form]
