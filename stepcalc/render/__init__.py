"""Derivations become documents, and documents become text, pages and pictures.

Importing this package fills the slot in ``trace`` through which a derivation shows itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stepcalc.trace.derivation import Derivation, present_with
from stepcalc.trace.report import Report


def _document(derivation: Derivation | Report) -> Any:
    if isinstance(derivation, Report):
        from stepcalc.render.reports import build_report

        return build_report(derivation, verification=derivation.verify())
    from stepcalc.render.builder import build

    return build(derivation, verification=derivation.verify())


def _text(derivation: Derivation | Report) -> str:
    from stepcalc.render.plain import plain_text

    return plain_text(_document(derivation), functions=derivation.rulebook.functions)


def _rich(derivation: Derivation | Report) -> Any:
    from stepcalc.render.terminal import Shown

    return Shown(_document(derivation), derivation.rulebook.functions)


def _html(derivation: Derivation | Report) -> str | None:
    from importlib.util import find_spec

    if find_spec("latex2mathml") is None:
        return None  # A notebook then takes the Markdown.
    from stepcalc.render.html import html_fragment

    return html_fragment(_document(derivation), functions=derivation.rulebook.functions)


def _latex(derivation: Derivation | Report) -> str:
    from stepcalc.render.latexdoc import latex_display

    return latex_display(_document(derivation), functions=derivation.rulebook.functions)


def _markdown(derivation: Derivation | Report) -> str:
    from stepcalc.render.markdown import markdown

    return markdown(_document(derivation), functions=derivation.rulebook.functions)


def _save(
    derivation: Derivation | Report, *, file: Path, format: str | None, force: bool, **told: Any
) -> None:
    from stepcalc.render.saving import save

    save(derivation, file, format=format, force=force, **told)


def _plot(derivation: Derivation | Report, **given: Any) -> Any:
    if isinstance(derivation, Report):
        from stepcalc.render.reports import report_plot

        return report_plot(derivation, **given)
    from stepcalc.render.plots import plot

    return plot(derivation, **given)


def _slope_plot(found: Any, **given: Any) -> Any:
    from stepcalc.render.plots import slope_plot

    return slope_plot(found, **given)


_PRESENTERS: dict[str, Callable[..., Any]] = {
    "text": _text,
    "rich": _rich,
    "html": _html,
    "latex": _latex,
    "markdown": _markdown,
    "save": _save,
    "plot": _plot,
    "slope-plot": _slope_plot,
}
present_with(_PRESENTERS)
