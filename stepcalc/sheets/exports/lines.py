"""Problems as JSON Lines: one problem a line, with the whole trace of its solution; ``lines.json`` is the schema."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import cycle, islice
from typing import Any, Final

from stepcalc._version import __version__
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.latex import latex
from stepcalc.notation.operators import written_out
from stepcalc.notation.unicode import one_line
from stepcalc.sheets.crew import Crew
from stepcalc.sheets.distinct import Distinct, Group
from stepcalc.sheets.exports.spreadsheet import in_maxima
from stepcalc.sheets.filling import Filled, Tick, slots
from stepcalc.sheets.plan import Sheet
from stepcalc.sheets.problem import Problem
from stepcalc.sheets.settling import Slot, settle
from stepcalc.sheets.working import rules_used
from stepcalc.trace.document import to_data

FORMAT: Final = 1


def lines(filled: Filled) -> str:
    """The problems of a sheet, a line each.

    Args:
        filled: The sheet with its problems.
    """
    return "".join(
        f"{line(worked.problem, number, filled.letter)}\n" for number, worked in enumerate(filled.problems, 1)
    )


def line(problem: Problem, number: int, letter: str = "") -> str:
    """One problem with its trace, as one line of JSON.

    Args:
        problem: The problem.
        number: Its number.
        letter: The letter of the sheet's version.
    """
    return json.dumps(data(problem, number, letter), ensure_ascii=False, separators=(",", ":"))


def data(problem: Problem, number: int, letter: str = "") -> dict[str, Any]:
    """What a line says, as dictionaries, lists and texts."""
    derivation = problem.derivation
    functions = derivation.rulebook.functions
    asked = {key: value for key, value in asdict(problem.ask).items() if value not in (None, ())}
    return {
        "stepcalc": __version__,
        "format": FORMAT,
        "number": number,
        "version": letter,
        "topic": problem.topic,
        "level": problem.level,
        "score": round(problem.score, 3),
        "question": asked,
        "answer": {
            "text": one_line(written_out(derivation.answer), functions=functions),
            "latex": latex(derivation.answer, functions=functions),
            "maxima": in_maxima(derivation.answer),
        },
        "rules": list(rules_used(derivation)),
        "steps": len(derivation.steps),
        "checked": problem.verification.status,
        "derivation": to_data(derivation),
    }


def stream(sheet: Sheet, *, workers: int = 1, tick: Tick = lambda: None) -> Iterator[str]:
    """The problems of a sheet that are all drawn, a line each, in little memory however many there are.

    Where a topic has fewer problems that differ than were asked for, the other topics give more.

    Args:
        sheet: The plan.
        workers: How many processes work; the outcome does not depend on it.
        tick: Called whenever a problem is done.

    Yields:
        Lines with a line break at the end; the same as those of :func:`lines`.

    Raises:
        StepcalcError: A question cannot be answered, or there are not enough problems.
    """
    taken, number = Distinct(), 0
    given = _Given(sheet)
    with Crew(workers) as crew:
        asked: Iterator[Slot] = given.first()
        while True:
            lost = 0
            for settled in settle(asked, _unnumbered, crew, taken, tick=tick):
                if settled.made is None:
                    lost += 1
                    given.empty.add(settled.slot.group)
                    continue
                number += 1
                yield _numbered(settled.made, number) + "\n"
            if not lost:
                return
            asked = given.more(lost, number)


class _Given:
    """The places that were given out, and the topics and levels that have no more problems that differ."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.empty: set[Group] = set()
        self._places: Counter[tuple[str, int]] = Counter()

    def first(self) -> Iterator[Slot]:
        """The places that were asked for."""
        for slot in slots(self.sheet):
            self._places[slot.topic, slot.level] += 1
            yield slot

    def more(self, lost: int, number: int) -> Iterator[Slot]:
        """Further places, in the place of those that were lost, of topics that have problems left.

        Args:
            lost: How many.
            number: How many problems were found.

        Raises:
            UsageError: There are no such topics.
        """
        further = (
            Slot(entry, topic, level, self.sheet.seed)
            for entry in self.sheet.entries
            for topic, level in entry.slots()
        )
        left = {slot.group: slot for slot in further if slot.group not in self.empty}
        if not left:
            raise UsageError(say("sheet-exhausted", found=number), code="sheet-exhausted")
        for slot in islice(cycle(left.values()), lost):
            place = self._places[slot.topic, slot.level]
            self._places[slot.topic, slot.level] += 1
            yield replace(slot, place=place)


def _unnumbered(problem: Problem) -> str:
    """The line of a problem; what a process of the crew does."""
    return line(problem, 0)


def _numbered(text: str, number: int) -> str:
    """A line with its number, which is known when those before it are."""
    return text.replace(_UNNUMBERED, f'"number":{number},', 1)


_UNNUMBERED: Final = '"number":0,'
