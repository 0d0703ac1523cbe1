"""Which problems stand at the places of a sheet: sought by any process, taken in the order of the places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Generic, TypeVar

from stepcalc.errors import ReadError, StepcalcError, UsageError
from stepcalc.messages import MESSAGES, say
from stepcalc.sheets.crew import Crew
from stepcalc.sheets.distinct import Distinct, Group, text_mark
from stepcalc.sheets.generate import Wanted, none_left
from stepcalc.sheets.level import score
from stepcalc.sheets.plan import Entry
from stepcalc.sheets.problem import Problem
from stepcalc.sheets.topics import topic_named

T = TypeVar("T")

TOGETHER: Final = 400
"""So many places are settled together; their outcomes wait for the last of them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A problem to be found.

    Args:
        entry: What the plan says of it.
        topic: Its topic, if it is drawn.
        level: Its level.
        seed: What the draw follows from.
        place: Its place among those of its topic and level.
        start: The draw to begin with: those before it are taken or no good.
    """

    entry: Entry
    topic: str = ""
    level: int = 0
    seed: int = 0
    place: int = 0
    start: int = 0

    @property
    def is_drawn(self) -> bool:
        """Whether its problem is drawn; otherwise it is given."""
        return bool(self.topic)

    @property
    def group(self) -> Group:
        """What its problem is drawn from: places of the same group run out of problems together."""
        return self.topic, self.level, tuple(sorted(self.entry.include)), tuple(sorted(self.entry.exclude))

    def wanted(self) -> Wanted:
        """What its problem must be."""
        topic = topic_named(self.topic, self.level)
        return Wanted(topic, self.level, self.entry.include, self.entry.exclude)


@dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """A place and what stands there.

    Args:
        slot: The place.
        problem: Its problem, if there is one: a task may have parts only, and a topic may have no more.
        made: What was made of the problem.
        refused: Marks of questions that were drawn there and are no good, so that no other place tries them.
    """

    slot: Slot
    problem: Problem | None = None
    made: T | None = None
    refused: tuple[bytes, ...] = ()

    @property
    def is_lost(self) -> bool:
        """Whether a problem should be here and is not."""
        return self.slot.is_drawn and self.problem is None


def settle(
    slots: Iterable[Slot],
    make: Callable[[Problem], T],
    crew: Crew,
    taken: Distinct,
    *,
    tick: Callable[[], None] = lambda: None,
) -> Iterator[Settled[T]]:
    """Find the problem of each place, no two alike; the outcome does not depend on how many processes work.

    Every place is looked at by itself. Where two drew the same, the later one draws on, beside all that were
    taken, in a further round.

    Args:
        slots: The places.
        make: What to make of each problem; a function that can be sent to another process.
        crew: The processes.
        taken: The problems that are there already; those that are found are put beside them.
        tick: Called whenever a place is settled.

    Yields:
        The places in their order.

    Raises:
        StepcalcError: A problem that is given cannot be answered.
    """
    rest = iter(slots)
    empty: set[Group] = set()
    while places := list(islice(rest, TOGETHER)):
        found: dict[int, Settled[T]] = {}
        waiting = []
        for place, slot in enumerate(places):
            if slot.group not in empty and (start := _first_draw(slot, taken)) is not None:
                places[place] = replace(slot, start=start)
                waiting.append(place)
            else:
                empty.add(slot.group)
        while waiting:
            waiting = [place for place in waiting if places[place].group not in empty]
            outcomes = crew.map(_sought, [(make, places[place]) for place in waiting])
            again = []
            for place, outcome in zip(waiting, outcomes, strict=True):
                slot = outcome.slot
                taken.refuse(outcome.refused, slot.group)
                if outcome.is_lost or (start := _next_start(outcome, taken)) == NONE:
                    empty.add(slot.group)
                elif start is None:
                    found[place] = outcome
                    tick()
                else:
                    places[place] = replace(slot, start=start)
                    again.append(place)
            waiting = again
        yield from (found.get(place) or Settled(slot) for place, slot in enumerate(places))


NONE: Final = -1


def _first_draw(slot: Slot, taken: Distinct) -> int | None:
    """The first draw at a place that is worth deriving; ``None`` where there is none."""
    return slot.wanted().first_new(slot.seed, slot.place, taken) if slot.is_drawn else 0


def _next_start(outcome: Settled[T], taken: Distinct) -> int | None:
    """The draw to go on with where a problem is taken already, ``NONE`` if there is none; else it is taken now."""
    slot, problem = outcome.slot, outcome.problem
    if problem is None or taken.take(problem) or not slot.is_drawn:
        return None
    start = slot.wanted().first_new(slot.seed, slot.place, taken, problem.draw + 1)
    return NONE if start is None else start


def _sought(task: tuple[Callable[[Problem], T], Slot]) -> Settled[T]:
    """The first problem at a place, and what is made of it; what a process of the crew does."""
    make, slot = task
    refused: list[bytes] = []
    try:
        problem = problem_at(slot, refused=refused)
        return Settled(slot, problem, None if problem is None else make(problem), tuple(refused))
    except StepcalcError as error:
        raise placed(error, slot.entry) from None


def problem_at(
    slot: Slot, taken: Distinct | None = None, *, refused: list[bytes] | None = None
) -> Problem | None:
    """The problem of a place: the one that is given, or the first to be drawn there that is not taken.

    Args:
        slot: The place.
        taken: The problems that are there already; it is put beside them.
        refused: Takes the marks of questions that were drawn and are no good.

    Returns:
        The problem; ``None`` if only its parts are asked for, or its topic has no more.

    Raises:
        StepcalcError: The problem that is given cannot be answered.
    """
    if not slot.is_drawn:
        return _measured(slot.entry) if slot.entry.ask is not None else None
    wanted = slot.wanted()
    drawn = wanted.candidates(slot.seed, slot.place, known=taken, start=slot.start)
    found = next((problem for problem in drawn if taken is None or taken.take(problem)), None)
    if refused is not None:
        refused += map(text_mark, wanted.refused)
    return found


def _measured(entry: Entry) -> Problem:
    """A given problem, its difficulty measured."""
    assert entry.ask is not None
    derivation = entry.ask.derive()
    topic = entry.topics[0] if entry.topics else ""
    level = entry.levels[0] if entry.levels else 0
    problem = Problem(entry.ask, topic, level, score(derivation))
    problem.keep(derivation)
    return problem


def exhausted(slot: Slot, found: int) -> StepcalcError:
    """The error that a topic has no more problems that differ.

    Args:
        slot: The place that stays empty.
        found: How many problems there are.
    """
    has_rules = bool(slot.entry.include or slot.entry.exclude)
    return placed(none_left(slot.topic, slot.level, found, has_rules=has_rules), slot.entry)


def _said_of_a_file(error: StepcalcError) -> str:
    """A message without the options of commands, which a file does not have."""
    if error.code == "letters-missing":
        return say("sheet-letters-missing")
    declare = MESSAGES["unknown-function"].partition("{hint} ")[2].partition("{")[0]
    return error.message.partition(declare)[0].rstrip()


def placed(error: StepcalcError, entry: Entry) -> StepcalcError:
    """An error with the line of the file in which its cause stands."""
    if not entry.line:
        return error
    message = say("sheet-line", file=entry.file, line=entry.line, problem=_said_of_a_file(error))
    kind = ReadError if isinstance(error, ReadError) else UsageError
    found = kind(
        message, code=error.code, text=error.text, start=error.start, end=error.end,
        suggestion=error.suggestion,
    )  # fmt: skip
    found.exit_status = error.exit_status
    return found
