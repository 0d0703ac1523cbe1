"""How Taylor polynomials and their derivatives are written: terms, factorials, names."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

from stepcalc.notation.appearance import without_minus
from stepcalc.notation.arithmetic import as_fraction, combine, opposite, over, plus, raised, times
from stepcalc.notation.forms import Form, number, rational, with_args


def primes(k: int, name: str = "f") -> str:
    """f, f′, f″, f‴, f⁽⁴⁾.

    Examples:
        >>> primes(2), primes(5)
        ('f″', 'f⁽⁵⁾')
    """
    if k < 4:
        return name + ("", "′", "″", "‴")[k]
    return f"{name}⁽{str(k).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}⁾"


def polynomial(coefficients: Sequence[Form], step: Form) -> Form:
    """The sum of coefficients times powers, lowest first.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> polynomial([number(0), number(2)], letter("x")).args[0].label
        2
    """
    return plus(*(term(coefficient, [(step, k)]) for k, coefficient in enumerate(coefficients)))


def term(coefficient: Form, powers: Sequence[tuple[Form, int]]) -> Form:
    """A coefficient times powers, as people write it: 2x³/3, −x⁴/6."""
    factors = [raised(base, number(k)) for base, k in powers if k]
    if not factors:
        return coefficient
    known = as_fraction(coefficient)
    if known is not None:
        above = times(number(abs(known.numerator)), *factors)
        found = over(above, number(known.denominator))
        return opposite(found) if known < 0 else found
    settled = combine(coefficient, ordered=False)
    sign, settled = (opposite, opposite(settled)) if _is_negative(settled) else (_same, settled)
    if settled.head == "quotient":
        if _is_negative(settled.args[0]):
            sign, settled = (
                (_same if sign is opposite else opposite),
                with_args(settled, (opposite(settled.args[0]), settled.args[1])),
            )
        return sign(over(_with(settled.args[0], factors), settled.args[1]))
    return sign(_with(settled, factors))


def _with(coefficient: Form, powers: Sequence[Form]) -> Form:
    """A coefficient before powers, without a bracket around its factors."""
    return times(*(coefficient.args if coefficient.head == "product" else (coefficient,)), *powers)


def divided(value: Form, by: int) -> Form:
    """A value over a factorial, with its sign in front.

    Examples:
        >>> from stepcalc.notation.forms import letter, negate
        >>> divided(negate(letter("a")), 2).head
        'product'
    """
    known = as_fraction(value)
    if known is not None:
        return rational(known / by)
    if _is_negative(value):
        return opposite(divided(opposite(value), by))
    return combine(over(value, number(by)), ordered=False)


def _is_negative(form: Form) -> bool:
    return without_minus(form) is not None


def _same(form: Form) -> Form:
    return form


def partial_name(index: Sequence[int], letters: Sequence[Form]) -> str:
    """∂²f/∂x∂y, as a name."""
    total = sum(index)
    if not total:
        return "f"
    raise_ = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    above = "∂" + (str(total).translate(raise_) if total > 1 else "") + "f"
    below = "".join(
        f"∂{letter.name}" + (str(k).translate(raise_) if k > 1 else "")
        for letter, k in zip(letters, index, strict=True)
        if k
    )
    return f"{above}/{below}"


def factorials(index: Sequence[int]) -> int:
    """α! = α₁!·α₂!·...

    Examples:
        >>> factorials((2, 0, 3))
        12
    """
    found = 1
    for k in index:
        found *= factorial(k)
    return found
