"""Whether constraints leave a bounded set, and points far out on them where a function is larger or smaller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final

from stepcalc.notation.forms import Form
from stepcalc.numeric.evaluate import Definition, Program, compile_forms
from stepcalc.numeric.newton import iterate

FAR: Final = (10.0, -10.0, 100.0, -100.0, 0.1, -0.1, 0.01, -0.01)
STARTS: Final = (1.0, -1.0, 30.0, -30.0)
MOST_TRIES: Final = 64

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
    program = compile_forms([function], definitions)
    for point in _points(constraints, letters, definitions):
        value = program.at(dict(zip(letters, point, strict=True)))[0]
        if value is None:
            continue
        place = tuple(float(part) for part in point)
        if above is None and value > largest + room:
            above = place, float(value)
        if below is None and value < smallest - room:
            below = place, float(value)
        if above and below:
            break
    return above, below


def _points(
    constraints: Sequence[Form], letters: Sequence[Form], definitions: Mapping[str, Definition]
) -> Iterator[tuple[Any, ...]]:
    """Points of the constraints: some coordinates are chosen, the others found by Newton's method."""
    from stepcalc.numeric.real import context

    own, tries = context(), 0
    count = len(constraints)
    program = compile_forms(constraints, definitions)
    for sought in combinations(range(len(letters)), count):
        fixed = [place for place in range(len(letters)) if place not in sought]
        for chosen in product(FAR, repeat=min(len(fixed), 2)):
            given = {letters[place]: own.mpf(chosen[k % len(chosen)]) for k, place in enumerate(fixed)}
            for start in STARTS:
                tries += 1
                if tries > MOST_TRIES:
                    return
                point = _solved(program, letters, sought, given, start)
                if point is not None:
                    yield point
                    break


def _solved(
    program: Program, letters: Sequence[Form], sought: Sequence[int], given: Mapping[Form, Any], start: float
) -> tuple[Any, ...] | None:
    from stepcalc.numeric.real import context

    own = context()
    names = tuple(letters[place] for place in sought)

    def values(point: tuple[Any, ...]) -> Any:
        at = {**given, **dict(zip(names, point, strict=True))}
        found = program.at(at)
        if any(value is None for value in found):
            return None
        raw = program.prepare(at)
        columns = [program.differentiate((name,), raw, 120)[0] for name in names]
        if any(slope is None for column in columns for slope in column):
            return None
        rows = tuple(tuple(own.make_mpf(column[row]) for column in columns) for row in range(len(names)))
        return tuple(found), rows

    begin = tuple(own.mpf(start) for _ in names)
    if values(begin) is None:
        return None
    run = iterate(values, begin, most=40, tolerance=1e-20)
    if run.root is None:
        return None
    whole = {**given, **dict(zip(names, run.root, strict=True))}
    return tuple(whole[item] for item in letters)
