"""Where a curve is interrupted: the numbers that a function's conditions leave out, jumps and ends of domains.

The candidates are where the forms that decide about a function's value change sign: denominators, radicands,
arguments of logarithms, what is rounded, the sides of conditions. They are found by halving, on arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stepcalc.notation.forms import INFINITY, ZERO, Form, letters_of, postorder, subtract
from stepcalc.numeric.arrays import Curve
from stepcalc.rulebook.book import Rulebook
from stepcalc.trace.conditions import Judge, parts_of

Array = Any

GRID: Final = 2001
HALVINGS: Final = 45
NOUGHT: Final = 1e-14
MOST_BREAKS: Final = 400
"""Of a function that is interrupted more often, so many breaks nearest to nought are looked at."""

MOST_CRITICAL: Final = 40
THIRDS: Final = 90
ROUGHLY: Final = 1e-6

OVERFLOWING: Final = 1e150
"""Beyond such heights a function ends only because machine numbers do."""

TOUCHING: Final = 1e-12
"""A form that comes so close to nought, of what it is around, touches it."""


@dataclass(frozen=True, slots=True)
class Critical:
    """A form at whose noughts, or whole numbers, a function may be interrupted."""

    form: Form
    whole: bool = False


def critical_forms(form: Form, variable: Form, book: Rulebook) -> tuple[Critical, ...]:
    """The forms that decide where a function of one letter is interrupted.

    Args:
        form: The function, or a condition, with a number for every other letter.
        variable: The letter.
        book: The rules, whose cards say where functions are real.

    Examples:
        >>> from stepcalc.notation.forms import ONE, divide, letter
        >>> from stepcalc.rulebook.book import default_book
        >>> x = letter("x")
        >>> [item.form is x for item in critical_forms(divide(ONE, x), x, default_book())]
        [True]
    """
    found: dict[Critical, None] = {}
    relations = [form] if form.head in ("relation", "logic") else []
    for whole in (*relations, *Judge(book).of_function(form)):
        for part in _relations(whole):
            found.update(dict.fromkeys(_of_relation(part)))
    for node in postorder(form):
        if node.head != "call":
            continue
        match str(node.label):
            case "floor" | "ceiling":
                found[Critical(node.args[0], True)] = None
            case "sign" | "heaviside" | "dirac" | "acot" | "abs":
                found[Critical(node.args[0])] = None
            case "piecewise":
                for branch in node.args:
                    for part in _relations(branch.args[1]):
                        found.update(dict.fromkeys(_of_relation(part)))
    return tuple(item for item in found if variable in letters_of(item.form))[:MOST_CRITICAL]


def _relations(condition: Form) -> Iterator[Form]:
    """The relations that a condition is made of, however they are joined."""
    for part in parts_of(condition):
        if part.head == "relation":
            yield part
        else:
            yield from (node for node in postorder(part) if node.head == "relation")


def _of_relation(part: Form) -> Iterator[Critical]:
    left, right = part.args
    if part.label in ("in", "not in"):
        yield Critical(left, True)
    elif not {left, right} & {INFINITY}:
        yield Critical(left if right is ZERO else subtract(left, right))


def breaks(
    functions: Sequence[Curve],
    critical: Sequence[Critical],
    variable: Form,
    grid: Array,
    definitions: Mapping[str, Any],
) -> Array:
    """The places on a grid at which one of the functions may be interrupted, in order.

    Args:
        functions: What is drawn.
        critical: The forms that decide.
        variable: The letter.
        grid: Where it is looked, in order.
        definitions: Functions that cards define.
    """
    import numpy as np

    found: list[Array] = []
    touched: list[Array] = []
    for item in critical:
        curve = Curve(item.form, (variable,), definitions)
        values = curve(grid)
        found.append(_crossings(curve, grid, values, whole=item.whole))
        if not item.whole:
            touched.append(touches(curve, grid, values))
    for curve in functions:
        thin = grid[:: curve.cost]
        found.append(_ends(curve, thin))
    exact = np.unique(np.concatenate(found)) if found else np.array([])
    rough = np.concatenate(touched) if touched else np.array([])
    # A touch is found to half as many digits: beside a place that is known it is that place.
    room = ROUGHLY * np.maximum(np.abs(rough), min(grid[-1] - grid[0], 1e-2))
    alone = [not np.any(np.abs(exact - place) < near) for place, near in zip(rough, room, strict=True)]
    places = np.unique(np.concatenate([exact, rough[np.array(alone, dtype=bool)]]))
    places = places[(places > grid[0]) & (places < grid[-1])]
    if len(places) > MOST_BREAKS:
        places = np.sort(places[np.argsort(np.abs(places), kind="stable")[:MOST_BREAKS]])
    return _apart(places, 1e-9 * np.maximum(np.abs(places), min(grid[-1] - grid[0], 1e-2)))


def even_grid(low: float, high: float) -> Array:
    """Even steps, whose numbers are no round ones: a pole at one would be missed, and mistaken for a jump."""
    import numpy as np

    grid = np.linspace(low, high, GRID)
    grid[1:-1] += (high - low) / GRID * 0.137
    return grid


def _crossings(curve: Curve, grid: Array, values: Array, *, whole: bool) -> Array:
    """Where a form passes through nought (or a whole number), and the ends of its own domain."""
    import numpy as np

    if whole:
        return np.concatenate([_whole_numbers(curve, grid, values), _ends(curve, grid, values)])
    hits = grid[values == 0]
    left, right = values[:-1], values[1:]
    crossing = np.sign(left) * np.sign(right) < 0
    places = halved(
        lambda x: np.sign(curve(x)) == np.sign(left[crossing]), grid[:-1][crossing], grid[1:][crossing]
    )
    found = np.concatenate([hits, places, _ends(curve, grid, values)])
    # A place found by halving misses the origin by its own rounding.
    return np.where(np.abs(found) < NOUGHT * (grid[-1] - grid[0]), 0.0, found)


def _whole_numbers(curve: Curve, grid: Array, values: Array) -> Array:
    import numpy as np

    floors = np.floor(values)
    steps = np.diff(floors)
    several = np.abs(steps) > 1
    if np.any(several) and np.nansum(np.abs(steps)) > MOST_BREAKS:
        return np.array([])
    found = [grid[values == np.round(values)]]
    for place in np.flatnonzero(np.isfinite(steps) & (steps != 0)):
        low, high = sorted((floors[place], floors[place + 1]))
        for level in np.arange(low + 1, high + 1):
            side = _side(curve, float(level), below=bool(values[place] < level))
            found.append(halved(side, grid[place : place + 1], grid[place + 1 : place + 2]))
    return np.concatenate(found)


def _side(curve: Curve, level: float, *, below: bool) -> Callable[[Array], Array]:
    return lambda x: (curve(x) < level) == below


def touches(curve: Curve, grid: Array, values: Array) -> Array:
    """Where a form comes down to nought without a change of sign, as x² does.

    Args:
        curve: The form.
        grid: Where it is looked, in order.
        values: Its values there.
    """
    import numpy as np

    sizes = np.abs(values)
    dips = np.flatnonzero((sizes[1:-1] < sizes[:-2]) & (sizes[1:-1] <= sizes[2:])) + 1
    dips = dips[np.sign(values[dips - 1]) == np.sign(values[dips + 1])][:MOST_BREAKS]
    if not len(dips):
        return np.array([])
    low, high = grid[dips - 1].copy(), grid[dips + 1].copy()
    for _ in range(THIRDS):
        third = (high - low) / 3
        first, second = np.abs(curve(low + third)), np.abs(curve(high - third))
        nearer = first < second
        high = np.where(nearer, high - third, high)
        low = np.where(nearer, low, low + third)
    middle = (low + high) / 2
    around = np.maximum(sizes[dips - 1], sizes[dips + 1])
    return middle[np.abs(curve(middle)) < TOUCHING * around]


def _ends(curve: Curve, grid: Array, values: Array | None = None) -> Array:
    """Where a function begins or ceases to have a value."""
    import numpy as np

    values = curve(grid) if values is None else values
    have = np.isfinite(values)
    huge = np.abs(np.where(have, values, 0)) > OVERFLOWING
    change = (have[:-1] != have[1:]) & ~huge[:-1] & ~huge[1:]
    places = np.flatnonzero(change)[:MOST_BREAKS]
    outside = np.where(have[places], grid[places + 1], grid[places])
    # Where only machine numbers give out, as in e^x/(e^x + 1)² for large x, the function goes on.
    change = places[~np.isfinite(curve.carefully(outside))] if len(places) else places
    start = have[:-1][change]
    return halved(lambda x: np.isfinite(curve(x)) == start, grid[:-1][change], grid[1:][change])


def halved(stays: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where something that holds at the lower ends ceases to hold, for many intervals at once.

    Args:
        stays: Whether a place is still as the lower end is.
        low: The lower ends.
        high: The higher ends.
    """
    import numpy as np

    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    if not len(low):
        return low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        still = stays(middle)
        low, high = np.where(still, middle, low), np.where(still, high, middle)
    return (low + high) / 2


def _apart(places: Array, least: Array) -> Array:
    """Places that are further apart than rounding."""
    import numpy as np

    if len(places) < 2:
        return places
    return places[np.concatenate([[True], np.diff(places) > least[1:]])]
