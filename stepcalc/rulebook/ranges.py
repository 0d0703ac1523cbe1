"""The values that functions take, read from their cards when a sign has to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stepcalc.numeric.signs import Interval, interval_from
from stepcalc.rulebook.book import Rulebook


class Ranges(Mapping[str, Interval]):
    """For each function whose card states a range, that range as an interval.

    Args:
        book: The rulebook.
    """

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._known: dict[str, Interval | None] = {}

    def get(self, name: str, default: Interval | None = None) -> Interval | None:  # type: ignore[override]
        """The range of a function, or ``default`` where its card states none."""
        if name not in self._known:
            condition = self._book.range_of(name)
            self._known[name] = None if condition is None else interval_from(condition)
        return self._known[name] or default

    def __getitem__(self, name: str) -> Interval:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (id for id in self._book.ids if self.get(id) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
