"""Solutions as rows: which of them solve the equations as they were given, which say the same, in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Final

from stepcalc.errors import NotDerivableError
from stepcalc.notation.forms import Form, letters_of, number, rebuild
from stepcalc.rulebook.equations.algebra import counters_of, is_integer_letter, is_rounded, unsolved

GIVEN: Final = (
    (Fraction(13, 10), Fraction(7, 10), Fraction(29, 10)),
    (Fraction(2, 5), Fraction(19, 10), Fraction(11, 10)),
    (Fraction(33, 10), Fraction(1, 5), Fraction(9, 10)),
)
"""Positive numbers for letters that are not unknowns, and for coordinates that may have any value."""

TURNS: Final = (0, 1, -2, 3)
"""Integers that are tried for those in families."""

VANISHES: Final = 10.0**-30
"""What is left of a sum of terms whose size is about 1, at 50 digits, when it is 0."""

FADES: Final = 10.0**-7
"""What is left at an exact zero, as a part of what there is at a hundred-millionth beside it."""

FADES_ROUNDED: Final = 10.0**-2
"""The same where the zero is known to 15 digits, and may be that of a cube root."""

DIGITS: Final = 15
Row = Sequence[Form]


def assignments(letters: Iterable[Form], given: Sequence[Fraction]) -> Iterator[dict[Form, Any]]:
    """Numbers for letters: positive ones, and for integers several in turn."""
    own = sorted(letters, key=lambda item: item.name)
    counters = [item for item in own if is_integer_letter(item)]
    plain = [item for item in own if not is_integer_letter(item)]
    fixed = {item: given[place % len(given)] + place // len(given) for place, item in enumerate(plain)}
    many = len(counters) > 2
    for turns in (
        [(turn,) * len(counters) for turn in TURNS] if many else product(TURNS, repeat=len(counters))
    ):
        yield {**fixed, **{item: Fraction(turn) for item, turn in zip(counters, turns, strict=True)}}


def kept(equations: Sequence[Form], letters: Sequence[Form], rows: Iterable[Row]) -> list[list[Form]]:
    """The rows that solve the equations, each once, in the order of their coordinates.

    Args:
        equations: What is to be 0.
        letters: The unknowns.
        rows: The candidates.

    Raises:
        NotDerivableError: A row solves them for some values of the other letters, or some integers, only.
    """
    given = letters_of(*equations)
    found = [
        list(part)
        for row in dict.fromkeys(tuple(row) for row in rows)
        for part in _solving(
            equations, letters, row, [item for item in counters_of(*row) if item not in given]
        )
    ]
    found = _without_doubles(found, letters, counters_of(*equations))
    return sorted(found, key=lambda row: [round(part, 12) for part in places(row)])


def _solving(equations: Sequence[Form], letters: Sequence[Form], row: Row, own: Sequence[Form]) -> list[Row]:
    """A row if it solves the equations; of a family the even or the odd part, where only that does."""
    try:
        return [row] if solves(equations, letters, row) else []
    except NotDerivableError:
        if not own:
            raise
        return [part for part in halves(row, own) if solves(equations, letters, part)]


def solves(equations: Sequence[Form], letters: Sequence[Form], row: Row) -> bool:
    """Whether a row solves the equations, by numbers: for all values of other letters, or for none.

    Raises:
        NotDerivableError: For some values only.
    """
    from stepcalc.numeric.evaluate import compile_forms

    own = compile_forms(list(row), {})
    program = compile_forms(list(equations), {})
    # What is an unknown in a row may have any value.
    others = letters_of(*row) | (letters_of(*equations) - set(letters))
    # A curve need not have a point above every number.
    loose = bool(letters_of(*row) & set(letters))
    told = []
    for given in GIVEN:
        for fixed in assignments(others, given):
            values = own.at(fixed)
            if any(value is None for value in values):
                if not loose:
                    told.append(False)
                continue
            point = {**fixed, **dict(zip(letters, values, strict=True))}
            told.append(all(vanish_at(program.at, point, letters, rounded=any(map(is_rounded, row)))))
    if (any(told) and not all(told)) or not told:
        raise unsolved()
    return all(told)


def vanish_at(
    values: Callable[[Mapping[Form, Any]], Sequence[Any]],
    point: Mapping[Form, Any],
    letters: Row,
    *,
    rounded: bool = False,
) -> list[bool]:
    """Of each expression, whether it is 0 at a point.

    What is left of it there is measured against what it is a little beside the point, so that neither large
    terms, nor a multiple zero, nor a root of something that is 0 mislead. Beside a zero a continuous expression
    is far larger than in what rounding makes of the zero; beside any other point it is as large.

    Args:
        values: The values of the expressions at a point, at 50 digits.
        point: The numbers of all letters.
        letters: The unknowns.
        rounded: Whether the point is known to 15 digits only.
    """
    here = list(values(point))
    size = 1 + max((abs(point[item]) for item in letters), default=0)
    told = [value is not None and not rounded and abs(value) <= VANISHES * size for value in here]
    if all(told) or None in here:
        return told
    share = FADES_ROUNDED if rounded else FADES
    around = [
        values({**point, **{item: _aside(point[item], side, k) for k, item in enumerate(letters)}})
        for side in (-1, 1)
    ]
    for place, value in enumerate(here):
        sizes = [abs(each[place]) for each in around if each[place] is not None]
        # The decimal of a place where the values end is on the one side of it or the other by accident.
        seen = len(sizes) == 2 if rounded else sizes
        told[place] = told[place] or bool(seen and abs(value) <= share * max(sizes))
    return told


def _aside(value: Any, side: int, place: int) -> Any:
    """A coordinate moved a little; each by another share, as the expression may be constant in some direction."""
    return value + side * (1 + abs(value)) * (7 + 3 * place) / 10**9


def places(row: Row) -> list[float]:
    """The coordinates as numbers, at the first of a family."""
    from stepcalc.numeric.evaluate import compile_forms

    letters = letters_of(*row)
    at = {item: Fraction(0) if is_integer_letter(item) else Fraction(1) for item in letters}
    return [0.0 if each is None else float(each) for each in compile_forms(list(row), {}).at(at)]


def _without_doubles(rows: list[list[Form]], letters: Row, fixed: Row) -> list[list[Form]]:
    """Each point once, and no family that is part of another."""
    kept_: list[list[Form]] = []
    for row in sorted(rows, key=lambda each: -len(counters_of(*each))):
        if not any(_holds_all(wide, row, letters, fixed) for wide in kept_):
            kept_ = [other for other in kept_ if not _holds_all(row, other, letters, fixed)]
            kept_.append(row)
    return kept_


def _holds_all(wide: Row, narrow: Row, letters: Row, given: Row) -> bool:
    """Whether every point of one row is among those of another; given integers are not free."""
    from stepcalc.numeric.evaluate import compile_forms

    if wide == narrow:
        return True
    own = compile_forms(list(narrow), {})
    others = letters_of(*narrow) | letters_of(*wide)
    for fixed in assignments(others, GIVEN[0]):
        values = own.at(fixed)
        alone = {part for part in wide if part in letters}
        known = {
            item: each
            for item, each in fixed.items()
            if item in given or (not is_integer_letter(item) and item not in alone)
        }
        if any(value is None for value in values) or not reaches(wide, values, letters, 1e-14, known):
            return False
    return True


def reaches(
    wide: Row, values: Sequence[Any], letters: Row, tolerance: float, known: Mapping[Form, Any] | None = None
) -> bool:
    """Whether a row has a point: coordinate by coordinate, for its integers and letters that stand for themselves.

    Args:
        wide: The row.
        values: The point.
        letters: The unknowns: one that stands in the row itself may have any value.
        tolerance: How near it must be.
        known: Numbers for other letters.
    """
    from stepcalc.numeric.evaluate import compile_forms

    given = dict(known or {})
    for part, value in zip(wide, values, strict=True):
        if part in letters:
            given.setdefault(part, value)
    for part, value in zip(wide, values, strict=True):
        missing = [item for item in letters_of(part) if item not in given]
        if any(not is_integer_letter(item) for item in missing) or len(missing) > 1:
            return False
        program = compile_forms([part], {})
        if missing:
            start, after = (program.at({**given, missing[0]: Fraction(turn)})[0] for turn in (0, 1))
            if start is None or after is None or after == start:
                return False
            given[missing[0]] = Fraction(round(float((value - start) / (after - start))))
        (here,) = program.at(given)
        if here is None or abs(here - value) > tolerance * (1 + abs(value)):
            return False
    return True


def by_parity(row: Row) -> list[list[Form]]:
    """A row in which (−1)ᵏ stands as two: one for even k, one for odd k.

    Args:
        row: The row.
    """
    from stepcalc.notation.values import value
    from stepcalc.rulebook.equations.algebra import is_sign

    for item in counters_of(*row):
        symbol = value(item)
        whole = [value(part) for part in row]
        if any(
            is_sign(part) and symbol in part.free_symbols for one in whole for part in one.atoms(_power())
        ):
            return [found for half in halves(row, [item]) for found in by_parity(half)]
    return [list(row)]


def halves(row: Row, counters: Row) -> list[list[Form]]:
    """A family in parts: each of its integers even or odd.

    Args:
        row: The family.
        counters: The integers.

    Examples:
        >>> from stepcalc.notation.forms import PI, letter, multiply
        >>> from stepcalc.notation.unicode import one_line
        >>> k = letter("k", (("integer", True),))
        >>> [one_line(part) for (part,) in halves([multiply(k, PI)], [k])]
        ['2kπ', 'π + 2kπ']
    """
    from stepcalc.notation.values import value
    from stepcalc.rulebook.equations.algebra import written

    found = []
    for rests in product((0, 1), repeat=len(counters)):
        change = {value(item): 2 * value(item) + rest for item, rest in zip(counters, rests, strict=True)}
        found.append([written(value(part).subs(change, simultaneous=True).expand()) for part in row])
    return found


def _power() -> Any:
    import sympy

    return sympy.Pow


def rounded(value: Any) -> Form:
    """A root to 15 digits, never fewer than show that it is rounded."""
    from mpmath import mpf, nstr

    found = Fraction(nstr(mpf(str(value)), DIGITS, strip_zeros=False))
    return number(found)


def renamed(rows: Iterable[Row], taken: Iterable[Form], fixed: Iterable[Form]) -> list[list[Form]]:
    """Rows whose integers have other names than those that are taken, but for those that are fixed."""
    from stepcalc.rulebook.equations.algebra import counter

    used, stay = set(taken), set(fixed)
    found = []
    for row in rows:
        change: dict[Form, Form] = {}
        for item in counters_of(*row):
            if item in used and item not in stay:
                change[item] = counter(*used, *letters_of(*row), *change.values())
        found.append([rebuild(part, change) for part in row])
    return found
