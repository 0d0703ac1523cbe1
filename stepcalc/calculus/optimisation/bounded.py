"""Whether constraints leave a bounded set, and points far out on them where a function is larger or smaller."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.compiled import Compiled
from stepcalc.numeric.inlining import Definition

FAR: Final = (10.0, -10.0, 100.0, -100.0, 0.1, -0.1, 0.01, -0.01)
STARTS: Final = (1.0, -1.0, 30.0, -30.0)
MOST_TRIES: Final = 240
MOST_STEPS: Final = 40

Witness = tuple[tuple[float, ...], float]
"""A point and the value there."""


def bounded_letters(constraints: Sequence[Form], letters: Sequence[Form]) -> set[Form]:
    """The letters that the constraints keep in bounds, as far as their shape tells.

    A constraint whose terms of highest degree are positive in every direction bounds its letters; one that is
    linear in a single letter passes the bounds of its other letters on to it.

    Args:
        constraints: What is 0.
        letters: The letters that vary; others are numbers.

    Examples:
        >>> from stepcalc.notation.forms import letter, number, power, add
        >>> x, y, two = letter("x"), letter("y"), number(2)
        >>> len(bounded_letters([add(power(x, two), power(y, two), number(-1))], [x, y]))
        2
    """
    from stepcalc.notation.values import value

    names = {value(item): item for item in letters}
    open_ = [value(form) for form in constraints]
    found: set[Any] = set()
    for _ in range(len(open_) + 1):
        for constraint in open_:
            own = constraint.free_symbols & set(names)
            if _is_definite(constraint, sorted(own - found, key=str), sorted(own & found, key=str)):
                found |= own
    return {names[each] for each in found}


def _is_definite(constraint: Any, unbounded: Sequence[Any], bounded: Sequence[Any]) -> bool:
    """Whether a constraint keeps its other letters in bounds when some are."""
    import sympy

    if not unbounded:
        return True
    if not constraint.is_polynomial(*unbounded) or not constraint.is_polynomial(*bounded):
        return False
    polynomial = sympy.Poly(constraint, *unbounded)
    if len(unbounded) > 1 and not bounded and _is_sum_of_bowls(polynomial):
        return True
    degree = polynomial.total_degree()
    top = [(powers, each) for powers, each in polynomial.terms() if sum(powers) == degree]
    if any(each.free_symbols & set(bounded) for _, each in top):
        return False
    letters = {each: sympy.Dummy(str(each), positive=True) for _, part in top for each in part.free_symbols}
    top = [(powers, each.xreplace(letters)) for powers, each in top]
    if len(unbounded) == 1:
        return degree > 0 and top[0][1].is_zero is False
    if degree % 2:
        return False
    if degree == 2:
        matrix = sympy.zeros(len(unbounded))
        for powers, each in top:
            places = [place for place, power in enumerate(powers) for _ in range(power)]
            matrix[places[0], places[1]] += each / 2
            matrix[places[1], places[0]] += each / 2
        minors = [matrix[:size, :size].det() for size in range(1, len(unbounded) + 1)]
        return all(each.is_positive for each in minors) or all(
            (each * (-1) ** (size + 1)).is_positive for size, each in enumerate(minors)
        )
    signs = {each.is_positive for _, each in top}
    pure = sum(max(powers) == degree for powers, _ in top) == len(unbounded)
    return (
        pure
        and len(signs) == 1
        and None not in signs
        and all(all(power % 2 == 0 for power in powers) for powers, _ in top)
    )


def _is_sum_of_bowls(polynomial: Any) -> bool:
    """Whether a polynomial is a sum of polynomials of one letter each that all grow, or all fall, both ways."""
    tops: dict[int, tuple[int, Any]] = {}
    for powers, each in polynomial.terms():
        own = [place for place, power in enumerate(powers) if power]
        if len(own) > 1:
            return False
        if own and powers[own[0]] > tops.get(own[0], (0, None))[0]:
            tops[own[0]] = powers[own[0]], each
    signs = {each.is_positive for _, each in tops.values()}
    even = all(power % 2 == 0 for power, _ in tops.values())
    return even and len(tops) == len(polynomial.gens) and len(signs) == 1 and None not in signs


def witness(
    function: Form,
    constraints: Sequence[Form],
    letters: Sequence[Form],
    largest: float,
    smallest: float,
    definitions: Mapping[str, Definition],
) -> tuple[Witness | None, Witness | None]:
    """Points of the constraints with a value above the largest, and below the smallest, of the candidates."""
    above: Witness | None = None
    below: Witness | None = None
    room = 1e-6 * (1 + abs(largest) + abs(smallest))
    program = Compiled([function], letters, definitions).bind({}, letters)
    for point in _points(constraints, letters, definitions):
        value = _values(program, point)[0]
        if not math.isfinite(value):
            continue
        if above is None and value > largest + room:
            above = point, value
        if below is None and value < smallest - room:
            below = point, value
        if above and below:
            break
    return above, below


def _values(program: Any, point: Sequence[float]) -> list[float]:
    import numpy as np

    with np.errstate(all="ignore"):
        return [float(value) for value in program([np.float64(part) for part in point])]


def _points(
    constraints: Sequence[Form], letters: Sequence[Form], definitions: Mapping[str, Definition]
) -> Iterator[tuple[float, ...]]:
    """Points of the constraints: some coordinates are chosen, the others found by Newton's method."""
    tries, count = 0, len(constraints)
    program = Compiled(constraints, letters, definitions).bind({}, letters)
    for sought in combinations(range(len(letters)), count):
        fixed = [place for place in range(len(letters)) if place not in sought]
        for chosen in product(FAR, repeat=min(len(fixed), 2)):
            given = {place: chosen[k % len(chosen)] for k, place in enumerate(fixed)}
            for start in STARTS:
                tries += 1
                if tries > MOST_TRIES:
                    return
                begin = [given.get(place, start) for place in range(len(letters))]
                point = _solved(program, begin, sought)
                if point is not None:
                    yield point
                    break


def _solved(program: Any, begin: Sequence[float], sought: Sequence[int]) -> tuple[float, ...] | None:
    """The point with some coordinates changed so that the constraints hold, in machine numbers."""
    import numpy as np

    point = list(begin)
    for _ in range(MOST_STEPS):
        here = np.array(_values(program, point))
        if not np.all(np.isfinite(here)):
            return None
        columns = []
        for place in sought:
            width = 1e-6 * max(1.0, abs(point[place]))
            ahead, behind = (
                np.array(_values(program, [*point[:place], point[place] + side * width, *point[place + 1 :]]))
                for side in (1, -1)
            )
            columns.append((ahead - behind) / (2 * width))
        try:
            step = np.linalg.solve(np.array(columns).T, -here)
        except np.linalg.LinAlgError:
            return None
        for place, part in zip(sought, step, strict=True):
            point[place] += float(part)
        if not all(map(math.isfinite, point)):
            return None
        if np.max(np.abs(step)) <= 1e-11 * (1 + max(map(abs, point))):
            return tuple(point)
    return None
