"""What can still be done to one fraction in factors: each refinement takes it and gives another, or None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from stepcalc.calculus.tidying import polynomial as poly_
from stepcalc.calculus.tidying.polynomial import Poly
from stepcalc.calculus.tidying.quotients import Factored, Fractions
from stepcalc.calculus.tidying.writing import cost


@dataclass(frozen=True, slots=True)
class Refined:
    """The outcome of a refinement, and its name."""

    rule: str
    value: Factored


Refinement = Callable[[Fractions, Factored], Refined | None]


def _sums(frame: Fractions, value: Factored, sign: int) -> list[int]:
    """The sums above the bar (sign 1) or below it (sign -1)."""
    return [atom for atom, exponent in value.powers.items() if atom >= frame.width and exponent * sign > 0]


def _without(value: Factored, atoms: list[int]) -> Factored:
    return Factored(value.number, {atom: e for atom, e in value.powers.items() if atom not in atoms})


def cancel(frame: Fractions, value: Factored) -> Refined | None:
    """Cancel what a sum above and a sum below have in common, where neither divides the other."""
    for above in _sums(frame, value, 1):
        for below in _sums(frame, value, -1):
            numerator, denominator = frame.sum_of(above), frame.sum_of(below)
            if poly_.is_plainly_irreducible(numerator) or poly_.is_plainly_irreducible(denominator):
                continue
            shared = poly_.common_divisor(numerator, denominator)
            if shared is None:
                continue
            left, right = [poly_.quotient(poly, shared, frame.budget) for poly in (numerator, denominator)]
            if left is None or right is None:
                continue
            up, down = value.powers[above], value.powers[below]
            factor = frame.sum_or_monomial(shared)
            result = frame.product(
                [
                    _without(value, [above, below]),
                    frame.raised(frame.sum_or_monomial(left), up),
                    frame.raised(frame.sum_or_monomial(right), down),
                    frame.raised(factor, up + down),
                ]
            )
            return Refined("cancel", result)
    return None


def factor(frame: Fractions, value: Factored) -> Refined | None:
    """Factor the sums where that is shorter."""
    return _factored(frame, value, thorough=False)


def factor_completely(frame: Fractions, value: Factored) -> Refined | None:
    """Factor every sum over the rationals, shorter or not."""
    return _factored(frame, value, thorough=True)


def _factored(frame: Fractions, value: Factored, *, thorough: bool) -> Refined | None:
    result = value
    for atom in [*_sums(frame, value, 1), *_sums(frame, value, -1)]:
        poly = frame.sum_of(atom)
        found = poly_.factors(poly, frame.budget, thorough=thorough)
        if len(found) == 1 and found[0][1] == 1:
            continue
        exponent = value.powers[atom]
        parts = [frame.raised(frame.sum_or_monomial(part), times * exponent) for part, times in found]
        candidate = frame.product([_without(result, [atom]), *parts])
        if _sign_differs(poly, found):
            candidate = Factored(-candidate.number if exponent % 2 else candidate.number, candidate.powers)
        if thorough or cost(frame, candidate) < cost(frame, result):
            result = candidate
    if result is value:
        return None
    below = sum(-exponent for exponent in value.powers.values() if exponent < 0)
    left = sum(-exponent for exponent in result.powers.values() if exponent < 0)
    return Refined("cancel" if left < below else "factor", result)


def _sign_differs(poly: Poly, found: list[tuple[Poly, int]]) -> bool:
    lead = 1
    for part, times in found:
        lead *= part[max(part)] ** times
    return (lead < 0) != (poly[max(poly)] < 0)


def multiply_out_below(frame: Fractions, value: Factored) -> Refined | None:
    """Multiply the sums below the bar out: (x**2 + r*x + 1)*(x**2 - r*x + 1) may be short again."""
    below = _sums(frame, value, -1)
    if not 2 <= len(below) <= 6:
        return None
    reduced, extra = frame.reduced(frame.expanded(Fraction(1), {atom: -value.powers[atom] for atom in below}))
    if not reduced:
        return None
    bottom = frame.product([frame.sum_or_monomial(reduced), frame.raised(extra, 1)])
    return Refined("expand", frame.product([_without(value, below), frame.raised(bottom, -1)]))


def multiply_out_above(frame: Fractions, value: Factored) -> Refined | None:
    """Multiply the sums above the bar out where there is little to multiply."""
    above = _sums(frame, value, 1)
    if not above or sum(value.powers[atom] for atom in above) == 1 or len(above) > 4:
        return None
    if any(value.powers[atom] > 4 for atom in above):
        return None
    reduced, extra = frame.reduced(frame.expanded(Fraction(1), {atom: value.powers[atom] for atom in above}))
    if not reduced:
        return None
    return Refined("expand", frame.product([_without(value, above), extra, frame.sum_or_monomial(reduced)]))


def rationalise(frame: Fractions, value: Factored) -> Refined | None:
    """Multiply above and below by the conjugate of a sum with a square root, while there is one below."""
    result = value
    for _ in range(4):
        place = next(
            (
                (atom, root)
                for atom in _sums(frame, result, -1)
                for root in _square_roots(frame, frame.sum_of(atom))
            ),
            None,
        )
        if place is None:
            break
        smaller = _times_conjugate(frame, result, *place)
        if smaller is None:
            return None
        result = smaller
    return None if result is value else Refined("rationalise", result)


def _square_roots(frame: Fractions, poly: Poly) -> list[int]:
    return [
        root
        for root in frame.roots.values()
        if frame.units[root] == 2 and any(monomial[root] % 2 for monomial in poly)
    ]


def _times_conjugate(frame: Fractions, value: Factored, atom: int, root: int) -> Factored | None:
    poly = frame.sum_of(atom)
    conjugate = {
        monomial: -coefficient if monomial[root] % 2 else coefficient
        for monomial, coefficient in poly.items()
    }
    budget = frame.budget
    norm, extra = frame.reduced(poly_.times(poly, conjugate, budget))
    exponent = -value.powers[atom]
    above = _sums(frame, value, 1)
    top = frame.expanded(Fraction(1), {other: value.powers[other] for other in above})
    top, more = frame.reduced(poly_.times(top, poly_.power(conjugate, exponent, budget), budget))
    if not norm or not top:
        return None
    bottom = frame.raised(frame.product([frame.sum_or_monomial(norm), extra]), -exponent)
    result, _ = frame.settled(frame.product([_without(value, [atom, *above]), bottom, more]), top)
    return result


def join_root(frame: Fractions, value: Factored) -> Refined | None:
    """Where the factors under a root stand beside it, count them as powers of the root: u*v/sqrt(u*v)."""
    result = value
    for root, (unit, inside) in frame.relations.items():
        if len(inside.powers) < 2 or min(inside.powers.values()) < 0:
            continue
        while exponent := result.powers.get(root, 0):
            sign = 1 if exponent > 0 else -1
            if any(-sign * result.powers.get(atom, 0) < e for atom, e in inside.powers.items()):
                break
            taken = Factored(Fraction(1), {root: -sign * unit})
            result = frame.product([result, frame.raised(inside, sign), taken])
    return None if result is value else Refined("join_powers", result)


def as_polynomial(frame: Fractions, value: Factored) -> Refined | None:
    """x*(5*x**3 - 4) as 5*x**4 - 4*x: a polynomial in one letter is a sum in descending powers."""
    sums = _sums(frame, value, 1)
    others = [atom for atom in value.powers if atom not in sums]
    if len(sums) != 1 or value.powers[sums[0]] != 1 or len(others) != 1:
        return None
    letter, poly = others[0], frame.sum_of(sums[0])
    exponent = value.powers[letter]
    if exponent < 0 or exponent % frame.units[letter] or poly_.used(poly) != [letter]:
        return None
    if not frame.generators[letter].is_Symbol:
        return None
    monomial = tuple([exponent * (place == letter) for place in range(frame.width)])
    whole = frame.atom(poly_.shifted(poly, monomial))
    return Refined("expand", frame.product([Factored(value.number, {}), whole]))


# What every fraction is offered, and what is tried on the best so far, each followed by the first again.
ALWAYS: tuple[Refinement, ...] = (cancel, factor, join_root)
TRIALS: tuple[Refinement, ...] = (multiply_out_below, rationalise, multiply_out_above)
