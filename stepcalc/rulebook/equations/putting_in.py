"""A letter's value put into the other equations, and the integers of a family for which one of them is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stepcalc.notation.forms import Form, letters_of, rebuild
from stepcalc.rulebook.equations.algebra import Algebra, Expr, counters_of, is_sign, shorter, unsolved
from stepcalc.rulebook.equations.algebra import put_in as algebra_put_in
from stepcalc.rulebook.systems import LARGEST

LONGEST_PUT_IN: Final = 60
"""An expression with more operations than this is put in as it is, and not tidied."""


def put_in(rest: Sequence[Form], letters: Sequence[Form], letter: Form, value: Form) -> list[Form] | None:
    """Equations with a letter's value put in; ``None`` where one of them cannot hold any more."""
    import sympy

    algebra = Algebra(letters, [*rest, value, *letters])
    unknown, at = algebra.unknowns[list(letters).index(letter)], algebra.of(value)
    found = []
    for form in rest:
        whole = algebra.of(form)
        if unknown not in whole.free_symbols:
            found.append(form)
            continue
        after = algebra_put_in(whole, {unknown: at})
        if after.has(sympy.nan, sympy.zoo, sympy.oo):
            return None
        after = _tidied(after)
        if after.is_Mul:  # (−1)ᵏ, which cos(kπ) is, never is 0
            after = after.func(*(part for part in after.args if not is_sign(part)))
        if not set(algebra.unknowns) & after.free_symbols:
            if _is_nought(after):
                continue
            return None
        found.append(algebra.form(after))
    return found


def exceptions(following: Sequence[Form], letters: Sequence[Form], value: Form) -> list[Form]:
    """A family's values at the integers for which an equation loses its letters: kπ·y = 0 holds for k = 0.

    Args:
        following: The equations when the family is put in.
        letters: The letters that are left.
        value: The family.

    Raises:
        NotDerivableError: An equation is lost for an integer of a family that was put in before.
    """
    import sympy

    from stepcalc.notation.values import value as value_of

    own = {value_of(item): item for item in counters_of(value)}
    algebra = Algebra(letters, [*following, value, *letters])
    found: dict[Form, None] = {}
    for form in following:
        above = sympy.factor_terms(sympy.together(algebra.of(form)).as_numer_denom()[0])
        for factor in sympy.Mul.make_args(above):
            if set(algebra.unknowns) & factor.free_symbols:
                continue
            for symbol, turn in whole_zeros(factor):
                if symbol not in own:
                    raise unsolved()
                found[algebra.form(algebra.of(value).xreplace({symbol: turn}))] = None
    return list(found)


def whole_zeros(factor: Expr) -> list[tuple[Expr, Expr]]:
    """The integers of families for which an expression without unknowns is 0.

    Args:
        factor: The expression.

    Raises:
        NotDerivableError: They cannot be told.

    Examples:
        >>> import sympy
        >>> k = sympy.Symbol("k", integer=True)
        >>> whole_zeros(sympy.pi * k - 3 * sympy.pi), whole_zeros(2 * k + 1)
        ([(k, 3)], [])
    """
    import sympy

    symbols = [each for each in factor.free_symbols if each.is_integer]
    if not symbols or is_sign(factor) or factor.is_nonzero:
        return []
    if len(symbols) > 1 or not factor.is_polynomial(*symbols):
        raise unsolved()
    return [(symbols[0], root) for root in sympy.roots(factor, symbols[0]) if root.is_integer]


def _tidied(found: Expr) -> Expr:
    import sympy

    if found.count_ops() > LARGEST:
        raise unsolved()
    if not found.free_symbols:
        return sympy.radsimp(sympy.expand(found)) if found.count_ops() < LONGEST_PUT_IN else found
    whole = sympy.together(found)
    above, below = whole.as_numer_denom()
    expanded = sympy.expand(above) / below
    candidates = [expanded, sympy.factor_terms(expanded)]
    return min(candidates, key=lambda each: each.count_ops())


def _is_nought(found: Expr) -> bool:
    """Whether an expression without unknowns is 0, for all values of letters that are held."""
    import sympy

    if found == 0:
        return True
    if found.free_symbols:
        return bool(sympy.simplify(found) == 0)
    return bool(abs(found.evalf(40)) < 1e-25)


def put_back(value: Form, known: dict[Form, Form], letters: Sequence[Form]) -> Form:
    """A letter's value when the others are known.

    Args:
        value: The value, in the other letters.
        known: Those.
        letters: The unknowns.
    """
    import sympy

    if not letters_of(value) & set(known):
        return value
    algebra = Algebra(letters, [value, *known.values(), *letters])
    change = {algebra.of(letter): algebra.of(found) for letter, found in known.items()}
    after = algebra_put_in(algebra.of(value), change)
    if after.has(sympy.nan, sympy.zoo, sympy.oo):
        return rebuild(value, known)
    return algebra.form(shorter(after))
