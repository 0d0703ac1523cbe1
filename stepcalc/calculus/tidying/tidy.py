"""Tidying: from the derivative as the rules give it to the form of a textbook's answer key, move by move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from sympy import Add, Expr, Function, Mul, Pow, exp, nan, oo, zoo

from stepcalc.calculus.tidying.expanding import multiplied_out
from stepcalc.calculus.tidying.identities import AFTER, BEFORE, INSTEAD, parts_of
from stepcalc.calculus.tidying.limits import is_too_large, size
from stepcalc.calculus.tidying.polynomial import TooLargeError
from stepcalc.calculus.tidying.trail import Change, shortest_trail
from stepcalc.calculus.tidying.ways import Search, Step, Way, factored_way, outcome, story

Form = Literal["textbook", "expanded", "factored", "raw"]
NEAR, MARGIN = 6, 3  # how many ways, and how much longer than the shortest, compete for the short names
EVEN_IF_NO_SHORTER = ("pythagorean", "join_powers")


@dataclass(frozen=True, slots=True)
class Tidied:
    """What came out, the chain of moves, and whether a move was refused because it would be too large."""

    result: Expr
    changes: tuple[Change, ...]
    refused: bool


def tidy(expr: Expr, *, form: Form = "textbook") -> Tidied:
    """Write an expression the way an answer key does, one named move at a time.

    Args:
        expr: a SymPy expression, as the rules of differentiation leave it.
        form: "textbook" (the shortest of what the moves give), "expanded" (multiplied out), "factored" (one
            fraction, factored over the rationals) or "raw" (untouched).

    Returns:
        The outcome with the chain of changes that leads to it. An expression too large to tidy in a moment
        comes back as it is, and so does one where nothing is to be gained.

    >>> from sympy.abc import x
    >>> from sympy import sin, cos
    >>> tidy(x**2*cos(x) + 2*x*sin(x)).result
    x*(x*cos(x) + 2*sin(x))
    >>> [change.rule for change in tidy(2*x/(x**2 - 1) - 2*x*(x**2 + 1)/(x**2 - 1)**2).changes]
    ['one_fraction']
    """
    if form == "raw" or not expr.args:
        return Tidied(expr, (), False)
    if is_too_large(expr):
        return Tidied(expr, (), True)
    if expr.has(nan, zoo, oo) or not expr.is_commutative:
        return Tidied(expr, (), False)
    try:
        tidied = FORMS[form](expr)
    except TooLargeError:
        return Tidied(expr, (), True)
    return replace(tidied, changes=shortest_trail(tidied.changes))


def _textbook(expr: Expr) -> Tidied:
    search = Search()
    changes = _shortened(expr, search)
    changes += _renamed(changes[-1].after if changes else expr)
    return Tidied(changes[-1].after if changes else expr, tuple(changes), search.refused)


def _shortened(expr: Expr, search: Search) -> list[Change]:
    """The shortest way of writing the expression, if it is worth it."""
    found: list[Found] = [(way, start, steps) for start, steps in _starts(expr) for way in search.ways(start)]
    found.sort(key=lambda each: (each[0].cost, each[0].kind != "fraction"))
    limit = _worth(expr)
    stays_as_it_is = False
    for way, start, steps in _candidates(found):
        changes = _chained(expr, [*steps, *story(way, start)])
        if stays_as_it_is and way.frame.eliminate != "none":
            continue
        if changes and size(changes[-1].after) <= limit:
            return changes
        stays_as_it_is |= not changes and _has_only_a_minus_more(way, expr)
    return _shortened_inside(expr, search)


def _shortened_inside(expr: Expr, search: Search) -> list[Change]:
    """Where a product is best left as it is, a sum among its factors may still be shortened by itself."""
    changes: list[Change] = []
    for part in expr.args if isinstance(expr, Mul) else ():
        if isinstance(part, Add):
            for change in _shortened(part, search):
                rest = Mul(*[other for other in expr.args if other is not part])
                before = changes[-1].after if changes else expr
                changes.append(Change(change.rule, before, rest * change.after, change.conditions))
            if changes:
                break
    return changes if changes and size(changes[-1].after) < size(expr) else []


Found = tuple[Way, Expr, list[Step]]


def _candidates(found: list[Found]) -> list[Found]:
    """The two most promising ways; where there are squares of sines, what they become at the end counts."""
    if not found or not found[0][0].frame.squares:
        return found[:2]
    best = found[0][0].cost
    near = [each for each in found[:NEAR] if each[0].cost <= best + MARGIN]
    return sorted(near, key=_by_outcome)[:2]


def _by_outcome(each: Found) -> tuple[int, bool]:
    """How long a way's outcome is."""
    way, _, _ = each
    after = _with_short_names(outcome(way))
    minus = _has_only_a_minus_more(way, after)
    return size(after) - minus, not minus


