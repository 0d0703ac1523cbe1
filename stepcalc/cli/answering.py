"""What every command that answers a question has in common: telling, checking, and batches."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from stepcalc.cli.output import Sink, sink, write_answer, write_document, write_text
from stepcalc.cli.report import notice, report
from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.point_reports import PointReport
    from stepcalc.calculus.point_values import PointValue
    from stepcalc.notation.forms import Form
    from stepcalc.render.document import Document, Figure
    from stepcalc.render.page import Paper
    from stepcalc.render.presentation import Presentation
    from stepcalc.rulebook.book import Rulebook
    from stepcalc.trace.derivation import Derivation
    from stepcalc.trace.verification import Verification

FAILED_CHECK = 3
PICTURES: Final = ("svg", "png")
"""The formats that are a plot and nothing else."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The options of one call, as the answering of each expression needs them."""

    functions: tuple[str, ...]
    declared: tuple[str, ...]
    style: str
    detail: str
    notation: str
    upto: int | None
    hint: bool
    quiet: bool
    everything: bool
    prefer: tuple[str, ...]
    form: str
    tidy: bool
    check: bool
    rulebook: Rulebook
    to: Sink

    @property
    def deriving(self) -> dict[str, Any]:
        """What the functions of ``stepcalc.calculus`` are called with."""
        return {
            "tidy": self.tidy,
            "form": self.form,
            "prefer": self.prefer,
            "rulebook": self.rulebook,
            "declared": self.declared,
            "functions": self.functions,
        }


def telling(
    *,
    function: Sequence[str] | None,
    letter: Sequence[str] | None,
    style: str,
    detail: str,
    notation: str | None,
    upto: int | None,
    hint: bool,
    quiet: bool,
    prefer: Sequence[str] | None,
    form: str,
    no_tidy: bool,
    rules: Sequence[str] | None,
    no_verify: bool,
    format: str | None,
    json: bool,
    output: str | None,
    force: bool,
    ascii: bool,
    paper: Paper = "a4",
    font_size: float | None = None,
    everything: bool = False,
) -> Telling:
    """The options as they were typed, settled: place and format, the book, what is checked."""
    # The place is settled before the work: a file that may not be written is said at once.
    to = sink(format, output, json=json, ascii=ascii, force=force, paper=paper, font_size=font_size)
    from stepcalc.rulebook.book import load_book

    book = load_book(rules or ())
    _check_preferred(prefer or (), book)
    return Telling(
        functions=tuple(function or ()),
        declared=tuple(letter or ()),
        style=style,
        detail=detail,
        notation=notation or "",
        upto=upto,
        hint=hint,
        quiet=quiet,
        everything=everything,
        prefer=tuple(prefer or ()),
        form=form,
        tidy=not no_tidy,
        check=not no_verify,
        rulebook=book,
        to=to,
    )


def _check_preferred(wanted: Sequence[str], book: Rulebook) -> None:
    """Refuse to prefer what no law of the book is called."""
    if not wanted:
        return
    known = sorted({law.prefer for card in book.cards() for law in card.laws if law.prefer})
    for name in wanted:
        if name not in known:
            raise UsageError(say("prefer-unknown", name=name, known=", ".join(known)), code="prefer-unknown")


def check_letters(derivation: Derivation, wanted: Sequence[str], declared: Sequence[str]) -> Derivation:
    """The derivation, if what was named with ``--wrt`` are letters of its expression.

    Raises:
        UsageError: A name does not occur, and was not declared to be a letter. A single letter may be absent
            from a constant: d/dx[c] is a question that is asked.
    """
    from stepcalc.calculus.letters import USUAL_CONSTANTS, by_name, free_letters, listed

    form = derivation.question.form
    found = [letter.name for letter in sorted(free_letters(form), key=by_name)]
    for name, letter in zip(wanted, derivation.question.letters, strict=False):
        constant = len(letter.name) == 1 and set(found) <= USUAL_CONSTANTS
        if letter.name not in found and name not in declared and not constant:
            code = "letter-not-of-expression" if len(found) > 1 else "letter-not-the-one"
            raise UsageError(say(code, name=name, letters=listed(found) or say("none")), code=code)
    return derivation


Derive = Callable[[str], "Derivation"]
At = Callable[["Derivation"], "PointValue | PointReport | None"]


Plotted = Callable[["Derivation"], "Figure | None"]


def answer_all(expression: str, told: Telling, derive: Derive, at: At, plotted: Plotted | None = None) -> int:
    """Answer one expression or, for ``-``, each line of standard input.

    Args:
        expression: What was typed.
        told: How the answers are told.
        derive: Makes a derivation of a text.
        at: Finds the values at the point of ``--at``, if one was given.
        plotted: Makes the plot, if one was asked for.

    Returns:
        The exit status, the worst of a batch.
    """
    if expression == "-":
        return each_line(
            told.to, told.quiet, lambda text: _answer(text, told, derive, at, plotted, batch=True)
        )
    return _answer(expression, told, derive, at, plotted)


IN_A_ROW: Final = ("text", "json", "latex", "markdown")
"""Formats in which answers can stand one after another; the others are files with a beginning and an end."""


