"""A derivation: a question, the steps that answer it, and where the answer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import LimitError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, depth, nodes_of
from stepcalc.trace.conditions import Condition
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    import sympy

    from stepcalc.rulebook.book import Rulebook
    from stepcalc.trace.verification import Verification

DEEPEST_VALUE: Final = 400
"""SymPy walks what it has made by calling itself, often twice for each level."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked.

    Args:
        kind: The name of the strategy (``"diff"``).
        form: The expression.
        letters: The letters to differentiate with respect to, in order; one may stand more than once.
        held: The letters that are held fixed.
        text: The text that was read, or empty.
        notes: The choices that reading made, as sentences.
    """

    kind: str
    form: Form
    letters: tuple[Form, ...]
    held: tuple[Form, ...] = ()
    text: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """The answer to a question, as the steps that lead to it.

    Args:
        question: What was asked.
        stages: The steps at the top level, each starting where the one before ended: a simplification, the
            derivative (a tree of substeps), the tidying, then the next derivative where the order is higher.
        answer: The result as a form.
        also: The answer in the shape the rules gave it, where tidying changed it and both are worth seeing.
        conditions: Where the function and its derivative both exist; empty for everywhere.
        rulebook: The book the rules come from.
        untidied: Whether the result was too large to tidy.
    """

    question: Question
    stages: tuple[Step, ...]
    answer: Form
    conditions: tuple[Condition, ...]
    rulebook: Rulebook
    also: Form | None = None
    untidied: bool = False
    _kept: dict[str, tuple[Step, ...]] = field(default_factory=dict, init=False, repr=False)

    def __repr__(self) -> str:
        from stepcalc.trace.document import short_text

        asked, found = (short_text(form) or "..." for form in (self.question.form, self.answer))
        return f"<Derivation, {self.question.kind} of {asked}: {found}>"

    def __reduce__(self) -> tuple[Any, ...]:
        # The laws of a book are functions, which do not pickle; what is written as JSON has all there is.
        return type(self).from_json, (self.to_json(),)

    @property
    def result(self) -> sympy.Expr:
        """The answer as a SymPy expression.

        Raises:
            LimitError: It is nested too deeply for SymPy, whose constructors recurse; ``answer`` has it.
        """
        from stepcalc.notation.values import value

        if len(nodes_of(self.answer)) > DEEPEST_VALUE and depth(self.answer) > DEEPEST_VALUE:
            raise LimitError(say("too-deep-for-sympy"), code="too-deep-for-sympy")
        try:
            return value(self.answer)
        except RecursionError as problem:
            raise LimitError(say("too-deep-for-sympy"), code="too-deep-for-sympy") from problem

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step once, in reading order: a step before its substeps."""
        if "steps" not in self._kept:
            self._kept["steps"] = tuple(reading_order(self.stages))
        return self._kept["steps"]

    @property
    def explained(self) -> bool:
        """Whether rules led to the answer; false for a limit that was computed only."""
        return all(step.card.id != "limit_unexplained" for step in self.stages)

    def verify(self, *, points: int = 8) -> Verification:
        """Check every step by arithmetic that knows nothing of the engine.

        Args:
            points: At how many points inside the domain.

        Returns:
            The outcome; it is true only if every step was checked.
        """
        from stepcalc.trace.verification import verify

        return verify(self, points=points)

    def to_json(self) -> str:
        """The derivation as a JSON text, which :meth:`from_json` reads back."""
        from stepcalc.trace.document import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Derivation:
        """The derivation that :meth:`to_json` wrote; nothing in the text is evaluated.

        Raises:
            TraceError: The text is damaged, of another version, or names a head or rule that is not known.
        """
        from stepcalc.trace.document import from_json

        return from_json(text)

    def save(
        self, path: str | PathLike[str], *, format: str | None = None, force: bool = False, **told: Any
    ) -> Path:
        """Write the derivation to a file, whole or not at all.

        Args:
            path: The file; its ending chooses the format: .html, .pdf, .ipynb, .tex, .md, .txt or .json.
            format: The format, where the ending does not say it.
            force: Whether to overwrite a file that is there.
            told: How it is told, as in :class:`stepcalc.render.presentation.Presentation` (``style``, ``detail``,
                ``notation``), and how the page is set up, as in :class:`stepcalc.render.page.Page`
                (``paper``, ``size``).

        Returns:
            The file.

        Raises:
            OverwriteError: The file is there.
            MissingExtraError: The format needs a library that is not installed.
            UsageError: The ending says nothing about the format, or the file cannot be written.
        """
        from pathlib import Path

        file = Path(path)
        presenter("save")(self, file=file, format=format, force=force, **told)
        return file

    def plot(self, *, at: Any = None, on: Any = None, values: Mapping[Any, Any] | None = None) -> Any:
        """The plot of a derivative, a Taylor polynomial, a gradient or a Hessian.

        Args:
            at: A point: where the tangent is drawn, or the arrow, or the quadratic form; a number or text, a
                sequence in the order of the letters, or values by letter.
            on: The range: ``"-2,2"``; one is chosen if not given.
            values: Numbers for letters that are held fixed, by letter.

        Returns:
            A plot, which shows itself in notebooks, has ``svg()`` and ``png()``, and prints in a terminal.

        Raises:
            UsageError: There is no plot of this, or a letter has no number.
            MissingExtraError: The libraries for plots are not installed.
        """
        return presenter("plot")(self, at=at, on=on, values=values)

    def __str__(self) -> str:
        return str(presenter("text")(self))

    def __rich__(self) -> Any:
        return presenter("rich")(self)

    def _repr_html_(self) -> str | None:
        found = presenter("html")(self)
        return None if found is None else str(found)

    def _repr_latex_(self) -> str:
        return str(presenter("latex")(self))

    def _repr_markdown_(self) -> str:
        return str(presenter("markdown")(self))


def reading_order(stages: tuple[Step, ...]) -> Iterator[Step]:
    """The steps from first to last, a step before its substeps, a shared one where it is first needed."""
    seen: set[Step] = set()
    stack = list(reversed(stages))
    while stack:
        step = stack.pop()
        if step in seen:
            continue
        seen.add(step)
        yield step
        stack.extend(reversed(step.substeps))


_PRESENTERS: dict[str, Callable[..., Any]] = {}


def present_with(presenters: dict[str, Callable[..., Any]]) -> None:
    """Fill the slot through which a derivation shows itself; ``render`` calls this."""
    _PRESENTERS.update(presenters)


def presenter(kind: str) -> Callable[..., Any]:
    """The function that shows a derivation as ``text``, ``rich``, ``html``, ... or that saves it."""
    if kind not in _PRESENTERS:
        from importlib import import_module

        # The floor above registers itself when first needed; its name is data, not an import of this floor.
        import_module("stepcalc.render")
    return _PRESENTERS[kind]
