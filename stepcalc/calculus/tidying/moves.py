"""The moves: each takes a fraction over generators and gives a better one, under a name a student knows."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from sympy import Add, Expr, Mul, Ne, exp

from stepcalc.calculus.tidying import polynomial as poly_
from stepcalc.calculus.tidying.fractions import ONE, Combined, Factored, Frame
from stepcalc.calculus.tidying.polynomial import Poly, TooLarge

Build = Callable[[], Expr]


@dataclass(frozen=True, slots=True)
class Move:
    """One named move: its outcome is built only if it is taken."""

    rule: str
    build: Build
    conditions: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A chain of moves, and the size of what it ends with."""

    cost: int
    moves: tuple[Move, ...]


def ways(expr: Expr, refused: list[str]) -> Iterator[Way]:
    """The ways to write an expression as one fraction in factors, for each choice of the squares to keep."""
    for eliminate in ("none", "first", "second"):
        try:
            frame = Frame.of(expr, eliminate)  # type: ignore[arg-type]
            yield from _fractions(frame, expr)
            if eliminate == "none" and isinstance(expr, Add):
                yield from _groups(frame, expr)
        except TooLarge:
            refused.append(eliminate)
            return
        if not frame.met_square:
            return


def _fractions(frame: Frame, expr: Expr) -> Iterator[Way]:
    moves: tuple[Move, ...]
    if isinstance(expr, Add):
        values = [frame.value(term) for term in expr.args]
        combined = frame.combine(values)
        value = combined.result
        moves = _sum_moves(frame, expr, values, combined)
        yield Way(sum(map(frame.cost, values)) + len(values) - 1, moves[:1])
    else:
        value = frame.value(expr)
        moves = (Move(_name_of_product(expr), lambda: frame.write(value)),)
    yield Way(frame.cost(value), moves)
    for step in (_cancelled, _factored):
        try:
            better = step(frame, value)
        except TooLarge:
            continue
        if better is not None:
            value, move = better
            moves = (*moves, move)
            yield Way(frame.cost(value), moves)
    for refine in (_multiplied_below, _rationalised, _multiplied_out):
        try:
            better = refine(frame, value)
        except TooLarge:
            continue
        if better is None:
            continue
        other, move = better
        chain = (*moves, move)
        yield Way(frame.cost(other), chain)
        for step in (_cancelled, _factored):
            try:
                more = step(frame, other)
            except TooLarge:
                continue
            if more is not None:
                other, move = more
                chain = (*chain, move)
                yield Way(frame.cost(other), chain)


def _name_of_product(expr: Expr) -> str:
    return "cancel" if any(part.is_Pow and part.exp.is_negative for part in Mul.make_args(expr)) else "factor"


def _sum_moves(frame: Frame, expr: Add, values: list[Factored], combined: Combined) -> tuple[Move, ...]:
    """Adding terms up, told in the order of the board: one fraction, like terms, identities, cancelling."""
    shared, rests = combined.shared, combined.rests
    values = [value for value in values if value.number]
    fraction = any(_differ_below(values, atom) for value in values for atom in value.powers)
    conditions = _nonzero(frame, combined.cancelled, combined.result)
    moves = [
        Move("each_term", lambda: Add(*[frame.write(value) for value in values])),
        Move("one_fraction" if fraction else "factor",
             lambda: Mul(frame.write(shared), Add(*[_rest(frame, value, shared) for value in values]))),
        Move("like_terms", lambda: Mul(frame.write(shared), frame.written(combined.total))),
    ]
    if combined.reduced != combined.total:
        below_known = combined.reduced and not frame.relations
        name = "pythagorean" if frame.eliminate != "none" and _has_square(frame, combined.total) else "square_of_root"
        if below_known or name == "pythagorean":
            moves.append(Move(name, lambda: Mul(frame.write(shared), frame.written(combined.reduced))))
    last = "cancel" if combined.cancelled else "factor"
    moves.append(Move(last, lambda: frame.write(combined.result), conditions))
    del rests
    return tuple(moves)


