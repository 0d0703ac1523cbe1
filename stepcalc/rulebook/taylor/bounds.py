"""Bounds of what a Taylor polynomial leaves out: found by interval arithmetic, tested by values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import factorial
from typing import Any, Final

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import as_fraction, opposite, over, plus, times
from stepcalc.notation.forms import ONE, Form, goal, letter, letters_of, number, numeral, rebuild
from stepcalc.rulebook.goals import Solve


def derivative_bound(form: Form, _: Solve) -> Form:
    """A number that no value of |f⁽ᵐ⁾| exceeds between the centre and the ends of an interval.

    Raises:
        NotDerivableError: Interval arithmetic finds none.
    """
    from stepcalc.numeric.balls import bound_of_derivative

    subject, variable, centre, order, low, high = form.args
    ends = [as_fraction(end) for end in (centre, low, high)]
    if None in ends or letters_of(subject) - {variable}:
        raise NotDerivableError(say("taylor-bound-numbers"), code="taylor-bound-numbers")
    found = bound_of_derivative(
        subject, variable, int(numeral(order)), [end for end in ends if end is not None]
    )
    if found is None:
        raise NotDerivableError(say("taylor-no-bound"), code="taylor-no-bound")
    return number(found)


def remainder_bound(form: Form, _: Solve) -> Form:
    """A number that |Rₙ| does not exceed on a box.

    Raises:
        NotDerivableError: Interval arithmetic finds none.
    """
    from stepcalc.numeric.boxes import bound_of_remainder

    subject, variables, centres, order, lows, highs = form.args
    numbers = [[as_fraction(each) for each in part.args] for part in (centres, lows, highs)]
    middle, low, high = ([each for each in part if each is not None] for part in numbers)
    count = len(variables.args)
    if {len(middle), len(low), len(high)} != {count} or letters_of(subject) - set(variables.args):
        raise NotDerivableError(say("taylor-bound-numbers"), code="taylor-bound-numbers")
    box = tuple(zip(low, high, strict=True))
    found = bound_of_remainder(subject, variables.args, middle, int(numeral(order)), box)
    if found is None:
        raise NotDerivableError(say("taylor-no-bound"), code="taylor-no-bound")
    return number(found)


def bounds_derivative(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether |f⁽ᵐ⁾| exceeds a bound nowhere on a grid, by differences; replaying its step proves it anew."""
    from stepcalc.numeric.slopes import HIGHEST_ORDER

    subject, variable, centre, order, low, high = form.args
    bound, last = as_fraction(result), int(numeral(order))
    ends = [end for end in map(as_fraction, (centre, low, high)) if end is not None]
    if bound is None or len(ends) < 3 or last > HIGHEST_ORDER:
        return bound is not None
    slope = goal(subject, *[variable] * last) if last else subject
    places = (min(ends) + (max(ends) - min(ends)) * Fraction(part, GRID) for part in range(GRID + 1))
    return _stays_below(bound, slope, [{variable: place} for place in places], definitions)


def bounds_remainder(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether what a polynomial leaves out exceeds a bound at no corner of a box, along the lines to them."""
    from stepcalc.numeric.slopes import HIGHEST_ORDER

    subject, variables, centres, order, lows, highs = form.args
    bound, last = as_fraction(result), int(numeral(order))
    if bound is None or last > HIGHEST_ORDER or len(variables.args) > MOST_CORNERS:
        return bound is not None
    run = letter("_t")
    for corner in product(*zip(lows.args, highs.args, strict=True)):
        line = {
            item: plus(at, times(run, plus(end, opposite(at))))
            for item, at, end in zip(variables.args, centres.args, corner, strict=True)
        }
        along = rebuild(subject, line)
        terms = (over(goal(along, *[run] * k) if k else along, number(factorial(k))) for k in range(last + 1))
        rest = plus(rebuild(along, {run: ONE}), *map(opposite, terms))
        if not _stays_below(bound, rest, [{run: Fraction(0)}], definitions):
            return False
    return True


GRID: Final = 8
MOST_CORNERS: Final = 4
"""With more variables than this a box has too many corners to look at."""


def _stays_below(
    bound: Fraction, form: Form, points: Sequence[Mapping[Form, Fraction]], definitions: Mapping[str, Any]
) -> bool:
    """Whether a form's absolute value exceeds a number at no point where it has a value, but for rounding."""
    from stepcalc.numeric.evaluate import compile_forms
    from stepcalc.numeric.real import context

    program = compile_forms([form], definitions)
    values = (program.at(point)[0] for point in points)
    most = bound + ROUNDING * (1 + bound)
    limit = context().mpf(most.numerator) / most.denominator
    return all(value is None or abs(value) <= limit for value in values)


ROUNDING: Final = Fraction(1, 10**12)
