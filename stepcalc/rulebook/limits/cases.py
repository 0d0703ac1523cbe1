"""Limits that depend on another letter: one for each sign of it, or for each kind of base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stepcalc.errors import StepcalcError
from stepcalc.notation.arithmetic import times
from stepcalc.notation.forms import (
    ONE,
    ZERO,
    Form,
    call,
    depending,
    exp,
    letter,
    letters_of,
    logic,
    postorder,
    rebuild,
    relation,
    vector,
    with_args,
)
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.rule import LimitRule, UnfitError, evaluated, is_limit


def with_sign(item: Form, sign: str) -> Form:
    """A letter of which it is assumed that it is positive, or negative."""
    import sympy

    from stepcalc.notation.values import form_of

    return form_of(sympy.Symbol(item.name, **{sign: True}))


def _cases(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The limit for each sign of another letter; for 0 only where the expression has a value then."""
    item = bound["a"]
    subject, *rest = wanted.args
    if item is wanted.args[1] or item not in depending([subject], frozenset({item})):
        raise UnfitError
    pieces: list[tuple[str, Form]] = []
    for label, sign in ((">", "positive"), ("<", "negative")):
        assumed = with_sign(item, sign)
        found = solve(with_args(wanted, (rebuild(subject, {item: assumed}), *rest)))
        pieces.append((label, rebuild(found, {assumed: item})))
    at_nought = _put_in(subject, {item: ZERO})
    if at_nought is not None:
        pieces.append(("=", solve(with_args(wanted, (at_nought, *rest)))))
    if any(is_limit(found) for _, found in pieces):
        return wanted
    if len({found for _, found in pieces}) == 1:
        raise UnfitError
    return call("piecewise", *(vector(found, relation(label, item, ZERO)) for label, found in pieces))


def _cases_of_base(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The limit for each kind of a base b = e^c: beyond 1, below 1, and 1 itself."""
    base = bound["b"]
    subject, *rest = wanted.args
    if base is wanted.args[1] or not any(
        node.head == "power" and node.args[0] is base for node in postorder(subject)
    ):
        raise UnfitError
    name = next(each for each in "ckmpq" if each not in {item.name for item in letters_of(wanted)})
    pieces: list[tuple[Form, Form]] = []
    for condition, sign in (
        (relation(">", base, ONE), "positive"),
        (logic("and", relation(">", base, ZERO), relation("<", base, ONE)), "negative"),
    ):
        exponent = with_sign(letter(name), sign)
        found = solve(with_args(wanted, (as_exponential(subject, base, exponent), *rest)))
        pieces.append((rebuild(found, {exponent: call("log", base)}), condition))
    at_one = _put_in(subject, {base: ONE})
    if at_one is not None:
        pieces.append((solve(with_args(wanted, (at_one, *rest))), relation("=", base, ONE)))
    if any(is_limit(found) for found, _ in pieces):
        return wanted
    if len({found for found, _ in pieces}) == 1:
        raise UnfitError
    return call("piecewise", *(vector(*piece) for piece in pieces))


def as_exponential(form: Form, base: Form, exponent: Form) -> Form:
    """An expression with e^c in the place of a letter b: b^x becomes e^(c·x).

    Examples:
        >>> from stepcalc.notation.forms import multiply, power
        >>> from stepcalc.notation.unicode import one_line
        >>> b, c, x = letter("b"), letter("c"), letter("x")
        >>> one_line(as_exponential(multiply(x, power(b, x)), b, c))
        'x e^(cx)'
    """
    powers = {
        node: exp(times(exponent, node.args[1]))
        for node in postorder(form)
        if node.head == "power" and node.args[0] is base
    }
    return rebuild(rebuild(form, powers), {base: exp(exponent)})


def _put_in(form: Form, values: Mapping[Form, Form]) -> Form | None:
    try:
        return evaluated(rebuild(form, values))
    except StepcalcError:
        return None


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_cases": LimitRule(_cases, passes=True, numbers=False),
    "limit_base_cases": LimitRule(_cases_of_base, passes=True, numbers=False),
}
"""By the short name of the card."""
