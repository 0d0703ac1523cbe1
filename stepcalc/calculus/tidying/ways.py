"""The ways to write an expression, each with its cost, and the story of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Literal

from sympy import Add, Expr, Mul, Ne, Pow, exp
from sympy.core.relational import Relational

from stepcalc.calculus.tidying import polynomial as poly_
from stepcalc.calculus.tidying.frame import DEFAULT_BUDGET, Frame
from stepcalc.calculus.tidying.generators import Elimination
from stepcalc.calculus.tidying.polynomial import Budget, TooLargeError
from stepcalc.calculus.tidying.quotients import ONE, Factored
from stepcalc.calculus.tidying.refinements import (
    ALWAYS,
    TRIALS,
    Refined,
    Refinement,
    as_polynomial,
    cancel,
    factor_completely,
    join_root,
)
from stepcalc.calculus.tidying.writing import cost, signed, write, write_atom, write_sum
from stepcalc.notation.values.products import sum_of

Kind = Literal["fraction", "terms", "groups", "split", "shared"]

ELIMINATIONS: tuple[Elimination, ...] = ("none", "first", "second")
MAX_TOLD = 12  # inner sums whose adding up is told one by one
MAX_SPLIT = 4  # terms above the bar that may be divided one by one


@dataclass(frozen=True, slots=True)
class Step:
    """One named move and what it gives."""

    rule: str
    after: Expr
    conditions: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write an expression: as a fraction and its refinements, or as a sum of simpler terms.

    Where a factor is taken out of terms that are not put over one bar, it is the value, and they are the values.
    """

    cost: int
    frame: Frame
    kind: Kind
    refined: tuple[Refined, ...] = ()
    value: Factored = ONE
    values: tuple[Factored, ...] = ()


def outcome(way: Way) -> Expr:
    """What the way ends with."""
    if way.kind == "fraction":
        return write(way.frame, way.value)
    if way.kind == "shared":
        return Mul(write(way.frame, way.value), sum_of([write(way.frame, value) for value in way.values]))
    return sum_of([write(way.frame, value) for value in way.values])


@dataclass(slots=True)
class Search:
    """The ways found for one expression, and whether one was refused because it would be too large."""

    refused: bool = False
    budget: Budget = field(default_factory=lambda: Budget(DEFAULT_BUDGET))

    def ways(self, expr: Expr) -> Iterator[Way]:
        """The ways for each choice of the squares to keep: neither, the first, or the second of each pair."""
        for eliminate in ELIMINATIONS:
            try:
                frame = Frame.of(expr, eliminate, self.budget)
                yield from self._of_frame(frame, expr)
            except TooLargeError:
                self.refused = True
                return
            if not frame.met_square:
                return

    def _of_frame(self, frame: Frame, expr: Expr) -> Iterator[Way]:
        if isinstance(expr, Add):
            values = tuple([frame.value(term) for term in expr.args])
            yield Way(_cost_of_terms(frame, values), frame, "terms", values=values)
            if frame.eliminate == "none":
                yield from _shared(frame, values)
                yield from self._groups(frame, values, _by_functions)
                yield from self._groups(frame, values, _by_denominator)
        yield from self._fractions(frame, frame.value(expr))

    def _fractions(self, frame: Frame, value: Factored) -> Iterator[Way]:
        best = Way(cost(frame, value), frame, "fraction", value=value)
        yield best
        for way in self._refined(frame, value, (), ALWAYS):
            yield way
            best, value = way, way.refined[-1].value
        yield from _split(frame, value, best.refined)
        polynomial = as_polynomial(frame, value)
        if polynomial is not None:
            # A sum of a few more signs is still what a key prints.
            refined = (*best.refined, polynomial)
            if 2 * cost(frame, polynomial.value) <= 3 * best.cost + 1:
                yield Way(best.cost - 1, frame, "fraction", refined, polynomial.value)
        for trial in TRIALS:
            yield from self._refined(frame, value, best.refined, (trial, *ALWAYS))

    def _refined(
        self, frame: Frame, value: Factored, before: tuple[Refined, ...], refinements: tuple[Refinement, ...]
    ) -> Iterator[Way]:
        """Apply refinements one after another; nothing follows where the first of a trial does not apply."""
        for place, refinement in enumerate(refinements):
            try:
                refined = refinement(frame, value)
            except TooLargeError:
                self.refused = True
                refined = None
            if refined is None:
                if place == 0 and refinement in TRIALS:
                    return
                continue
            value, before = refined.value, (*before, refined)
            yield Way(cost(frame, value), frame, "fraction", before, value)

    def _groups(self, frame: Frame, values: tuple[Factored, ...], sort: Sort) -> Iterator[Way]:
        """Terms of one sort added up among themselves: the coefficients of log(x), what is over x - 1."""
        groups: dict[object, list[Factored]] = {}
        for value in values:
            groups.setdefault(sort(frame, value), []).append(value)
        if not 1 < len(groups) < len(values):
            return
        sums = tuple([self._settled(frame, group) for group in groups.values()])
        sums = tuple([value for value in sums if value.number])
        yield Way(_cost_of_terms(frame, sums), frame, "groups", values=sums)

    def _settled(self, frame: Frame, group: list[Factored]) -> Factored:
        if len(group) == 1:
            return group[0]
        value = frame.combine(group).result
        for way in self._refined(frame, value, (), ALWAYS):
            if way.cost <= cost(frame, value):
                value = way.refined[-1].value
        return value