def each_line(to: Sink, quiet: bool, answer: Callable[[str], int]) -> int:
    """Answer each line of standard input; a bad one is reported with its number, and the worst status is kept.

    Args:
        to: Where answers go; a batch goes to standard output.
        quiet: Whether only answers are written; then an empty line stands for one that there is not.
        answer: Answers one line.
    """
    if to.file is not None:
        raise UsageError(say("batch-no-file"), code="batch-no-file")
    if to.format not in IN_A_ROW:
        raise UsageError(
            say("batch-no-page", name=to.format, known=", ".join(IN_A_ROW)), code="batch-no-page"
        )
    worst = 0
    for number, line in enumerate(sys.stdin, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            status = answer(text)
        except StepcalcError as problem:
            report(problem, as_json=to.format == "json", line=number)
            if quiet and to.format != "json":
                write_text("", to)  # so that answers and questions line up
            status = problem.exit_status
        worst = max(worst, status)
        sys.stdout.flush()
    return worst


def _answer(
    text: str, told: Telling, derive: Derive, at: At, plotted: Plotted | None, *, batch: bool = False
) -> int:
    derivation = derive(text)
    point = at(derivation)
    figure = plotted(derivation) if plotted is not None else None
    verification = derivation.verify() if told.check else None
    if told.to.format == "json":
        text = _as_json(derivation, point)
        write_text(on_one_line(text) if batch else text, told.to)
    elif told.quiet and told.to.format not in PICTURES:
        _only_the_answer(derivation, told)
    else:
        _tell(derivation, verification, point, told, figure)
        if batch:
            write_text("", told.to)
    return FAILED_CHECK if verification is not None and verification.status == "failed" else 0


def _tell(
    derivation: Derivation,
    verification: Verification | None,
    point: PointValue | PointReport | None,
    told: Telling,
    figure: Figure | None,
) -> None:
    from stepcalc.render.builder import build

    document = build(derivation, presentation(told), verification=verification, point=point)
    write_document(with_figure(document, figure), derivation.rulebook.functions, told.to)


def presentation(told: Telling) -> Presentation:
    """How a document tells what was derived, by the options of a call."""
    from stepcalc.render.formats import FORMATS
    from stepcalc.render.presentation import Presentation

    chosen = FORMATS[told.to.format]
    return Presentation(
        told.style,
        told.detail,
        told.notation,
        told.upto,
        told.hint,
        everything=told.everything,
        folds=chosen.folds,
        runs=chosen.runs,
    )


def with_figure(document: Document, figure: Figure | None) -> Document:
    """The document with a plot at its end, if there is one."""
    return document if figure is None else replace(document, blocks=(*document.blocks, figure))


def _only_the_answer(derivation: Derivation, told: Telling) -> None:
    """One line on standard output; what was decided on the way is said beside it."""
    from stepcalc.notation.operators import written_out

    for note in derivation.question.notes:
        notice(note)
    write_answer(written_out(derivation.answer), derivation.rulebook.functions, told.to)


def _as_json(derivation: Derivation, point: PointValue | PointReport | None) -> str:
    """The derivation as JSON, with what programs need not put together.

    That is the table of a Taylor polynomial, and what holds at the point of ``--at``.
    """
    more: dict[str, Any] = {}
    if derivation.question.kind == "taylor":
        from stepcalc.calculus.taylor.facts import as_data

        more["taylor"] = as_data(derivation)
    if point is not None:
        from stepcalc.calculus.point_reports import as_data as point_data

        more["at"] = point_data(point)
    if not more:
        return derivation.to_json()
    import json

    return json.dumps({**json.loads(derivation.to_json()), **more}, ensure_ascii=False)


def on_one_line(text: str) -> str:
    """A JSON text as one of several stands, on a line of its own."""
    import json

    return json.dumps(json.loads(text), ensure_ascii=False)


def point_of(at: str, letters: Sequence[Form], declared: Sequence[str]) -> Mapping[Form, Form]:
    """The values of ``--at``: in the order of the letters, or by name.

    Args:
        at: What was typed: ``1,2`` or ``x=1,y=2``.
        letters: The letters that vary.
        declared: Names that are letters.

    Raises:
        UsageError: There are more values than letters.
        ReadError: A value cannot be read.
    """
    from stepcalc.notation.reader import read_text

    order = list(dict.fromkeys(letters))
    values: dict[Form, Form] = {}
    for place, part in enumerate(parts_of(at)):
        name, equals, value = part.partition("=")
        if equals:
            letter = read_text(name, declared=declared).form
        elif place < len(order):
            letter = order[place]
        else:
            if len(order) == 1 and _DECIMAL_COMMA.fullmatch(at.strip()):
                decimal = at.strip().replace(",", ".")
                raise UsageError(say("decimal-at", decimal=decimal), code="decimal-at")
            raise UsageError(say("too-many-values", at=at), code="too-many-values")
        values[letter] = read_text(value if equals else part).form
    return values


_DECIMAL_COMMA: Final = re.compile(r"-?[0-9]+,[0-9]+")


def parts_of(at: str) -> Sequence[str]:
    """The values of ``--at``, which commas part unless a bracket holds them."""
    at = at.strip()
    if at.startswith("(") and at.endswith(")") and "=" not in at:
        at = at[1:-1]
    parts, depth, start = [], 0, 0
    for place, character in enumerate(at):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(at[start:place])
            start = place + 1
    return [*parts, at[start:]]