def _rest(frame: Frame, value: Factored, shared: Factored) -> Expr:
    return frame.write(frame.product([value, frame.raised(shared, -1)]))


def _differ_below(values: list[Factored], atom: int) -> bool:
    below = {min(value.powers.get(atom, 0), 0) for value in values}
    return len(below) > 1


def _has_square(frame: Frame, poly: Poly) -> bool:
    return any(poly_.degree(poly, index) >= 2 * frame.units[index]
               for square in frame.squares for index in square[:2])


def _nonzero(frame: Frame, atoms: tuple[int, ...], result: Factored) -> tuple[Expr, ...]:
    """The conditions of a cancellation: what is no longer below the fraction bar must not have been nought."""
    conditions = []
    for atom in atoms:
        base = frame.base(atom)
        if result.powers.get(atom, 0) < 0 or isinstance(base, exp) or base.is_number:
            continue
        condition = Ne(base, 0)
        if condition.is_Relational:
            conditions.append(condition)
    return tuple(conditions)


# -- groups -------------------------------------------------------------------------------------------------


def _groups(frame: Frame, expr: Add) -> Iterator[Way]:
    """Terms with the same functions are added up among themselves: the coefficients of log(x), of exp(x), ..."""
    width = len(frame.generators)
    groups: dict[tuple[tuple[int, int], ...], list[Factored]] = {}
    for term in expr.args:
        value = frame.value(term)
        key = tuple(sorted((atom, exponent) for atom, exponent in value.powers.items()
                           if atom < width and frame.generators[atom].is_Function))
        groups.setdefault(key, []).append(value)
    if len(groups) < 2 or len(groups) == len(expr.args):
        return
    sums = []
    for group in groups.values():
        value = frame.combine(group).result if len(group) > 1 else group[0]
        for step in (_cancelled, _factored):
            better = step(frame, value)
            if better is not None and frame.cost(better[0]) <= frame.cost(value):
                value = better[0]
        if value.number:
            sums.append(value)
    cost = sum(frame.cost(value) for value in sums) + len(sums) - 1
    yield Way(cost, (Move("collect", lambda: Add(*[frame.write(value) for value in sums])),))


# -- refinements --------------------------------------------------------------------------------------------


Better = tuple[Factored, Move] | None


def _sums(frame: Frame, value: Factored, sign: int) -> list[int]:
    width = len(frame.generators)
    return [atom for atom, exponent in value.powers.items() if atom >= width and exponent * sign > 0]


def _cancelled(frame: Frame, value: Factored) -> Better:
    """Cancel what sums above and below the bar have in common without either dividing the other."""
    width = len(frame.generators)
    atoms: list[int] = []
    for above in _sums(frame, value, 1):
        for below in _sums(frame, value, -1):
            numerator, denominator = frame.sums[above - width], frame.sums[below - width]
            if poly_.is_plainly_irreducible(numerator) or poly_.is_plainly_irreducible(denominator):
                continue
            shared = poly_.common_divisor(numerator, denominator)
            if shared is None:
                continue
            one, other = poly_.quotient(numerator, shared), poly_.quotient(denominator, shared)
            if one is None or other is None:
                continue
            up, down = value.powers[above], value.powers[below]
            rest = {atom: e for atom, e in value.powers.items() if atom not in (above, below)}
            factor = frame.sum_or_monomial(shared)
            atoms.extend(factor.powers)
            value = frame.product([Factored(value.number, rest), frame.raised(frame.sum_or_monomial(one), up),
                                   frame.raised(frame.sum_or_monomial(other), down),
                                   frame.raised(factor, up + down)])
            break
    if not atoms:
        return None
    result = value
    return result, Move("cancel", lambda: frame.write(result), _nonzero(frame, tuple(atoms), result))


