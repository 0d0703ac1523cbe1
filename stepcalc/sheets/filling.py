"""A plan becomes a sheet with its problems: drawn, worked and checked, by as many processes as are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Final, TypeVar

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.render.presentation import Presentation
from stepcalc.sheets.crew import Crew
from stepcalc.sheets.distinct import Distinct, Group
from stepcalc.sheets.generate import parallel
from stepcalc.sheets.plan import Entry, Section, Sheet
from stepcalc.sheets.problem import Problem
from stepcalc.sheets.settling import Slot, exhausted, problem_at, settle
from stepcalc.sheets.working import Worked, work

Tick = Callable[[], None]
T = TypeVar("T")

REDRAWN: Final = 1_000_000
"""The place of a problem that was drawn anew is so much higher than its first one."""


@dataclass(frozen=True, slots=True)
class Item:
    """A problem as it stands on a sheet: what the plan says of it, its solution, its parts."""

    entry: Entry
    worked: Worked | None = None
    parts: tuple[Item, ...] = ()

    @property
    def difficulty(self) -> float:
        """How hard it is, by its hardest part."""
        own = self.worked.problem.score if self.worked else 0.0
        return max([own, *(part.difficulty for part in self.parts)])

    @property
    def problems(self) -> Iterator[Worked]:
        """Its problem and those of its parts."""
        if self.worked:
            yield self.worked
        for part in self.parts:
            yield from part.problems


@dataclass(frozen=True, slots=True)
class FilledSection:
    """A section with its problems."""

    section: Section
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with its problems.

    Args:
        sheet: The plan.
        sections: Its sections with their problems.
        letter: The letter of the version, or empty where there is one version only.
    """

    sheet: Sheet
    sections: tuple[FilledSection, ...]
    letter: str = ""

    @property
    def items(self) -> Iterator[Item]:
        """Every problem in reading order."""
        return (item for section in self.sections for item in section.items)

    @property
    def problems(self) -> Iterator[Worked]:
        """Every solution in reading order, those of parts one by one."""
        return (worked for item in self.items for worked in item.problems)


def fill(
    sheet: Sheet, *, workers: int = 1, replaced: Sequence[int] = (), tick: Tick = lambda: None
) -> list[Filled]:
    """The versions of a sheet, each with its problems.

    Args:
        sheet: The plan.
        workers: How many processes work; the outcome does not depend on it.
        replaced: The numbers of problems to be drawn anew.
        tick: Called whenever a problem is done.

    Raises:
        UsageError: A question cannot be answered, there are not enough problems, or there is no such number.
        ReadError: An expression cannot be read.
    """
    told = Presentation(sheet.style, sheet.detail, sheet.notation)
    with Crew(workers, tasks=count(sheet)) as crew:
        first = _first_version(sheet, told, crew, tick)
        taken = Distinct(worked.problem for worked in first.problems)
        first = _with_replaced(first, told, replaced, taken)
        others = (_another(first, version, told, taken, crew, tick) for version in range(1, sheet.versions))
        versions = [first, *others]
    if sheet.versions == 1:
        return versions
    return [replace(filled, letter=chr(ord("A") + place)) for place, filled in enumerate(versions)]


def count(sheet: Sheet) -> int:
    """How many problems have to be worked."""
    each = sum(entry.count if entry.is_drawn else 1 + len(entry.parts) for entry in sheet.entries)
    return each * sheet.versions


# ------------------------------------------------------------------------------------------ the first version


def _first_version(sheet: Sheet, told: Presentation, crew: Crew, tick: Tick) -> Filled:
    places = list(slots(sheet))
    # What is given is taken first, so that nothing is drawn that stands further down.
    order = sorted(range(len(places)), key=lambda place: places[place].is_drawn)
    found: dict[int, Worked | None] = {}
    counts: Counter[Group] = Counter()
    asked = (places[place] for place in order)
    settled = settle(asked, partial(work, told=told), crew, Distinct(), tick=tick)
    for place, outcome in zip(order, settled, strict=True):
        if outcome.is_lost:
            raise exhausted(outcome.slot, counts[outcome.slot.group])
        counts[outcome.slot.group] += 1
        found[place] = outcome.made
    rest = (found[place] for place in range(len(places)))
    sections = [
        FilledSection(section, _ordered(sheet, list(_items(section.entries, rest))))
        for section in sheet.sections
    ]
    return Filled(sheet, tuple(sections))


