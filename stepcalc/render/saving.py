"""A derivation becomes a file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.render.builder import build
from stepcalc.render.files import may_write, write_whole
from stepcalc.render.formats import format_of, require
from stepcalc.render.page import Page
from stepcalc.render.presentation import Presentation
from stepcalc.render.reports import build_report
from stepcalc.trace.derivation import Derivation
from stepcalc.trace.report import Report

_TELLING: Final = frozenset(field.name for field in fields(Presentation))
_PAGE: Final = frozenset(field.name for field in fields(Page))


def save(
    derivation: Derivation | Report, file: Path, *, format: str | None, force: bool, **told: Any
) -> None:
    """Write a derivation to a file; :meth:`stepcalc.Derivation.save` says what the arguments are."""
    unknown = sorted(told.keys() - _TELLING - _PAGE)
    if unknown:
        known = ", ".join(sorted(_TELLING | _PAGE))
        raise UsageError(say("save-unknown", name=unknown[0], known=known), code="save-unknown")
    chosen = require(format) if format else require(format_of(file).name)
    may_write(file, force=force, how="force=True")
    if chosen.name == "json":
        write_whole(file, derivation.to_json() + "\n")
        return
    asked = {name: value for name, value in told.items() if name in _TELLING}
    presentation = Presentation(**{"folds": chosen.folds, "runs": chosen.runs, **asked})
    page = Page(**{name: value for name, value in told.items() if name in _PAGE})
    tell: Any = build_report if isinstance(derivation, Report) else build
    document = tell(derivation, presentation, verification=derivation.verify())
    content = chosen.write(document, functions=derivation.rulebook.functions, page=page)
    write_whole(file, content if isinstance(content, bytes) else content.rstrip("\n") + "\n")
