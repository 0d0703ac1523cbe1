"""The region in which points are sought: its ends, and whether a point lies in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from stepcalc.calculus.optimisation.asking import numbers, split_numbers
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.numeric.inlining import Definition
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.equations.algebra import is_integer_letter

MOST_LETTERS_OF_BOX: Final = 3

Box = tuple[tuple[Form, Form], ...]
Ends = Sequence[tuple[float, float]]

FREE: Final = (1, 0.4, 0.05, 3)
"""Numbers that are tried for the first of the letters that may have any value."""

APART: Final = 0.375
"""How much larger the next is: with a and b alike a − b would be 0."""


def trials(letters: Collection[Form]) -> Iterator[dict[Form, float]]:
    """Numbers for letters that may have any value, in several ways; 0 for integers.

    Args:
        letters: The letters.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> [list(each.values()) for each in trials([letter("a"), letter("b")])][:2]
        [[1.0, 1.375], [1.375, 1.0]]
    """
    plain = sorted((item for item in letters if not is_integer_letter(item)), key=lambda item: item.name)
    whole = {item: 0.0 for item in letters if is_integer_letter(item)}
    for free in FREE:
        for order in (plain, plain[::-1]) if len(plain) > 1 else (plain,):
            found = {item: free * (1 + APART * place) for place, item in enumerate(order)}
            yield whole | {item: found[item] for item in plain}


def box_of(on: Any, letters: Sequence[Form], book: Rulebook) -> Box | None:
    """The region: for each letter its lower and its upper end.

    Raises:
        UsageError: There are not two numbers for each letter, the lower first.
    """
    if on is None:
        return None
    found = split_numbers(on, book)
    if len(found) != 2 * len(letters):
        example = "; ".join("0,1" for _ in letters)
        raise UsageError(say("box-ends", letters=len(letters), example=example), code="box-ends")
    pairs = tuple(zip(found[::2], found[1::2], strict=True))
    for low, high in pairs:
        below, above = numbers([low, high], book)
        if not below < above:
            raise UsageError(say("box-order"), code="box-order")
    if len(letters) > MOST_LETTERS_OF_BOX:
        raise UsageError(say("box-many", most=MOST_LETTERS_OF_BOX), code="box-many")
    return pairs


def ends_of(box: Box | None, book: Rulebook) -> list[tuple[float, float]]:
    """The ends as floats; none without a region."""
    return [tuple(map(float, numbers(pair, book))) for pair in box or ()]  # type: ignore[misc]


def is_inside(
    row: Sequence[Form], letters: Sequence[Form], ends: Ends, definitions: Mapping[str, Definition]
) -> bool:
    """Whether a point lies between all ends; without any it does."""
    if not ends:
        return True
    places = places_of(row, definitions, letters, ends)
    return all(low < place < high for place, (low, high) in zip(places, ends, strict=True))


def places_of(
    row: Sequence[Form],
    definitions: Mapping[str, Definition],
    letters: Sequence[Form] = (),
    ends: Ends = (),
) -> tuple[float, ...]:
    """The coordinates as floats; letters that may have any value in the middle, and 0 for integers."""
    from stepcalc.numeric.evaluate import compile_forms

    middle = {item: (low + high) / 2 for item, (low, high) in zip(letters, ends, strict=False)}
    program = compile_forms(row, definitions)
    for given in trials(program.letters):
        found = program.at(given | {item: middle[item] for item in program.letters if item in middle})
        if all(part is not None for part in found):
            return tuple(float(part) for part in found)
    return tuple(float("nan") if part is None else float(part) for part in found)
