"""Terms of a model that could change places: a e^(−b x) + c e^(−d x) is the same with a, b and c, d exchanged."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from stepcalc.notation.forms import Form, postorder, rebuild

Group = tuple[Form, ...]


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
