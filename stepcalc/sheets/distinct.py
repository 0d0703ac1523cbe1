"""Telling problems apart: two are the same if renaming letters or swapping terms and factors makes them so."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import islice, permutations
from typing import TYPE_CHECKING, Final

from stepcalc.notation.forms import Form, fold, letters_of, vector

if TYPE_CHECKING:
    from stepcalc.sheets.problem import Ask, Problem
    from stepcalc.trace.derivation import Derivation

MOST_RENAMED: Final = 4
"""With more letters than this they keep their names: 5! ways are too many to try."""
ANSWERS_APART: Final = 200
"""An answer does not come again among so many problems of the same topic and level."""

MOST_REFUSED: Final = 4000
"""So many questions that are no good are remembered of each topic and level."""

Group = tuple[str, int, tuple[str, ...], tuple[str, ...]]
"""A topic, a level, the rules to include and to exclude: what problems are drawn from."""

_COMMUTING: Final = frozenset({"sum", "product"})


class Distinct:
    """The problems that were taken, told apart by what is asked and by what the answer is.

    Only marks of 16 bytes are kept, and of answers the latest, so that a hundred thousand problems need
    little memory.
    """

    def __init__(self, taken: Iterable[Problem] = ()) -> None:
        self._questions: set[bytes] = set()
        self._texts: set[bytes] = set()
        self._refused: dict[Group, set[bytes]] = {}
        self._answers: dict[tuple[str, int], deque[bytes]] = {}
        for problem in taken:
            self.take(problem)

    def take(self, problem: Problem) -> bool:
        """Remember a problem, if neither its question was there before nor, not long ago, its answer."""
        question, answer = problem.marks
        place = (problem.topic, problem.level)
        answers = self._answers.setdefault(place, deque(maxlen=ANSWERS_APART))
        if question in self._questions or answer in answers:
            return False
        self._questions.add(question)
        self._texts.add(text_mark(problem.ask))
        answers.append(answer)
        return True

    def has_asked(self, ask: Ask) -> bool:
        """Whether a question was taken that is the same to the letter; the others are told apart once derived."""
        return text_mark(ask) in self._texts

    def refuse(self, marks: Iterable[bytes], group: Group) -> None:
        """Remember questions that are no good.

        Args:
            marks: Their marks.
            group: What they were drawn from.
        """
        known = self._refused.setdefault(group, set())
        known.update(islice(marks, max(0, MOST_REFUSED - len(known))))

    def is_known(self, ask: Ask, group: Group) -> bool:
        """Whether a question was taken, to the letter, or refused."""
        mark = text_mark(ask)
        return mark in self._texts or mark in self._refused.get(group, ())


def text_mark(ask: Ask) -> bytes:
    """A mark of what is asked, to the letter."""
    return _mark(repr(ask))


def question_mark(derivation: Derivation) -> bytes:
    """A mark that problems share which ask the same up to the names of letters and the order of terms.

    Examples:
        >>> from stepcalc import diff
        >>> question_mark(diff("2t + sin t")) == question_mark(diff("sin(x) + 2x"))
        True
        >>> question_mark(diff("2x + sin x")) == question_mark(diff("3x + sin x"))
        False
    """
    asked = derivation.question
    whole = vector(derivation.stages[0].goal, asked.form, *asked.letters)
    letters = sorted(letters_of(whole), key=lambda item: item.name)
    if len(letters) > MOST_RENAMED:
        return _mark(asked.kind + commuted(whole, {}))
    names = [f"_{place}" for place in range(len(letters))]
    orders = (dict(zip(order, names, strict=True)) for order in permutations(letters))
    return _mark(asked.kind + min(commuted(whole, order) for order in orders))


def answer_mark(derivation: Derivation) -> bytes:
    """A mark that problems share whose answers are the same SymPy expression."""
    return _mark(str(derivation.result))


def commuted(form: Form, names: Mapping[Form, str]) -> str:
    """A text that is the same for forms that differ in the order of terms and factors, or in renamed letters."""

    def written(node: Form, parts: tuple[str, ...]) -> str:
        if not parts:
            return names.get(node) or f"{node.head}:{node.label}"
        if node.head in _COMMUTING:
            parts = tuple(sorted(parts))
        return f"{node.head}:{node.label}({','.join(parts)})"

    return fold(form, written)


def _mark(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()
