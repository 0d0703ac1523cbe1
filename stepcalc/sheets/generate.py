"""Problems made by topic and level: candidates are derived, measured and kept if they are what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stepcalc.sheets.problem import Problem


def generate(
    topic: str,
    level: int,
    count: int,
    seed: int,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Iterator[Problem]:
    """Problems on a topic, no two alike; the same seed gives the same problems.

    Args:
        topic: The topic's name, one of ``topics.TOPICS``.
        level: From 1 to 5; one that the topic has.
        count: How many.
        seed: What the choices follow from.
        include: Rules that every problem uses, by the short names of their cards.
        exclude: Rules that no problem uses.

    Yields:
        Problems, derived and checked.

    Raises:
        UsageError: There is no such topic or level, or there are not so many problems that differ.
        RuleError: There is no such rule.
    """
    raise NotImplementedError


def parallel(
    problems: Sequence[Problem], seed: int, *, version: int = 1, beside: Sequence[Problem] = ()
) -> Iterator[Problem]:
    """Problems of the same structure and difficulty, one for each; sheet B for sheet A.

    Args:
        problems: Sheet A's problems, as ``generate`` gave them.
        seed: What the choices follow from.
        version: 1 for sheet B, 2 for sheet C, ...: other versions are other problems.
        beside: Problems that must not come again, such as those of other versions.
    """
    raise NotImplementedError
