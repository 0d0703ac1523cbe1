"""Corners of a graph: where a function of one letter has a value and no slope, and what kind of points they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from stepcalc.calculus.letters import free_letters
from stepcalc.calculus.optimisation.region import Ends, is_inside
from stepcalc.errors import NotDerivableError
from stepcalc.notation.forms import Form, subtract
from stepcalc.numeric.inlining import Definition
from stepcalc.trace.derivation import Derivation, reading_order

LEVEL: Final = 1e-5
"""A smaller slope, by a difference, may be 0; one that is larger than its inverse may have no bounds."""

Graph = Callable[[Any], Any]
"""The height over a place; ``None`` where there is none."""


def corners(
    derivation: Derivation, ends: Ends, definitions: Mapping[str, Definition]
) -> list[tuple[Form, ...]]:
    """The points inside at which the slope's conditions fail and the graph turns.

    Args:
        derivation: That of the slope.
        ends: The region, if there is one.
        definitions: Functions that cards define.

    Returns:
        The points; none for a function of several letters.
    """
    from stepcalc.numeric.evaluate import compile_forms

    subject, letters = derivation.question.form, derivation.question.letters
    if len(letters) != 1 or len(free_letters(subject)) != 1:
        return []
    graph = _graph(subject, letters[0], definitions)
    found: list[tuple[Form, ...]] = []
    for each in dict.fromkeys(_doubtful(derivation)):
        if free_letters(each) or not is_inside((each,), letters, ends, definitions):
            continue
        (place,) = compile_forms([each], definitions).at({})
        if place is None or graph(place) is None or None in _neighbours(graph, float(place)):
            continue
        if not _goes_on(graph, place):
            found.append((each,))
    return found


def _doubtful(derivation: Derivation) -> Iterator[Form]:
    """Where one side of a condition of the slope comes to the other."""
    from stepcalc.rulebook.systems import real_solutions

    for step in reading_order(derivation.stages):
        for condition in step.conditions:
            needed = condition.relation
            if needed.head != "relation" or needed.label not in ("!=", ">", "<"):
                continue
            try:
                rows = real_solutions([subtract(*needed.args)], derivation.question.letters)
            except NotDerivableError:
                continue
            yield from (row[0] for row in rows)


def beside(subject: Form, letter: Form, place: float, definitions: Mapping[str, Definition]) -> str:
    """What kind of point a corner is: whether the graph is lower or higher a little to each side."""
    graph = _graph(subject, letter, definitions)
    here, (left, right) = graph(place), _neighbours(graph, place)
    if None in (left, here, right):
        return "undecided"  # at an end of the domain
    if left > here < right:
        return "minimum"
    return "maximum" if left < here > right else "saddle"


def _graph(subject: Form, letter: Form, definitions: Mapping[str, Definition]) -> Graph:
    from stepcalc.numeric.evaluate import compile_forms

    program = compile_forms([subject], definitions)
    return lambda place: program.at({letter: place})[0]


def _neighbours(graph: Graph, place: float) -> list[Any]:
    size = 1e-5 * max(1.0, abs(place))
    return [graph(place - size), graph(place + size)]


def _goes_on(graph: Graph, place: Any) -> bool:
    """Whether a graph goes on at a point as steeply as it came, not level, as that of x|x| − x does at 0."""
    width = (1 + abs(place)) / 10**12
    before, here, after = (graph(place + side * width) for side in (-1, 0, 1))
    if None in (before, here, after):
        return False
    came, goes = (here - before) / width, (after - here) / width
    steep = max(abs(came), abs(goes))
    return bool(LEVEL < steep < 1 / LEVEL and abs(goes - came) < LEVEL * steep)
