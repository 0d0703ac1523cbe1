"""Plots in words: numbers as legends write them, and what is to be seen for those who do not see it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.notation.unicode import one_line
from stepcalc.render.plots.data import Mark, Range

MOST_NAMED: Final = 6
"""More places than this are counted, not listed."""


def shown(value: float, digits: int = 4) -> str:
    """A number as it is read: a few digits, a real minus.

    Args:
        value: The number.
        digits: How many digits.

    Examples:
        >>> shown(-0.5), shown(1234567.0), shown(2.0)
        ('−0.5', '1.235×10⁶', '2')
    """
    if abs(value) < 1e-12:
        value = 0.0
    if 1e4 <= abs(value) < 1e6 and digits < 6:
        digits = 6
    text = f"{value:.{digits}g}"
    mantissa, _, power = text.partition("e")
    if power:
        raised = str(int(power)).translate(_RAISED)
        text = f"{mantissa}×10{raised}"
    return text.replace("-", "−")


_RAISED: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def straight(place: float, height: float, steep: float, letter: str) -> str:
    """ "y = 2x − 1": a straight line through a point.

    Examples:
        >>> straight(1.0, 1.0, 2.0, "x"), straight(0.0, 3.0, 0.0, "x"), straight(0.0, 0.0, -1.0, "x")
        ('y = 2x − 1', 'y = 3', 'y = −x')
    """
    rest = height - steep * place
    if abs(rest) < 1e-9 * max(abs(height), abs(steep * place), 1e-9):
        rest = 0.0
    if abs(steep) < 1e-12:
        return f"y = {shown(rest)}"
    slope = {1.0: "", -1.0: "−"}.get(steep, shown(steep))
    if "×" in slope:
        slope += "·"
    if not rest:
        return f"y = {slope}{letter}"
    return f"y = {slope}{letter} {'+' if rest > 0 else '−'} {shown(abs(rest))}"


def in_pi(value: float) -> str:
    """A number as a part of π, if it is a simple one, for an axis.

    Examples:
        >>> in_pi(math.pi), in_pi(-math.pi / 2), in_pi(0.0), in_pi(3 * math.pi / 2)
        ('π', '−π/2', '0', '3π/2')
    """
    for below in (1, 2, 3, 4, 6, 12):
        above = value / math.pi * below
        if abs(above - round(above)) < 1e-6:
            whole = abs(round(above))
            if not whole:
                return "0"
            text = ("" if whole == 1 else str(whole)) + "π" + ("" if below == 1 else f"/{below}")
            return ("−" if above < 0 else "") + text
    return shown(value)


def place(value: float) -> str:
    """A place of interest: a part of π where it is one, else four digits."""
    part = 12 * value / math.pi
    return in_pi(value) if abs(part) > 0.5 and abs(part - round(part)) < 1e-7 else shown(value)


def settings(values: Mapping[Form, Form]) -> str:
    """ ",  a = 2,  b = 1": the numbers that were put in for other letters."""
    return "".join(f",  {letter.name} = {one_line(value)}" for letter, value in values.items())


def listed(places: Sequence[float]) -> str:
    """ "−1, 0 and 1"."""
    names = [place(each) for each in places]
    return " ".join(filter(None, (", ".join(names[:-1]), say("and") if names[1:] else "", names[-1])))


def of_function(
    function: str,
    letter: str,
    across: Range,
    roots: Sequence[float],
    turns: Sequence[float],
    heights: Sequence[float],
    poles: Sequence[float],
    marks: Sequence[Mark],
    settings: str,
) -> str:
    """What is seen of a function, in a few sentences."""
    sentences = [
        say(
            "plot-alt-graph",
            function=function + settings,
            letter=letter,
            low=place(across[0]),
            high=place(across[1]),
        )
    ]
    sentences += _places("plot-alt-roots", roots, letter)
    if 0 < len(turns) <= MOST_NAMED:
        pairs = [f"({place(x)}, {place(y)})" for x, y in zip(turns, heights, strict=False)]
        sentences.append(say("plot-alt-turns", points=", ".join(pairs)))
    elif turns:
        sentences.append(say("plot-alt-turns-many", count=len(turns)))
    sentences += _places("plot-alt-poles", poles, letter)
    gaps = list(dict.fromkeys(mark.x for mark in marks if mark.kind == "open"))
    sentences += _places("plot-alt-gaps", gaps, letter)
    return " ".join(sentences)


def _places(key: str, found: Sequence[float], letter: str) -> list[str]:
    if not found:
        return []
    if len(found) > MOST_NAMED:
        return [say(f"{key}-many", count=len(found))]
    return [say(key, letter=letter, places=listed(found))]
