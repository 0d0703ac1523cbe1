"""A report: derivations, and numbers that follow from them, which show themselves as a derivation does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stepcalc.trace.derivation import Derivation, presenter

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from stepcalc.notation.forms import Form
    from stepcalc.rulebook.book import Rulebook
    from stepcalc.trace.verification import Verification


class Report:
    """An answer that rests on derivations and goes on with numbers: tables of iterations, points, values.

    A class of reports says what ``kind`` it is, which decides how it is told, gives its ``derivations``, the
    first of which is the question's, the numbers as ``data`` and the ``answer`` in one form.
    """

    __slots__ = ()

    kind: str
    """What it is about; the module of ``render`` that tells it goes by this."""

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """The derivations that the numbers follow from."""
        raise NotImplementedError

    @property
    def data(self) -> dict[str, Any]:
        """The numbers, as dictionaries, lists and texts."""
        raise NotImplementedError

    @property
    def answer(self) -> Form:
        """The answer alone."""
        raise NotImplementedError

    @property
    def failure(self) -> str:
        """Why there is no answer, as a sentence; empty where there is one."""
        return ""

    @property
    def rulebook(self) -> Rulebook:
        """The book the rules come from."""
        return self.derivations[0].rulebook

    def verify(self, *, points: int = 8) -> Verification:
        """Check every step of every derivation.

        Args:
            points: At how many points.

        Returns:
            The outcome; it is true only if every step of each derivation was checked.
        """
        from stepcalc.trace.verification import together

        return together([derivation.verify(points=points) for derivation in self.derivations])

    def to_json(self) -> str:
        """The first derivation as JSON, with the numbers and the other derivations beside it."""
        from stepcalc.trace.document import to_data

        first, *others = self.derivations
        found = {**to_data(first), self.kind: self.data, "derivations": [to_data(each) for each in others]}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    def save(
        self, path: str | PathLike[str], *, format: str | None = None, force: bool = False, **told: Any
    ) -> Path:
        """Write the report to a file, as :meth:`stepcalc.Derivation.save` does.

        Args:
            path: The file; its ending chooses the format.
            format: The format, where the ending does not say it.
            force: Whether to overwrite a file that is there.
            told: How it is told and how the page is set up.

        Returns:
            The file.
        """
        from pathlib import Path

        file = Path(path)
        presenter("save")(self, file=file, format=format, force=force, **told)
        return file

    def plot(self, **given: Any) -> Any:
        """The plot, where there is one; ``on`` is the range: ``"-2,2"``.

        Raises:
            UsageError: There is no plot of this.
            MissingExtraError: The libraries for plots are not installed.
        """
        return presenter("plot")(self, **given)

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
