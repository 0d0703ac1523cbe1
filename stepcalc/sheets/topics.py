"""The topics that problems are made on: cards of ``topics.toml``, which a teacher can read and edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stepcalc.errors import RuleError, UsageError
from stepcalc.messages import say

FILE: Final = Path(__file__).with_name("topics.toml")
LEVELS: Final = range(1, 6)
LARGEST: Final = 400
"""A number in an answer that students can still check in their heads, or nearly."""
_LEVEL_KEYS: Final = {f"level_{level}": level for level in LEVELS}
_KEYS: Final = frozenset(
    {"title", "kind", "instruction", "uses", "without", "letters", "example", "largest", "numbers", "options"}
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What problems can be asked for by this name.

    Args:
        name: The short name.
        title: The heading of a section about it.
        kind: The kind of question, one of ``problem.KINDS``.
        instruction: The sentence above its problems.
        example: A problem of its lowest level, as one types it.
        uses: Groups of rules, by the short names of their cards; a problem uses at least one of each group.
        without: Rules that no problem uses.
        letters: With respect to which letters its questions are.
        largest: The largest number that an answer may have above or below a bar.
        numbers: Whether an answer may be a number without letters.
        options: What every question of it needs beside the expression, as in a pattern after ``@``.
        patterns: The patterns of each level's problems; see ``patterns.py``.
    """

    name: str
    title: str
    kind: str
    instruction: str
    example: str
    uses: tuple[frozenset[str], ...]
    without: frozenset[str]
    letters: tuple[str, ...]
    largest: int
    numbers: bool
    options: str
    patterns: Mapping[int, tuple[str, ...]]

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels it has, from easy to hard."""
        return tuple(sorted(self.patterns))


def topic_named(name: str, level: int | None = None) -> Topic:
    """The topic of this name, if it has the level.

    Raises:
        UsageError: There is no such topic, or it has no such level; the error says which there are.

    Examples:
        >>> topic_named("product", 2).title
        'Product rule'
    """
    topic = TOPICS.get(name)
    if topic is None:
        raise UsageError(say("topic-unknown", topic=name, known=", ".join(TOPICS)), code="topic-unknown")
    if level is not None and level not in topic.patterns:
        known = ", ".join(map(str, topic.levels))
        raise UsageError(say("topic-level", topic=name, level=level, known=known), code="topic-level")
    return topic


def _topic(name: str, card: Mapping[str, Any]) -> Topic:
    for key in card:
        if key not in _KEYS and key not in _LEVEL_KEYS:
            known = ", ".join(sorted({*_KEYS, *_LEVEL_KEYS}))
            raise RuleError(
                say("topic-key", file=FILE.name, topic=name, key=key, known=known),
                code="topic-key",
                text=FILE.name,
            )
    return Topic(
        name=name,
        title=card["title"],
        kind=card["kind"],
        instruction=card["instruction"],
        example=card["example"],
        uses=tuple(frozenset(group.split()) for group in card.get("uses", ())),
        without=frozenset(card.get("without", "").split()),
        letters=tuple(card.get("letters", "x").split()),
        largest=card.get("largest", LARGEST),
        numbers=card.get("numbers", False),
        options=card.get("options", ""),
        patterns={level: tuple(card[key]) for key, level in _LEVEL_KEYS.items() if key in card},
    )


def _read() -> tuple[Mapping[str, Topic], Mapping[str, Any]]:
    import tomllib

    cards = tomllib.loads(FILE.read_text("utf-8"))
    parts = cards.pop("parts")
    return {name: _topic(name, card) for name, card in cards.items()}, parts


_CARDS: Final = _read()
TOPICS: Final[Mapping[str, Topic]] = _CARDS[0]
PARTS: Final[Mapping[str, Any]] = _CARDS[1]
"""What the gaps of all topics' patterns may be filled with."""
