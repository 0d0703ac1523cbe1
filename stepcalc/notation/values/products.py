"""Products, powers and sums as SymPy makes them, without its questions where the answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import sympy
from sympy.core.add import _addsort
from sympy.core.mul import _args_sortkey


def product_of(factors: list[Any]) -> Any:
    """What ``Mul(*factors)`` gives, found without its questions where no two factors can join.

    SymPy takes every power apart and builds it anew to see whether it joins another one. Factors with bases
    that are different, and not numbers, never do: then only the order is to be found.
    """
    coefficient: Any = sympy.S.One
    flat: list[Any] = []
    for factor in factors:
        for part in factor.args if factor.is_Mul else (factor,):
            if part.is_Rational:
                coefficient = coefficient * part
            else:
                flat.append(part)
    if coefficient is sympy.S.One and len(flat) == 1:
        return flat[0]
    alone = len(flat) < 2 and (not flat or flat[0].is_Add)
    if alone or coefficient is sympy.S.Zero:
        return sympy.Mul(*factors)
    parts = _parts_apart(coefficient, flat)
    return sympy.Mul(*factors) if parts is None else _of_parts(parts)


def _parts_apart(coefficient: Any, factors: Sequence[Any]) -> list[Any] | None:
    """Factors of which no two can join, a rational number first; ``None`` where SymPy must say what joins."""
    exponents: dict[Any, Any] = {}
    whole: dict[Any, Any] = {}
    numbers: list[Any] = []
    for factor in factors:
        if factor.is_number:
            numbers.append(factor)
            continue
        base, exponent = _base_and_exponent(factor)
        if base.is_number and base is not sympy.S.Exp1:
            return None
        if base in exponents:
            joint = exponent.is_Rational and exponents[base].is_Rational and (base.is_Symbol or base.is_Add)
            if not joint:
                return None
            exponent, factor = exponents[base] + exponent, None
        exponents[base], whole[base] = exponent, factor
    front = _number_in_front(coefficient, numbers)
    rest = [
        power_of(base, exponents[base]) if factor is None else factor
        for base, factor in whole.items()
        if exponents[base] is not sympy.S.Zero
    ]
    if front is None or (len(front) == 1 == len(rest) and rest[0].is_Add):
        return None
    return [*front, *rest]


def _base_and_exponent(factor: Any) -> tuple[Any, Any]:
    if factor.is_Pow:
        return factor.args[0], factor.args[1]
    if isinstance(factor, sympy.exp):
        return sympy.S.Exp1, factor.args[0]
    return factor, sympy.S.One


_WITHOUT_SIZE: Final = (sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)


def _number_in_front(coefficient: Any, numbers: Sequence[Any]) -> list[Any] | None:
    """The rational coefficient, if it is not 1, and the other numbers; ``None`` where they are involved."""
    if numbers:
        if any(item.is_Add or item in _WITHOUT_SIZE for item in numbers):
            return None
        if len(numbers) == 1 and not numbers[0].is_Pow:  # nothing that a rational number could join
            return [part for part in (coefficient, numbers[0]) if part is not sympy.S.One]
        coefficient = sympy.Mul(coefficient, *numbers)
    parts = list(coefficient.args) if coefficient.is_Mul else [coefficient]
    return [part for part in parts if part is not sympy.S.One]


def _of_parts(parts: list[Any]) -> Any:
    """The product of factors that do not join, in SymPy's order."""
    if len(parts) < 2:
        return parts[0] if parts else sympy.S.One
    front = parts[:1] if parts[0].is_Rational else []
    return sympy.Mul._from_args(front + sorted(parts[len(front) :], key=_args_sortkey))


def inverse(factor: Any) -> Any:
    """One over a factor, each factor of a product by itself."""
    if factor.is_Pow and factor.args[1].is_Rational:
        return power_of(factor.args[0], -factor.args[1])
    if factor.is_Mul:
        return product_of([inverse(part) for part in factor.args])
    return power_of(factor, sympy.S.NegativeOne)


_MOST_FACTORS: Final = 50
MOST_BITS_FACTORED: Final = 1_000
"""SymPy looks for factors of a radicand that can leave the root."""