def slots(sheet: Sheet) -> Iterator[Slot]:
    """Every problem to be found, in the order in which they are asked for."""
    counts: Counter[tuple[str, int]] = Counter()
    for entry in sheet.entries:
        if entry.is_drawn:
            for topic, level in entry.slots():
                yield Slot(entry, topic, level, sheet.seed, counts[topic, level])
                counts[topic, level] += 1
        else:
            yield Slot(entry)
            for part in entry.parts:
                if part.is_drawn:
                    part = replace(part, count=1)
                    ((topic, level),) = part.slots()
                    yield Slot(part, topic, level, sheet.seed, counts[topic, level])
                    counts[topic, level] += 1
                else:
                    yield Slot(part)


def _items(entries: Iterable[Entry], found: Iterator[Worked | None]) -> Iterator[Item]:
    for entry in entries:
        if entry.is_drawn:
            for _ in range(entry.count):
                worked = next(found)
                assert worked is not None
                yield Item(_given(entry, worked.problem), worked)
        else:
            yield Item(entry, next(found), tuple(_part(part, next(found)) for part in entry.parts))


def _part(part: Entry, worked: Worked | None) -> Item:
    return Item(_given(part, worked.problem) if worked and part.is_drawn else part, worked)


def _given(entry: Entry, problem: Problem) -> Entry:
    """An entry for a drawn problem as it would be given, with where it came from."""
    return replace(
        entry,
        ask=problem.ask,
        topics=(problem.topic,),
        levels=(problem.level,),
        count=1,
        include=(),
        exclude=(),
    )


def _ordered(sheet: Sheet, items: list[Item]) -> tuple[Item, ...]:
    if sheet.order == "difficulty":
        items.sort(key=lambda item: item.difficulty)
    return tuple(items)


def _each(found: Iterable[T], tick: Tick) -> list[T]:
    done = []
    for each in found:
        done.append(each)
        tick()
    return done


# ------------------------------------------------------------------------------------------ drawn anew


def _with_replaced(filled: Filled, told: Presentation, replaced: Sequence[int], taken: Distinct) -> Filled:
    """The sheet with some of its problems drawn anew, the others as they were."""
    items = list(filled.items)
    for number in replaced:
        if not 1 <= number <= len(items):
            raise UsageError(say("sheet-no-number", number=number, most=len(items)), code="sheet-no-number")
        old = items[number - 1]
        if old.worked is None or not old.worked.problem.topic:
            raise UsageError(say("sheet-not-drawn", number=number), code="sheet-not-drawn")
        problem = old.worked.problem
        # What is drawn follows from what is replaced: done again, it goes on to another one.
        place = REDRAWN + _mixed(filled.sheet.seed, problem.question) % REDRAWN
        slot = Slot(old.entry, problem.topic, problem.level, filled.sheet.seed, place)
        drawn = problem_at(slot, taken)
        if drawn is None:
            raise exhausted(slot, 0)
        worked = work(drawn, told)
        items[number - 1] = Item(replace(old.entry, ask=worked.problem.ask), worked)
    rest = iter(items)
    sections = (
        replace(section, items=tuple(next(rest) for _ in section.items)) for section in filled.sections
    )
    return replace(filled, sections=tuple(sections))


def _mixed(seed: int, text: str) -> int:
    return int.from_bytes(sha256(f"{seed} {text}".encode()).digest()[:6])


# ------------------------------------------------------------------------------------------ other versions


def _another(
    first: Filled, version: int, told: Presentation, taken: Distinct, crew: Crew, tick: Tick
) -> Filled:
    """A parallel sheet: every drawn problem has its like, what is given stays as it is."""
    drawn = [worked.problem for worked in first.problems if worked.problem.topic]
    tasks = list(enumerate(drawn))
    found = _each(crew.map(partial(_alike, first.sheet.seed, version, told), tasks), tick)
    likes: list[Worked] = []
    for place, (original, worked) in enumerate(zip(drawn, found, strict=True)):
        if worked is None or not taken.take(worked.problem):
            seed = _seed_of(first.sheet.seed, place)
            worked = work(next(parallel([original], seed, version=version, taken=taken)), told)
        likes.append(worked)
    rest = iter(likes)
    sections = (
        replace(section, items=tuple(_like(item, rest) for item in section.items))
        for section in first.sections
    )
    return replace(first, sections=tuple(sections))


def _like(item: Item, rest: Iterator[Worked]) -> Item:
    parts = tuple(_like(part, rest) for part in item.parts)
    if item.worked is None or not item.worked.problem.topic:
        return replace(item, parts=parts)
    worked = next(rest)
    return Item(replace(item.entry, ask=worked.problem.ask), worked, parts)


def _alike(seed: int, version: int, told: Presentation, task: tuple[int, Problem]) -> Worked | None:
    """A problem of the same difficulty; what a process of the crew does."""
    place, original = task
    drawn = parallel([original], _seed_of(seed, place), version=version)
    return work(next(drawn), told)


def _seed_of(seed: int, place: int) -> int:
    return _mixed(seed, f"place {place}")
