"""Problems as JSON Lines: one problem a line, with the whole trace of its solution; ``lines.json`` is the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from stepcalc._version import __version__
from stepcalc.errors import StepcalcError
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
    """The problems of a sheet with one version, a line each, in little memory however many there are.

    Args:
        sheet: The plan.
        workers: How many processes work; the outcome does not depend on it.
        tick: Called whenever a problem is done.

    Yields:
        Lines with a line break at the end; the same as those of :func:`lines`.

    Raises:
        StepcalcError: A question cannot be answered, or there are not enough problems.
    """
    taken = Distinct()
    asked = (slot for slot in slots(sheet) if slot.topic or slot.entry.ask is not None)
    with Crew(workers) as crew:
        for number, (slot, problem, text) in enumerate(crew.map(_made, asked), 1):
            if not taken.take(problem) and slot.topic:
                # Two places drew the same: the later one draws on.
                text = line(_found(slot, taken), 0)
            yield _numbered(text, number) + "\n"
            tick()


def _made(slot: Slot) -> tuple[Slot, Problem, str]:
    """The problem of a place and its line; what a process of the crew does."""
    problem = _found(slot, Distinct())
    return slot, problem, line(problem, 0)


def _found(slot: Slot, taken: Distinct) -> Problem:
    try:
        return problem_of(slot, taken)
    except StepcalcError as problem:
        raise placed(problem, slot.entry) from None


def _numbered(text: str, number: int) -> str:
    """A line with its number, which is known when those before it are."""
    return text.replace(_UNNUMBERED, f'"number":{number},', 1)


_UNNUMBERED: Final = '"number":0,'
