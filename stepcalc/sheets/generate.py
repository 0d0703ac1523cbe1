"""Problems made by topic and level: candidates are derived, measured and kept if they are what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from stepcalc.errors import RuleError, StepcalcError, UsageError
from stepcalc.messages import say
from stepcalc.rulebook.book import default_book
from stepcalc.sheets.distinct import Distinct, Group
from stepcalc.sheets.level import level_of, scale, score
from stepcalc.sheets.patterns import AlikeError, Draw
from stepcalc.sheets.problem import Ask, Problem
from stepcalc.sheets.quality import is_worth_printing, uses_its_topic
from stepcalc.sheets.topics import PARTS, Topic, topic_named
from stepcalc.trace.derivation import Derivation

MOST_DRAWS: Final = 3000
MOST_DERIVED: Final = 200
"""So many fillings are drawn for one problem, and so many derived, before it is given up."""
ON_TURN: Final = 4
"""So many draws follow the pattern whose turn it is, so that problems of one kind do not crowd a sheet."""
MOST_REFUSED: Final = 10_000
"""So many questions that were no good are remembered, so as not to derive them again."""
NEAR: Final = 0.1
LESS_NEAR: Final = 0.5
"""By so much, as a part, the scores of parallel problems may differ; by more only where nothing is left."""


def generate(
    topic: str,
    level: int,
    count: int,
    seed: int,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    taken: Distinct | None = None,
    start: int = 0,
) -> Iterator[Problem]:
    """Problems on a topic, no two alike; the same seed gives the same problems.

    Args:
        topic: The topic's name, one of ``topics.TOPICS``.
        level: From 1 to 5; one that the topic has.
        count: How many.
        seed: What the choices follow from.
        include: Rules that every problem uses, by the short names of their cards.
        exclude: Rules that no problem uses.
        taken: The problems that are on the sheet already; those that are made are put beside them.
        start: The place of the first problem; each place has choices of its own.

    Yields:
        Problems, derived and checked.

    Raises:
        UsageError: There is no such topic or level, or there are not so many problems that differ.
        RuleError: There is no such rule.

    Examples:
        >>> [problem.question for problem in generate("product", 2, 2, seed=1)] == [
        ...     problem.question for problem in generate("product", 2, 2, seed=1)
        ... ]
        True
    """
    taken = taken or Distinct()
    wanted = Wanted(topic_named(topic, level), level, include, exclude)
    for place in range(start, start + count):
        for problem in wanted.candidates(seed, place, known=taken):
            if taken.take(problem):
                yield problem
                break
        else:
            raise none_left(topic, level, place - start, has_rules=bool(include or exclude))


def parallel(
    problems: Sequence[Problem], seed: int, *, version: int = 1, taken: Distinct | None = None
) -> Iterator[Problem]:
    """Problems of the same structure and difficulty, one for each: sheet B for sheet A.

    Args:
        problems: Sheet A's problems, as :func:`generate` gave them.
        seed: What the choices follow from.
        version: 1 for sheet B, 2 for sheet C, ...; each has choices of its own.
        taken: The problems of the other versions, which do not come again; sheet A's if not given.

    Yields:
        A problem for each, from the same pattern, with a score that differs by a tenth at most. Where numbers
        are all that a pattern leaves open and they are used up, another pattern of the level; where a long sheet
        has used up those, too, one that is less near.

    Raises:
        UsageError: There are no more problems that differ.
    """
    taken = taken or Distinct(problems)
    for place, original in enumerate(problems):
        wanted = Wanted(topic_named(original.topic, original.level), original.level)
        for recipe, near in (
            (original.recipe, NEAR),
            (original.recipe[:1], NEAR),
            ((), NEAR),
            ((), LESS_NEAR),
        ):
            found = _first(wanted, seed, place, version, original, recipe, near, taken)
            if found is not None:
                yield found
                break
        else:
            raise none_left(original.topic, original.level, place)


def _first(
    wanted: Wanted,
    seed: int,
    place: int,
    version: int,
    original: Problem,
    recipe: Sequence[int],
    near: float,
    taken: Distinct,
) -> Problem | None:
    for problem in wanted.candidates(seed, place, version=version, recipe=recipe, known=taken):
        if abs(problem.score - original.score) <= near * original.score and taken.take(problem):
            return problem
    return None


class Wanted:
    """What a problem must be to be taken: its topic, its level, the rules it uses.

    Args:
        topic: The topic.
        level: The level.
        include: Rules it uses, by the short names of their cards.
        exclude: Rules it does not use.

    Raises:
        RuleError: There is no such rule.
        UsageError: No problem on the topic can keep to these rules.
    """

    def __init__(
        self, topic: Topic, level: int, include: Sequence[str] = (), exclude: Sequence[str] = ()
    ) -> None:
        for rule in (*include, *exclude):
            default_book().card(rule)
        _refuse_contradictions(topic, frozenset(include), frozenset(exclude))
        self.topic, self.level = topic, level
        self.include, self.exclude = frozenset(include), frozenset(exclude)
        self.refused: dict[Ask, None] = {}

    @property
    def group(self) -> Group:
        """What its problems are drawn from."""
        return self.topic.name, self.level, tuple(sorted(self.include)), tuple(sorted(self.exclude))

    def candidates(
        self,
        seed: int,
        place: int,
        *,
        version: int = 0,
        recipe: Sequence[int] = (),
        known: Distinct | None = None,
        start: int = 0,
    ) -> Iterator[Problem]:
        """The problems that could stand at a place, in an order that depends on the arguments alone.

        So any process may look for the problem of any place: the first that is not taken is the one.

        Args:
            seed: What the choices follow from.
            place: The problem's place on the sheet.
            version: 0 for sheet A, 1 for sheet B, ...
            recipe: The structural choices to make first; those of the problem that it is parallel to.
            known: Problems whose very texts are not worth deriving again.
            start: The draw to begin with.
        """
        derived = 0
        for number, ask, chosen in self._draws(seed, place, version, recipe, start):
            if ask in self.refused or (known is not None and known.has_asked(ask)):
                continue
            derived += 1
            if derived > MOST_DERIVED:
                return
            problem = self.problem(ask, chosen, number)
            if problem is None and len(self.refused) < MOST_REFUSED:
                self.refused[ask] = None
            if problem is not None:
                yield problem

    def first_new(self, seed: int, place: int, known: Distinct, start: int = 0) -> int | None:
        """The number of the first draw at a place that was neither taken nor refused, if there is one.

        Args:
            seed: What the choices follow from.
            place: The problem's place on the sheet.
            known: The problems that are there, and what was no good.
            start: The draw to begin with.
        """
        draws = self._draws(seed, place, 0, (), start)
        return next((number for number, ask, _ in draws if not known.is_known(ask, self.group)), None)

    def _draws(
        self, seed: int, place: int, version: int, recipe: Sequence[int], start: int
    ) -> Iterator[tuple[int, Ask, tuple[int, ...]]]:
        """The draws at a place from one of them on, each text once: number, question, choices."""
        # A text seeds Python's generator by its SHA-512, whatever the hash seed of the process.
        random = Random(f"{self.topic.name} {self.level} {seed} {place} {version}")
        turn = () if recipe else (self._turn(seed, place),)
        tried: set[str] = set()
        for number in range(MOST_DRAWS):
            draw = Draw(random, PARTS, turn if turn and number < ON_TURN else recipe)
            try:
                text = draw.pattern(self.topic.patterns[self.level], self.topic.options)
            except AlikeError:
                continue
            if text in tried:
                continue
            tried.add(text)
            if number >= start:
                yield number, asked(self.topic, text), tuple(draw.recipe)

    def _turn(self, seed: int, place: int) -> int:
        """The pattern to try first at a place: they come in turn, in an order of their own each time round."""
        count = len(self.topic.patterns[self.level])
        turns, at = divmod(place, count)
        random = Random(f"{self.topic.name} {self.level} {seed} turn {turns}")
        return sorted(range(count), key=lambda _: random.random())[at]

    def problem(self, ask: Ask, recipe: tuple[int, ...] = (), draw: int = 0) -> Problem | None:
        """The problem that asks this, if it is what is wanted; what costs least is looked at first."""
        try:
            if (self.include or self.exclude) and not self._keeps_to_rules(ask.derive(tidy=False)):
                return None
            derivation = ask.derive()
        except StepcalcError:
            return None
        points = score(derivation)
        if (
            level_of(points) != self.level
            or points > scale().levels[-1]
            or not uses_its_topic(derivation, self.topic)
            or not self._keeps_to_rules(derivation)
            or not is_worth_printing(derivation, self.topic)
        ):
            return None
        problem = Problem(ask, self.topic.name, self.level, points, recipe, draw)
        problem.keep(derivation)
        return problem if problem.verification else None

    def _keeps_to_rules(self, derivation: Derivation) -> bool:
        used = rules_of(derivation)
        return self.include <= used and not self.exclude & used


def none_left(topic: str, level: int, found: int, *, has_rules: bool = False) -> UsageError:
    """The error that there are no more problems that differ.

    Args:
        topic: The topic's name.
        level: The level.
        found: How many there are.
        has_rules: Whether rules were to be included or excluded.
    """
    if has_rules and not found:
        return UsageError(say("problems-none", topic=topic, level=level), code="problems-exhausted")
    rules = say("problems-exhausted-rules") if has_rules else ""
    message = say("problems-exhausted", found=found, topic=topic, level=level, rules=rules)
    return UsageError(message, code="problems-exhausted")


def _refuse_contradictions(topic: Topic, include: frozenset[str], exclude: frozenset[str]) -> None:
    """What nothing can be drawn for is said at once, and not after many draws."""
    needed = next((group for group in topic.uses if group <= exclude), frozenset())
    for key, rules in (
        ("problems-both", include & exclude),
        ("problems-excluded", needed),
        ("problems-without", topic.without & include),
    ):
        if rules:
            raise UsageError(say(key, topic=topic.name, rules=", ".join(sorted(rules))), code=key)


def rules_of(derivation: Derivation) -> frozenset[str]:
    """The short names of the rules that a derivation uses."""
    return frozenset(rule.id for step in derivation.steps for rule in step.rules)


def asked(topic: Topic, text: str) -> Ask:
    """The question that a filled pattern is."""
    expression, _, rest = text.partition("@")
    options: dict[str, Any] = {"letters": topic.letters}
    for given in rest.split():
        key, _, value = given.partition("=")
        if key not in _OPTIONS:
            raise RuleError(say("pattern-key", text=given), code="pattern-key")
        options[key] = _OPTIONS[key](value)
    return Ask(topic.kind, expression.strip(), **options)


_OPTIONS: Final[Mapping[str, Any]] = {
    "letters": lambda value: tuple(value.split(",")),
    "order": int,
    "point": str,
    "side": str,
    "direction": str,
}