Sort = Callable[[Frame, Factored], object]


def _by_functions(frame: Frame, value: Factored) -> object:
    return frozenset(
        (atom, exponent)
        for atom, exponent in value.powers.items()
        if atom < frame.width and frame.generators[atom].is_Function
    )


def _by_denominator(frame: Frame, value: Factored) -> object:
    below = frozenset(
        atom
        for atom, exponent in value.powers.items()
        if exponent < 0 and (atom >= frame.width or frame.generators[atom].is_Symbol)
    )
    return below, _by_functions(frame, value)


def _split(frame: Frame, value: Factored, refined: tuple[Refined, ...]) -> Iterator[Way]:
    """(a*x**2 + b)/x**2 as a + b/x**2: divide term by term where one product is below the bar."""
    sums = [atom for atom in value.powers if atom >= frame.width]
    if len(sums) != 1 or value.powers[sums[0]] != 1 or min(value.powers.values()) > 0:
        return
    poly = frame.sum_of(sums[0])
    if len(poly) > MAX_SPLIT:
        return
    front = Factored(value.number, {atom: e for atom, e in value.powers.items() if atom < frame.width})
    terms = tuple(
        [
            frame.product([front, frame.monomial(monomial, Fraction(coefficient))])
            for monomial, coefficient in poly.items()
        ]
    )
    yield Way(_cost_of_terms(frame, terms), frame, "split", refined, values=terms)


def _shared(frame: Frame, values: tuple[Factored, ...]) -> Iterator[Way]:
    """2x e^x + 2x/(x**2 + 1) as 2x (e^x + 1/(x**2 + 1)): terms that are not put over one bar share a factor."""
    values = tuple([value for value in values if value.number])
    if len(values) < 2 or len(values) > MAX_SPLIT or not _differ_below(list(values)):
        return
    atoms = {atom for value in values for atom in value.powers}
    powers = {atom: min([value.powers.get(atom, 0) for value in values]) for atom in atoms}
    powers = {atom: least for atom, least in powers.items() if least > 0}
    if not powers:
        return
    number = Fraction(gcd(*[value.number.numerator for value in values]))
    front = Factored(number, powers)
    inverse = frame.raised(front, -1)
    rests = tuple([frame.product([value, inverse]) for value in values])
    yield Way(
        cost(frame, front) + _cost_of_terms(frame, rests) + 1, frame, "shared", value=front, values=rests
    )


def _cost_of_terms(frame: Frame, values: tuple[Factored, ...]) -> int:
    values = tuple([value for value in values if value.number])
    minuses = sum(signed(frame, value)[0] < 0 for value in values)
    return sum([cost(frame, value) for value in values]) + len(values) - 1 - min(minuses, len(values) - 1)


def factored_way(expr: Expr) -> Way:
    """One fraction, cancelled, and factored over the rationals."""
    frame = Frame.of(expr)
    value = frame.value(expr)
    refined: list[Refined] = []
    for refinement in (cancel, factor_completely, join_root):
        better = refinement(frame, value)
        if better is not None:
            refined.append(better)
            value = better.value
    return Way(cost(frame, value), frame, "fraction", tuple(refined), value)


# -- the story --


def story(way: Way, expr: Expr) -> list[Step]:
    """The moves that lead from an expression to a way of writing it, without those that change nothing."""
    steps: list[Step] = []
    way.frame.budget.left = DEFAULT_BUDGET  # the story repeats what the search has paid for
    for step in _told(way, expr):
        if step.after != (steps[-1].after if steps else expr):
            steps.append(step)
    conditions = _lost_conditions(way)
    if conditions and steps:
        cancelling = [place for place, step in enumerate(steps) if step.rule == "cancel"] or [len(steps) - 1]
        last = cancelling[-1]
        steps[last] = replace(steps[last], conditions=conditions)
    return steps


def _told(way: Way, expr: Expr) -> Iterator[Step]:
    """Inner sums first, then the whole, then the refinements."""
    frame = way.frame
    original: dict[Expr, Expr] = {}
    inner = _inner_sums(expr)
    for node in inner if len(inner) <= MAX_TOLD else ():
        target = write(frame, frame.value(node))
        if target != node.xreplace(original):
            for step in _adding_up(frame, node):
                yield Step(step.rule, _replaced(expr, {**original, node: step.after}))
            original[node] = target
    yield from _outer(way, expr, _replaced(expr, original))