def _has_only_a_minus_more(way: Way, after: Expr) -> bool:
    """Whether squares are kept with a minus in front, for which alone no sine takes the place of a cosine."""
    return way.frame.eliminate == "none" and bool(after.as_coeff_Mul()[0].is_negative)


def _with_short_names(expr: Expr) -> Expr:
    return reduce(lambda before, change: change.after, _renamed(expr), expr)


def _starts(expr: Expr) -> Iterator[tuple[Expr, list[Step]]]:
    """The expression after the moves that come before any fraction, and with double angles written out."""
    steps: list[Step] = []
    for rule, rewrite in BEFORE:
        after = rewrite(expr)
        if after is not None:
            expr = after
            steps.append(Step(rule, expr))
    yield expr, steps
    for rule, rewrite in INSTEAD:
        other = rewrite(expr)
        if other is not None:
            yield other, [*steps, Step(rule, other)]


def _worth(expr: Expr) -> int:
    """The most that a new form may cost.

    A sum of powers stays one unless much is gained, with roots and negative exponents, too; a product rule's or
    a quotient rule's sum is put into factors or over one bar even where that is no shorter; everything else
    must get shorter, or lose the minus signs of a whole bracket.
    """
    if _is_sum_of_powers(expr):
        roots = any(power.exp.q != 1 for power in expr.atoms(Pow))
        return size(expr) // 2 if roots else (2 * size(expr) - 1) // 3
    has_function = isinstance(expr, Add) and any(isinstance(part, (Function, exp)) for part in parts_of(expr))
    return size(expr) - (not has_function and not _has_minus_throughout(expr))


def _has_minus_throughout(expr: Expr) -> bool:
    """Whether a sum among the factors has nothing but minus signs: (-x - 1)/y is -(x + 1)/y."""
    return isinstance(expr, Mul) and any(
        isinstance(part, Add) and all(term.could_extract_minus_sign() for term in part.args)
        for part in expr.args
    )


def _is_sum_of_powers(expr: Expr) -> bool:
    return isinstance(expr, Add) and all(
        part.is_Number or part.is_Symbol or (part.is_Pow and part.base.is_Symbol and part.exp.is_Rational)
        for term in expr.args
        for part in Mul.make_args(term)
    )


def _renamed(expr: Expr) -> list[Change]:
    """The short names at the end: tangents, double angles."""
    changes: list[Change] = []
    for _ in range(2):  # sin(2x)*cos(2x), which one round gives, is again a double angle
        before = len(changes)
        for rule, rewrite in AFTER:
            after = rewrite(expr)
            if after is not None and size(after) < size(expr) + (rule in EVEN_IF_NO_SHORTER):
                changes.append(Change(rule, expr, after))
                expr = after
        if len(changes) == before:
            break
    return changes


def _chained(expr: Expr, steps: Iterable[Step]) -> list[Change]:
    """Steps as changes, without those that change nothing."""
    changes = []
    for step in steps:
        if step.after != expr:
            changes.append(Change(step.rule, expr, step.after, step.conditions))
            expr = step.after
    return changes


def _expanded(expr: Expr) -> Tidied:
    after = multiplied_out(expr)
    return Tidied(after, tuple(_chained(expr, [Step("expand", after)])), False)


def _factored(expr: Expr) -> Tidied:
    start, steps = next(_starts(expr))
    way = factored_way(start)
    changes = _chained(expr, [*steps, *story(way, start)])
    return Tidied(changes[-1].after if changes else expr, tuple(changes), False)


FORMS: Mapping[str, Callable[[Expr], Tidied]] = {
    "textbook": _textbook,
    "expanded": _expanded,
    "factored": _factored,
}
