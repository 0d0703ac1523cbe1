"""Problems as JSON Lines: one problem a line, with the whole trace of its solution; ``lines.json`` is the schema."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import cycle, islice
from typing import Any, Final

from stepcalc._version import __version__
from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say
from stepcalc.notation.latex import latex
from stepcalc.notation.unicode import one_line
from stepcalc.sheets.crew import Crew
from stepcalc.sheets.distinct import Distinct
from stepcalc.sheets.exports.spreadsheet import in_maxima
from stepcalc.sheets.filling import Filled, Slot, Tick, placed, problem_of, slots
from stepcalc.sheets.plan import Sheet
from stepcalc.sheets.problem import Problem
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
            "text": one_line(derivation.answer, functions=functions),
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
    taken, used, number = Distinct(), _Used(), 0
    asked = _counted(sheet, used)
    with Crew(workers) as crew:
        while True:
            lost = 0
            for slot, problem, text in crew.map(_made, asked):
                made = _settled(slot, problem, text, taken, used)
                if made is None:
                    lost += 1
                    continue
                number += 1
                yield _numbered(made, number) + "\n"
                tick()
            if not lost:
                return
            asked = _more(sheet, used, lost, number)


class _Used:
    """How many places of each topic and level were asked for, and which have no more problems that differ."""

    def __init__(self) -> None:
        self.places: Counter[tuple[str, int]] = Counter()
        self.empty: set[tuple[str, int]] = set()


def _counted(sheet: Sheet, used: _Used) -> Iterator[Slot]:
    for slot in slots(sheet):
        used.places[slot.topic, slot.level] += 1
        yield slot


def _more(sheet: Sheet, used: _Used, lost: int, number: int) -> Iterator[Slot]:
    """Further places, in the place of those that were lost, of topics that have problems left."""
    entries = {(topic, level): entry for entry in sheet.entries for topic, level in entry.slots()}
    left = [group for group in entries if group not in used.empty]
    if not left:
        raise UsageError(say("sheet-exhausted", found=number), code=EXHAUSTED)
    for topic, level in islice(cycle(left), lost):
        place = used.places[topic, level]
        used.places[topic, level] += 1
        yield Slot(entries[topic, level], topic, level, sheet.seed, place)


def _settled(slot: Slot, problem: Problem | None, text: str, taken: Distinct, used: _Used) -> str | None:
    """The line of a place; ``None`` where its topic has no more problems that differ."""
    group = slot.topic, slot.level
    if group in used.empty:
        return None
    if problem is not None and taken.take(problem):
        return text
    # Two places drew the same: the later one draws on.
    try:
        return line(problem_of(slot, taken), 0)
    except StepcalcError as error:
        if error.code != EXHAUSTED:
            raise placed(error, slot.entry) from None
        used.empty.add(group)
        return None


def _made(slot: Slot) -> tuple[Slot, Problem | None, str]:
    """The problem of a place and its line; what a process of the crew does."""
    try:
        problem = problem_of(slot, Distinct())
    except StepcalcError as error:
        if error.code != EXHAUSTED:
            raise placed(error, slot.entry) from None
        return slot, None, ""
    return slot, problem, line(problem, 0)


EXHAUSTED: Final = "problems-exhausted"


def _numbered(text: str, number: int) -> str:
    """A line with its number, which is known when those before it are."""
    return text.replace(_UNNUMBERED, f'"number":{number},', 1)


_UNNUMBERED: Final = '"number":0,'