def _outer(way: Way, expr: Expr, whole: Expr) -> Iterator[Step]:
    frame = way.frame
    if way.kind == "shared":
        yield Step("factor", outcome(way))
        return
    if way.kind in ("terms", "groups"):
        rule = "collect" if way.kind == "groups" else "simplify_terms"
        yield Step(rule, outcome(way))
        return
    if isinstance(expr, Add):
        yield from _adding_up(frame, expr)
    else:
        yield Step(_name_of_product(whole), write(frame, frame.value(expr)))
    for refined in way.refined:
        yield Step(refined.rule, write(frame, refined.value))
    if way.kind == "split":
        yield Step("split_fraction", outcome(way))


def _adding_up(frame: Frame, expr: Expr) -> Iterator[Step]:
    """Adding terms up as on the board: one fraction, like terms, identities, cancelling."""
    values = [value for value in map(frame.value, expr.args) if value.number]
    combined = frame.combine(values)
    shared = write(frame, combined.shared)
    yield Step("simplify_terms", sum_of([write(frame, value) for value in values]))
    inverse = frame.raised(combined.shared, -1)
    rests = [write(frame, frame.product([value, inverse])) for value in values]
    yield Step("one_fraction" if _differ_below(values) else "factor", Mul(shared, sum_of(rests)))
    if combined.total:
        yield Step("like_terms", Mul(shared, write_sum(frame, combined.total)))
    if combined.reduced and combined.reduced != combined.total:
        rule = "pythagorean" if frame.eliminates(combined.total) else "square_of_root"
        yield Step(rule, Mul(shared, write(frame, combined.extra), write_sum(frame, combined.reduced)))
    yield Step("cancel" if combined.cancelled else "factor", write(frame, combined.result))


def _differ_below(values: list[Factored]) -> bool:
    atoms = {atom for value in values for atom, exponent in value.powers.items() if exponent < 0}
    return (
        any(len({min(value.powers.get(atom, 0), 0) for value in values}) > 1 for atom in atoms)
        or len({value.number.denominator for value in values}) > 1
    )


def _replaced(expr: Expr, mapping: dict[Expr, Expr]) -> Expr:
    """Put outcomes in the place of inner sums; sums within sums are replaced from the inside."""
    if not mapping:
        return expr
    if expr in mapping:
        return mapping[expr]
    if isinstance(expr, (Add, Mul)) or (isinstance(expr, Pow) and expr.exp.is_Rational):
        args = [_replaced(part, mapping) for part in expr.args]
        if any(new is not old for new, old in zip(args, expr.args, strict=True)):
            return expr.func(*args)
    return expr


def _inner_sums(expr: Expr) -> list[Expr]:
    """The sums inside sums, products and powers (not inside functions), innermost first, without the top."""
    found: dict[Expr, None] = {}

    def walk(node: Expr) -> None:
        if isinstance(node, (Add, Mul)) or (isinstance(node, Pow) and node.exp.is_Integer):
            for part in node.args:
                walk(part)
            if isinstance(node, Add) and node is not expr:
                found.setdefault(node)

    walk(expr)
    return list(found)


def _name_of_product(expr: Expr) -> str:
    """What a product is tidied by: cancelling under a bar, factoring its sums, else joining powers."""
    bases = [part.as_base_exp() for part in Mul.make_args(expr)]
    if any(exponent.could_extract_minus_sign() for _, exponent in bases):
        return "cancel"
    return "factor" if any(base.is_Add for base, _ in bases) else "join_powers"


def _lost_conditions(way: Way) -> tuple[Expr, ...]:
    """What the expression divides by and the outcome does not: it must not have been nought."""
    frame = way.frame
    values = way.values or (way.value,)
    kept = {atom for value in values for atom, exponent in value.powers.items() if exponent < 0}
    conditions: dict[Expr, None] = {}
    for atom in frame.divisors:
        if atom in kept or _is_factor(frame, atom, kept):
            continue
        base = write_atom(frame, atom)
        if isinstance(base, exp) or base.is_number:
            continue
        condition = Ne(base, 0)
        if isinstance(condition, Relational):
            conditions[condition] = None
    return tuple(conditions)


def _is_factor(frame: Frame, atom: int, kept: set[int]) -> bool:
    """Whether a sum divides the product of what is still below the bar: x**2 - 1 does (x - 1)*(x + 1)."""
    poly = frame.under(atom)
    below = [other for other in (frame.under(each) for each in kept) if other is not None]
    if poly is None or not below:
        return False
    try:
        product = reduce(lambda left, right: poly_.times(left, right, frame.budget), below)
        return poly_.quotient(product, poly, frame.budget) is not None
    except TooLargeError:
        return False