def power_of(base: Any, exponent: Any) -> Any:
    """``base**exponent``, without the questions that SymPy asks where their answer is known.

    A sum that is not a number, a symbol, or a function with no opinion on its powers stays as it is under a
    rational exponent; SymPy finds that out by asking whether each term is infinite, which costs more than all
    the rest.
    """
    if exponent.is_Rational and exponent is not sympy.S.Zero and exponent is not sympy.S.One:
        real = _real_power(base, exponent)
        if real is not None:
            return real
        if base.is_Integer and not exponent.is_Integer and abs(base.p).bit_length() > MOST_BITS_FACTORED:
            return sympy.Pow(base, exponent, evaluate=False)
        if base.is_Mul and exponent.is_Integer and base.is_commutative and len(base.args) <= _MOST_FACTORS:
            return product_of([power_of(factor, exponent) for factor in base.args])
        plain = base.is_Symbol or (base.is_Add and not base.is_number) or _has_plain_powers(base.__class__)
        if plain and not (base.is_number or (base.is_Symbol and base._assumptions_orig)):
            return sympy.Pow(base, exponent, evaluate=False)
    return sympy.Pow(base, exponent)


def _real_power(base: Any, exponent: Any) -> Any:
    """A power in which an odd root of a negative number is real, where SymPy would take the principal root."""
    if exponent.q == 1:
        return None
    if base.is_Rational and base.p < 0 and exponent.q % 2:
        size = sympy.Pow(-base, exponent)
        return size if exponent.p % 2 == 0 else -size
    inner = base.args[1] if base.is_Pow else None
    if inner is not None and inner.is_Rational and inner.q % 2 and inner.q > 1 and inner.p % 2 == 0:
        # (x^(2/3))^(1/2): the inner power is that of |x|, and must not become x^(1/3).
        return sympy.Pow(sympy.Abs(base.args[0]), inner * exponent)
    return None


@cache
def _has_plain_powers(kind: Any) -> bool:
    return issubclass(kind, sympy.Function) and kind._eval_power is sympy.Expr._eval_power


def sum_of(terms: Sequence[Any]) -> Any:
    """What ``Add(*terms)`` gives, found without its questions where all terms are plain.

    SymPy asks of each sum whether it has tensors in it, and loads all that it knows of these to do so.

    Args:
        terms: The terms.

    Examples:
        >>> x = sympy.Symbol("x")
        >>> sum_of([x, sympy.Integer(3), 2*x])
        3*x + 3
    """
    shares: dict[Any, Any] = {}
    number: Any = sympy.S.Zero
    flat = list(terms)
    for term in flat:
        if term.is_Rational:
            number = number + term
        elif term.is_Add:
            flat.extend(term.args)
        elif not _is_plain(term):
            return sympy.Add(*terms)
        else:
            share, rest = term.as_coeff_Mul(rational=True) if term.is_Mul else (sympy.S.One, term)
            shares[rest] = shares[rest] + share if rest in shares else share
    found = [_times(share, rest) for rest, share in shares.items() if share is not sympy.S.Zero]
    _addsort(found)
    found = found if number is sympy.S.Zero else [number, *found]
    if len(found) < 2:
        return found[0] if found else number
    return sympy.Add._from_args(found, is_commutative=True)


def _is_plain(term: Any) -> bool:
    """Whether a term of a sum is none of those that SymPy treats in a way of its own."""
    if not term.is_commutative or term.is_Order:
        return False
    if term.is_Mul:
        return not any(part.is_Number and not part.is_Rational for part in term.args)
    if term.is_Pow:
        return not (term.args[0].is_Number and term.args[1].is_Number)
    return bool(term.is_Symbol or term.is_Function or term.is_NumberSymbol)


def _times(share: Any, rest: Any) -> Any:
    if share is sympy.S.One:
        return rest
    if rest.is_Mul:
        return rest._new_rawargs(share, *rest.args)
    if rest.is_Add:
        return sympy.Mul(share, rest, evaluate=False)
    return sympy.Mul(share, rest)
