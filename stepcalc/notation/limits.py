"""What is refused because evaluating it would take unbounded time or memory; the error names the limit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, lgamma, log, log10
from typing import Final, NoReturn

from stepcalc.errors import LimitError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, nodes_of, numeral, postorder


@dataclass(frozen=True, slots=True)
class Limits:
    """How large an expression may be.

    Args:
        length: The most characters of a text.
        depth: The most expressions inside each other.
        digits: The most digits of a number, typed or come about by evaluation.
        hyperbolic: How costly hyperbolic functions inside each other may be; SymPy's time doubles with each
            unit. A sinh or cosh costs 1, a tanh or coth 2, a sech or csch 3, what is between them up to 2.
        compared: Of how many expressions the least or greatest may be sought: each is compared with each.
        parts: How many parts a derivative may have: that of a product of n factors has n².
    """

    length: int = 200_000
    depth: int = 1_200
    digits: int = 4_300
    hyperbolic: int = 10
    compared: int = 20
    parts: int = 120_000


LIMITS: Final = Limits()


class FormLimitError(LimitError):
    """A form is too large; ``form`` is the part of it that is."""

    form: Form


@dataclass(slots=True)
class _Size:
    """How large a part of an expression may become when it is evaluated.

    Args:
        exact: Its value, if it is a small rational number.
        rational: Whether it is a rational number, of which only the size is known if ``exact`` is ``None``.
        above: Digits of the numerator of its numerical factor.
        below: Digits of the denominator of its numerical factor.
        places: Digits of the power of ten in that denominator.
        most: Digits that it may have if letters cancel and functions take rational values.
        letters: Whether there are letters in it.
        depth: How many expressions are inside each other.
        hyperbolic: The cost of the hyperbolic functions inside each other.
        too_long: Whether it has too many digits; the error is about the outermost power of such.
    """

    exact: Fraction | None = None
    rational: bool = False
    above: float = 0.0
    below: float = 0.0
    places: float = 0.0
    most: float = 0.0
    letters: bool = False
    depth: int = 1
    hyperbolic: int = 0
    too_long: bool = False

    @property
    def digits(self) -> float:
        return max(self.above, self.below + self.places)

    @property
    def magnitude(self) -> float:
        """The decimal logarithm of the absolute value of the numerical factor."""
        return self.above - self.below - self.places


_SMALL: Final = 10**30
_LARGE_EXPONENT: Final = 100_000
_HYPERBOLIC: Final = {"sinh": 1, "cosh": 1, "tanh": 2, "coth": 2, "sech": 3, "csch": 3}
_HARMLESS: Final = frozenset("log atan asinh abs".split())
_BOUNDED: Final = frozenset(
    "sin cos tanh sech erf erfc sign heaviside asin acos atan acot asec acsc atan2".split()
)
_EXPONENTIAL: Final = frozenset("exp sinh cosh".split())
_PERIODIC: Final = frozenset("sin cos tan cot sec csc".split())
"""To find a value of one of these, all digits of the argument are needed."""
_GROWING: Final = frozenset("factorial gamma loggamma digamma polygamma beta zeta".split())


def check_limits(form: Form, limits: Limits = LIMITS) -> None:
    """Refuse a form that is too deep, or of which evaluation would make numbers or work without bounds.

    Args:
        form: Any form, also one made from a SymPy expression.
        limits: What is too large.

    Raises:
        FormLimitError: The form is too large; the error names the limit.

    Examples:
        >>> from stepcalc.notation.forms import number, power
        >>> check_limits(power(number(9), power(number(9), number(9))))
        Traceback (most recent call last):
        ...
        stepcalc.notation.limits.FormLimitError: This power has more than 4,300 digits.
    """
    nodes = list(postorder(form))
    if _clearly_small(nodes, limits):
        return
    sizes: dict[Form, _Size] = {}
    for node in nodes:
        args = [sizes[arg] for arg in node.args]
        size = sizes[node] = _MEASURE.get(node.head, _other)(node, args, limits)
        if args:
            size.depth = 1 + max(arg.depth for arg in args)
            size.letters = any(arg.letters for arg in args)
            size.hyperbolic = _hyperbolic(node, args)
        if size.depth > limits.depth:
            _refuse(node, "too-deep", limit=f"{limits.depth:,}")
        if node.head == "call" and node.name in ("min", "max") and len(args) > limits.compared:
            _refuse(node, "too-many-compared", name=node.name, limit=limits.compared)
        if size.hyperbolic > limits.hyperbolic:
            _refuse(node, "hyperbolic-too-deep")
        if not size.too_long:
            for arg, inner in zip(node.args, args, strict=True):
                if inner.too_long:
                    _refuse_number(arg, limits)
    if sizes[form].too_long:
        _refuse_number(form, limits)


def _clearly_small(nodes: Sequence[Form], limits: Limits) -> bool:
    """Whether no measuring is needed, as for nearly all that people type.

    What is counted is the digits of all numerals, each as often as it is written or raised: evaluation cannot
    make more of them where nothing but these heads and functions occur.
    """
    if len(nodes) > limits.depth:
        return False
    digits: dict[Form, float] = {}
    varied: set[Form] = set()
    for node in nodes:
        if node.head == "letter" or not varied.isdisjoint(node.args):
            varied.add(node)
        match node.head:
            case "letter" | "constant":
                total = 0.0
            case "number":
                total = _length(numeral(node))
            case "sum":  # like terms add up
                total = len(node.args) * 0.302 + sum([digits[arg] for arg in node.args])
            case "product" | "quotient" | "root":
                total = sum([digits[arg] for arg in node.args])
            case "power" if node.args[1].head == "number":
                exponent = numeral(node.args[1])
                if exponent.numerator.bit_length() > _SHORT:
                    return False
                total = digits[node.args[0]] * (1 + abs(float(exponent)))
            case "power" if node.args[1].head == "letter":
                total = digits[node.args[0]]
            case "call" if node.label in _PLAIN and len(node.args) == 1:
                total = digits[node.args[0]]
            case "call" if node.label == "exp" and node in varied:
                total = digits[node.args[0]]
            case _:
                return False
        if not total <= limits.digits:
            return False
        digits[node] = total
    called = {node.label for node in nodes if node.head == "call"}
    return not called.issuperset(("exp", "log"))


def _length(value: int | Fraction) -> float:
    """A little more than the digits of a number, above and below the line."""
    return 2 + 0.302 * (value.numerator.bit_length() + value.denominator.bit_length())


_SHORT: Final = 60
"""Bits."""

_PLAIN: Final = frozenset("log sin cos tan cot sec csc asin acos atan".split())
"""Functions of one argument that make no numbers longer than those in it."""


def check_derivative(form: Form, limits: Limits = LIMITS) -> None:
    """Refuse a form whose derivative would be too large to be written down.

    Raises:
        FormLimitError: The derivative has too many parts.

    Examples:
        >>> from stepcalc.notation.forms import call, letter, multiply
        >>> check_derivative(multiply(*(call("sin", letter(f"x_{k}")) for k in range(400))))
        Traceback (most recent call last):
        ...
        stepcalc.notation.limits.FormLimitError: This derivative would have more than 120,000 parts.
    """
    parts = sum(len(node.args) ** (2 if node.head == "product" else 1) for node in nodes_of(form))
    if parts > limits.parts:
        _refuse(form, "derivative-too-large", limit=f"{limits.parts:,}")


def _refuse(form: Form, code: str, **parts: object) -> NoReturn:
    error = FormLimitError(say(code, **parts), code=code)
    error.form = form
    raise error


def _refuse_number(form: Form, limits: Limits) -> NoReturn:
    limit = f"{limits.digits:,}"
    if form.head == "call":
        _refuse(form, "value-too-long", name=form.name, limit=limit)
    _refuse(form, "power-too-long" if form.head == "power" else "number-too-long", limit=limit)


def _digits(value: int) -> float:
    """The decimal logarithm of a natural number of any size."""
    bits = value.bit_length()
    if bits < 900:
        return log10(value) if value else 0.0
    return log10(value >> (bits - 64)) + (bits - 64) * log10(2)


def _exactly(value: Fraction) -> _Size:
    """The size of a rational number that is known."""
    small = abs(value.numerator) < _SMALL and value.denominator < _SMALL
    above, below = _digits(abs(value.numerator)), _digits(value.denominator)
    return _Size(value if small else None, True, above, below, most=max(above, below))


def _number(form: Form, args: list[_Size], limits: Limits) -> _Size:
    assert isinstance(form.label, int | Fraction)
    size = _exactly(Fraction(form.label))
    size.below, size.places = 0.0, size.below
    size.too_long = size.digits > limits.digits
    return size


def _letter(form: Form, args: list[_Size], limits: Limits) -> _Size:
    return _Size(letters=True)


def _other(form: Form, args: list[_Size], limits: Limits) -> _Size:
    return _Size(most=max((arg.most for arg in args), default=0.0))


def _sum(form: Form, args: list[_Size], limits: Limits) -> _Size:
    numbers = [arg for arg in args if arg.rational]
    most = max(arg.most for arg in args) + log10(len(args))
    if not numbers:
        return _Size(most=most)
    values = [arg.exact for arg in numbers if arg.exact is not None]
    if len(values) == len(numbers) < 30:
        total = _exactly(sum(values, Fraction(0)))
    else:
        below = sum(arg.below for arg in numbers)
        if len(values) == len(numbers):
            below = _common_denominator(values, limits)
        places = 0.0 if len(values) == len(numbers) else max(arg.places for arg in numbers)
        above = (
            max(arg.above - arg.below - arg.places for arg in numbers) + below + places + log10(len(numbers))
        )
        total = _Size(None, True, max(above, 0.0), below, places)
    total.too_long = total.digits > limits.digits
    total.most = max(most, total.digits)
    if len(numbers) < len(args):
        return _Size(most=total.most, too_long=total.too_long)
    return total


def _common_denominator(values: list[Fraction], limits: Limits) -> float:
    """The digits of the least common denominator, or more than the limit."""
    common = 1
    for value in values:
        common = lcm(common, value.denominator)
        if _digits(common) > limits.digits:
            break
    return _digits(common)


def _product(form: Form, args: list[_Size], limits: Limits) -> _Size:
    rational = all(arg.rational for arg in args)
    size = _Size(
        None, rational, sum(arg.above for arg in args), sum(arg.below for arg in args),
        sum(arg.places for arg in args), sum(arg.most for arg in args),
    )  # fmt: skip
    if rational and size.digits < 30 and all(arg.exact is not None for arg in args):
        value = Fraction(1)
        for arg in args:
            value *= arg.exact or 0
        size.exact = value
    size.too_long = size.digits > limits.digits
    return size


def _quotient(form: Form, args: list[_Size], limits: Limits) -> _Size:
    above, below = args
    rational = above.rational and below.rational
    size = _Size(
        None, rational, above.above + below.below + below.places, above.below + below.above + above.places,
        most=above.most + below.most,
    )  # fmt: skip
    if rational and above.exact is not None and below.exact:
        size = _exactly(above.exact / below.exact)
    size.too_long = size.digits > limits.digits
    return size


def _power(form: Form, args: list[_Size], limits: Limits) -> _Size:
    base, exponent = args
    if base.exact is not None and base.exact in (-1, 0, 1):
        return _Size()
    times = _absolute(exponent)
    if times is None:
        cancels = form.args[1].head == "sum" and exponent.most > log10(_LARGE_EXPONENT)
        return _Size(above=base.above, most=base.most + exponent.most, too_long=cancels and base.rational)
    digits = _times(times, base.digits)
    if times > _LARGE_EXPONENT:
        digits = max(digits, _times(times, base.most))
    if digits > limits.digits:
        return _Size(rational=base.rational, too_long=True)
    exponent_is_whole = exponent.exact is not None and exponent.exact.denominator == 1
    if base.exact is not None and exponent_is_whole and digits < 30:
        assert exponent.exact is not None
        if base.exact or exponent.exact > 0:
            return _exactly(base.exact ** int(exponent.exact))
    most = max(digits, _times(times, base.most))
    return _Size(None, base.rational and exponent_is_whole, digits, digits if base.below else 0.0, most=most)


def _times(exponent: float, digits: float) -> float:
    """A product in which nothing taken without end is nothing."""
    return exponent * digits if digits else 0.0


def _absolute(exponent: _Size) -> float | None:
    """The absolute value of an exponent, if it has no letters: infinity if it is out of all bounds."""
    if exponent.exact is not None:
        return float(abs(exponent.exact))
    if exponent.too_long:
        return float("inf")
    if exponent.rational:
        return 10**exponent.magnitude if exponent.magnitude < 30 else float("inf")
    if exponent.letters:
        return None
    return 10**exponent.most if exponent.most < 30 else float("inf")


def _root(form: Form, args: list[_Size], limits: Limits) -> _Size:
    radicand = args[0]
    return _Size(above=radicand.digits, most=radicand.most)


def _call(form: Form, args: list[_Size], limits: Limits) -> _Size:
    if form.name in _GROWING:
        return _growing(form, args, limits)
    fixed = not any(arg.letters for arg in args)
    if form.name in _EXPONENTIAL:
        size = _exponential(form, args, limits) if form.name == "exp" else _other(form, args, limits)
        if fixed and not (form.name == "exp" and _is_negative(form.args[0])):
            size.most = max((_absolute(args[0]) or 0.0) / log(10), size.most)
        return size
    if form.name in _PERIODIC and fixed and args[0].most > limits.digits:
        return _Size(too_long=True)
    if form.name in _BOUNDED:
        return _Size()
    size = _other(form, args, limits)
    if form.name == "abs" and args and args[0].exact is not None:
        return _exactly(abs(args[0].exact))
    if not args or any(arg.letters for arg in args):
        return size
    size.above = size.most
    return size


def _is_negative(form: Form) -> bool:
    """Whether a minus sign stands in front; e to the power of it is small."""
    first = form
    while first.head in ("product", "quotient"):
        first = first.args[0]
    return first.head == "number" and numeral(first) < 0


def _growing(form: Form, args: list[_Size], limits: Limits) -> _Size:
    """Functions whose value at a large number has very many digits, or takes as many steps."""
    digits = 0.0
    for arg in args:
        if arg.rational or not arg.letters:
            value = _absolute(arg) or 0.0
            digits = max(digits, lgamma(value + 1) / log(10) if value < 1e15 else float("inf"))
    if digits > limits.digits:
        return _Size(too_long=True)
    return _Size(above=digits, most=digits + max(arg.most for arg in args))


def _exponential(form: Form, args: list[_Size], limits: Limits) -> _Size:
    """exp(n ln(a)) becomes a to the power of n."""
    exponent = form.args[0]
    parts = exponent.args if exponent.head in ("product", "quotient") else (exponent,)
    if args[0].most > 3 and any(part.head == "call" and part.name == "log" for part in parts):
        return _Size(too_long=10 ** min(args[0].most, 30) > limits.digits)
    return _Size(most=args[0].most)


def _hyperbolic(form: Form, args: list[_Size]) -> int:
    """What SymPy's work on the hyperbolic functions inside each other comes to.

    It rewrites them by exponentials to find a sign, and each level multiplies the work; a factor with a
    letter of its own keeps it from looking further in.
    """
    inner = max(arg.hyperbolic for arg in args)
    own = _HYPERBOLIC.get(form.name, 0) if form.head == "call" else 0
    if own or not inner:
        return inner + own
    match form.head:
        case "product" | "quotient" if sum(arg.letters for arg in args) > 1:
            return 0
        case "product":
            return inner
        case "quotient":
            return inner + (2 if args[1].hyperbolic else 0)
        case "sum" | "vector" | "relation" | "logic" | "goal":
            return inner
        case "call" if form.name in _HARMLESS:
            return inner
    return inner + 1


_MEASURE: Final[dict[str, Callable[[Form, list[_Size], Limits], _Size]]] = {
    "number": _number,
    "letter": _letter,
    "sum": _sum,
    "product": _product,
    "quotient": _quotient,
    "power": _power,
    "root": _root,
    "call": _call,
}