def _factored(frame: Frame, value: Factored, *, thorough: bool = False) -> Better:
    """Factor the sums above and below the bar where that is shorter."""
    width = len(frame.generators)
    changed = False
    for atom in [*_sums(frame, value, 1), *_sums(frame, value, -1)]:
        poly = frame.sums[atom - width]
        found = poly_.factors(poly, thorough=thorough)
        if len(found) == 1 and found[0][1] == 1:
            continue
        exponent = value.powers.get(atom, 0)
        rest = {other: e for other, e in value.powers.items() if other != atom}
        parts = [frame.raised(frame.sum_or_monomial(part), times * exponent) for part, times in found]
        candidate = frame.product([Factored(value.number, rest), *parts])
        if _sign_differs(poly, found):
            candidate = Factored(candidate.number * (-1) ** exponent, candidate.powers)
        if thorough or frame.cost(candidate) < frame.cost(value):
            value, changed = candidate, True
    if not changed:
        return None
    result = value
    return result, Move("factor", lambda: frame.write(result))


def _sign_differs(poly: Poly, found: list[tuple[Poly, int]]) -> bool:
    lead = 1
    for part, times in found:
        lead *= part[max(part)] ** times
    return (lead < 0) != (poly[max(poly)] < 0)


def _multiplied_below(frame: Frame, value: Factored) -> Better:
    """Multiply the sums below the bar out: (x**2 + r*x + 1)*(x**2 - r*x + 1) may be short again."""
    below = _sums(frame, value, -1)
    if len(below) < 2 or len(below) > 6:
        return None
    product = frame.expanded(Fraction(1), {atom: -value.powers[atom] for atom in below})
    reduced, extra = frame.reduced(product)
    if not reduced:
        return None
    rest = {atom: exponent for atom, exponent in value.powers.items() if atom not in below}
    result = frame.product([Factored(value.number, rest),
                            frame.raised(frame.product([frame.sum_or_monomial(reduced), extra]), -1)])
    return result, Move("expand", lambda: frame.write(result))


def _rationalised(frame: Frame, value: Factored) -> Better:
    """Multiply above and below by the conjugate of a sum with a square root, while there is one below."""
    width = len(frame.generators)
    start = value
    for _ in range(4):
        place = next(((atom, root) for atom in _sums(frame, value, -1)
                      for root in _square_roots(frame, frame.sums[atom - width])), None)
        if place is None:
            break
        atom, root = place
        poly = frame.sums[atom - width]
        conjugate = {monomial: -coefficient if monomial[root] % 2 else coefficient
                     for monomial, coefficient in poly.items()}
        norm, extra = frame.reduced(poly_.times(poly, conjugate))
        if not norm:
            return None
        exponent = -value.powers[atom]
        above = [other for other in _sums(frame, value, 1)]
        numerator = frame.expanded(Fraction(1), {other: value.powers[other] for other in above})
        numerator, more = frame.reduced(poly_.times(numerator, poly_.power(conjugate, exponent)))
        if not numerator:
            return None
        rest = {other: e for other, e in value.powers.items() if other != atom and other not in above}
        bottom = frame.raised(frame.product([frame.sum_or_monomial(norm), extra]), -exponent)
        shared = frame.product([Factored(value.number, rest), bottom, more])
        value, _ = frame.settled(shared, numerator)
    if value is start:
        return None
    result = value
    return result, Move("rationalise", lambda: frame.write(result))


def _square_roots(frame: Frame, poly: Poly) -> list[int]:
    return [root for root in frame.roots.values()
            if frame.units[root] == 2 and any(monomial[root] % 2 for monomial in poly)]


def _multiplied_out(frame: Frame, value: Factored) -> Better:
    """Multiply the sums above the bar out where there is little to multiply."""
    above = _sums(frame, value, 1)
    if not above or (len(above) == 1 and value.powers[above[0]] == 1) or len(above) > 4:
        return None
    if any(value.powers[atom] > 4 for atom in above):
        return None
    product = frame.expanded(Fraction(1), {atom: value.powers[atom] for atom in above})
    reduced, extra = frame.reduced(product)
    if not reduced:
        return None
    rest = {atom: exponent for atom, exponent in value.powers.items() if atom not in above}
    result = frame.product([Factored(value.number, rest), extra, frame.sum_or_monomial(reduced)])
    return result, Move("expand", lambda: frame.write(result))


__all__ = ["ONE", "Move", "Way", "ways"]
