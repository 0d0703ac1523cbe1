"""A sheet as flash cards for Anki: the question on the front, the worked solution on the back."""

from __future__ import annotations

from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from stepcalc.messages import say
from stepcalc.notation.unicode import one_line
from stepcalc.render.mathjax import mathjax, mathjax_inline
from stepcalc.rulebook.book import default_book
from stepcalc.sheets.exports.questions import Numbered, numbered_problems
from stepcalc.sheets.filling import Filled
from stepcalc.sheets.laying_out import hint, paragraphs

MODEL: Final = 1607392319
"""The number of the kind of note; Anki tells kinds of notes apart by it, so it must stay."""

_STYLE: Final = (
    ".card{font-family:sans-serif;font-size:18px;text-align:left;max-width:44em;margin:auto}"
    "details{margin-top:1em}"
)
_BACK: Final = (
    '{{FrontSide}}<hr id="answer">{{Answer}}<details open><summary>%s</summary>{{Solution}}</details>'
)


def anki(filled: Filled) -> bytes:
    """The sheet as a package that Anki imports; imported again, cards are brought up to date, not doubled.

    Args:
        filled: The sheet with its problems.
    """
    import genanki

    name = " ".join(part for part in (filled.sheet.title or "StepCalc", filled.letter) if part)
    deck = genanki.Deck(_number(f"deck {name}"), name)
    model = _model(genanki)
    for each in numbered_problems(filled):
        deck.add_note(_note(genanki, model, each, filled))
    with TemporaryDirectory(prefix="stepcalc-") as folder:
        file = Path(folder) / "deck.apkg"
        genanki.Package(deck).write_to_file(str(file), timestamp=_TIME)
        return _dated(file)


def _dated(file: Path) -> bytes:
    """A package whose files are dated by the same second, and not by the clock."""
    whole = BytesIO()
    with ZipFile(file) as written, ZipFile(whole, "w", ZIP_DEFLATED) as package:
        for name in written.namelist():
            package.writestr(ZipInfo(name, (2026, 1, 1, 0, 0, 0)), written.read(name), ZIP_DEFLATED)
    return whole.getvalue()


_TIME: Final = 1_767_225_600.0
"""The same sheet gives the same file: cards are dated by this second, and not by the clock."""


def _model(genanki: Any) -> Any:
    return genanki.Model(
        MODEL,
        "StepCalc",
        fields=[{"name": name} for name in ("Question", "Hint", "Answer", "Solution", "Rules")],
        templates=[
            {
                "name": "Card 1",
                "qfmt": "{{Question}}{{#Hint}}<p>{{hint:Hint}}</p>{{/Hint}}",
                "afmt": _BACK % escape(say("anki-solution")),
            }
        ],
        css=_STYLE,
    )


def _note(genanki: Any, model: Any, each: Numbered, filled: Filled) -> Any:
    functions = default_book().functions
    notation = filled.sheet.notation or "leibniz"
    own = each.item.entry.solution
    worked = mathjax(
        tuple(paragraphs(own)) if own else each.worked.solution, functions=functions, notation=notation
    )
    answer = "" if own else mathjax(each.worked.answer, functions=functions, notation=notation)
    problem = each.worked.problem
    tags = [f"topic::{problem.topic}", f"level::{problem.level}"] if problem.topic else []
    asked = one_line(each.worked.question, functions=functions)
    return genanki.Note(
        model=model,
        fields=[
            mathjax_inline(each.asked, functions=functions),
            mathjax_inline(hint(each.item) or each.worked.hint, functions=functions),
            answer,
            worked,
            " ".join(each.worked.rules),
        ],
        tags=["stepcalc", *tags],
        guid=genanki.guid_for("stepcalc", problem.ask.kind, asked, str(problem.ask)),
    )


def _number(text: str) -> int:
    """A number for a deck, which its name decides."""
    return int.from_bytes(sha256(text.encode()).digest()[:4]) | 1 << 30
