"""What a model does not tell apart: terms that could change places, and signs that make no difference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations
from typing import Any, Final

from stepcalc.notation.forms import Form, postorder, rebuild

Group = tuple[Form, ...]

MOST_SIGNS: Final = 12
"""Of more parameters than this no signs are tried."""

SAME: Final = 1e-13
"""How little, relative to its values, a model changes with signs that make no difference."""


def exchangeable(model: Form, parameters: Sequence[Form]) -> list[list[Group]]:
    """The parameters of terms that differ in their parameters alone, corresponding ones at the same place.

    Args:
        model: The model.
        parameters: Its parameters.

    Examples:
        >>> from stepcalc.notation.forms import add, exp, letter, multiply
        >>> a, b, c, d, x = map(letter, "abcdx")
        >>> model = add(multiply(a, exp(multiply(b, x))), multiply(c, exp(multiply(d, x))))
        >>> [[[each.name for each in group] for group in found] for found in exchangeable(model, [a, b, c, d])]
        [[['a', 'b'], ['c', 'd']]]
    """
    if model.head != "sum":
        return []
    sought = frozenset(parameters)
    terms = [(term, tuple(node for node in postorder(term) if node in sought)) for term in model.args]
    classes: list[list[Group]] = []
    shapes: list[Form] = []
    for term, own in terms:
        if not own or any(set(own) & set(other) for other_term, other in terms if other_term is not term):
            continue
        for shape, groups in zip(shapes, classes, strict=True):
            first = groups[0]
            if len(first) == len(own) and rebuild(term, dict(zip(own, first, strict=True))) is shape:
                groups.append(own)
                break
        else:
            shapes.append(term)
            classes.append([own])
    return [groups for groups in classes if len(groups) > 1]


def in_order_of(
    start: Sequence[float],
    found: Sequence[float],
    classes: Sequence[Sequence[Group]],
    parameters: Sequence[Form],
    linear: Collection[int],
) -> list[int]:
    """For each parameter the place that its value is to be taken from, so that terms keep the order of the start.

    Args:
        start: Where the fit began.
        found: Where it ended.
        classes: What :func:`exchangeable` gave.
        parameters: The parameters.
        linear: The places of those that stand in front, by which terms are not told apart.
    """
    place = {each: index for index, each in enumerate(parameters)}
    order = list(range(len(parameters)))
    for groups in classes:
        key = next((index for index, each in enumerate(groups[0]) if place[each] not in linear), 0)
        places = [[place[each] for each in group] for group in groups]
        if len({start[row[key]] for row in places}) < len(places):
            continue  # the start does not say which is which
        for to, source in zip(_ranked(start, places, key), _ranked(found, places, key), strict=True):
            for one, other in zip(to, source, strict=True):
                order[one] = other
    return order


def _ranked(values: Sequence[float], places: list[list[int]], key: int) -> list[list[int]]:
    return sorted(places, key=lambda row: values[row[key]])


def with_signs_of(
    start: Sequence[float], found: Sequence[float], model: Callable[[Sequence[float]], Any]
) -> list[float]:
    """The parameters with the signs of the start, as far as the model is the same with one or two signs changed.

    Args:
        start: Where the fit began.
        found: Where it ended.
        model: The model's values at the points of the data.
    """
    import numpy as np

    now = list(found)
    wrong = [place for place, (one, other) in enumerate(zip(start, found, strict=True)) if one * other < 0]
    if not wrong or len(found) > MOST_SIGNS:
        return now
    values = np.array(model(now))
    scale = float(np.abs(values).max())
    for size in (1, 2):
        for places in combinations(range(len(found)), size):
            if not any(start[place] * now[place] < 0 for place in places):
                continue
            turned = [-value if place in places else value for place, value in enumerate(now)]
            if _right(start, turned) > _right(start, now) and np.all(
                np.abs(model(turned) - values) <= SAME * scale
            ):
                now = turned
    return now


def _right(start: Sequence[float], found: Sequence[float]) -> int:
    return sum(one * other > 0 for one, other in zip(start, found, strict=True))
