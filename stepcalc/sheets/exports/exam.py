r"""A sheet for LaTeX's ``exam`` class, with ``\question``, parts, points and solutions."""

from __future__ import annotations

from collections.abc import Iterator

from stepcalc.messages import MESSAGES, say
from stepcalc.render.document import Document, Inline
from stepcalc.render.latexpage import latex_fragment
from stepcalc.render.latexwords import in_text
from stepcalc.render.page import Page
from stepcalc.rulebook.book import default_book
from stepcalc.sheets.filling import Filled, Item
from stepcalc.sheets.laying_out import SCORE, answer, hint, page, paragraphs, question, solution, title_of
from stepcalc.sheets.plan import Room, Show, marks_text


def exam(filled: Filled, *, show: Show = "problems", fade: int | None = None) -> str:
    r"""The sheet as a file that LaTeX compiles, if the class ``exam`` is installed.

    Args:
        filled: The sheet with its problems.
        show: Solutions and answers are printed (``\printanswers``) unless this is ``"problems"``.
        fade: How many steps of each solution are printed.
    """
    lines = [*_opening(filled, show), *_body(filled, show, fade), r"\end{document}"]
    return "\n".join(lines) + "\n"


def _opening(filled: Filled, show: Show) -> Iterator[str]:
    sheet, paged = filled.sheet, page(filled)
    paper = {"a4": "a4paper", "us-letter": "letterpaper"}[sheet.paper]
    size = min((10, 11, 12), key=lambda points: abs(points - (sheet.font_size or 11)))
    yield rf"\documentclass[{size}pt,{paper}{'' if show == 'problems' else ',answers'}]{{exam}}"
    yield r"\usepackage{iftex}"
    yield r"\ifpdftex\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\fi"
    yield r"\usepackage{amsmath,amssymb,array,textcomp}"
    yield r"\setcounter{MaxMatrixCols}{30}\allowdisplaybreaks"
    if sheet.columns > 1:
        yield r"\usepackage{multicol}"
    yield rf"\pagestyle{{headandfoot}}\lhead{{{in_text(paged.header)}}}"
    yield rf"\lfoot{{{in_text(paged.footer)}}}\cfoot{{}}\rfoot{{\thepage}}"
    yield r"\begin{document}"
    title = title_of(filled, show)
    if title:
        yield rf"\begin{{center}}\Large\bfseries {in_text(title)}\end{{center}}"


def _body(filled: Filled, show: Show, fade: int | None) -> Iterator[str]:
    sheet = filled.sheet
    if show == "problems" and sheet.fields:
        fields = r"\quad ".join(_field(name, filled) for name in sheet.fields)
        yield "\n" + rf"\bigskip{{\raggedright\noindent {fields}\par}}\bigskip\noindent"
    if sheet.instructions:
        yield _fragment(sheet.instructions, filled)
    if sheet.columns > 1:
        yield rf"\begin{{multicols}}{{{sheet.columns}}}"
    yield r"\begin{questions}"
    for section in filled.sections:
        if section.section.title:
            yield rf"\fullwidth{{\large\bfseries {in_text(section.section.title)}}}"
        if section.section.instructions:
            yield rf"\fullwidth{{{_fragment(section.section.instructions, filled)}}}"
        told = bool(section.section.instructions)
        for item in section.items:
            yield from _problem(filled, item, show, fade, r"\question", told)
    yield r"\end{questions}"
    if sheet.columns > 1:
        yield r"\end{multicols}"


def _field(name: str, filled: Filled) -> str:
    """A place to fill in, which no line ends within; that for the score has the marks there are behind it."""
    key = f"sheet-field-{name.lower()}"
    called = in_text(say(key) if key in MESSAGES else name)
    if name.lower() == SCORE and filled.sheet.marks is not None:
        return rf"\mbox{{{called}: \makebox[2cm]{{\hrulefill}} / {marks_text(filled.sheet.marks)}}}"
    return rf"\mbox{{{called}: \makebox[4cm]{{\hrulefill}}}}"


def _problem(
    filled: Filled, item: Item, show: Show, fade: int | None, command: str, told: bool
) -> Iterator[str]:
    entry = item.entry
    marks = (
        f"[{marks_text(entry.marks).removesuffix('.5') or '0'}{_HALF * (entry.marks % 1 != 0)}]"
        if entry.marks
        else ""
    )
    asked = _inline(question(item, under_instruction=told), filled)
    yield rf"{command}{marks} {{\everymath{{\displaystyle}}{asked}}}"
    helped = hint(item)
    if helped and show == "problems":
        yield "\n" + _inline(helped, filled)
    if item.parts:
        yield r"\begin{parts}"
        for part in item.parts:
            yield from _problem(filled, part, show, fade, r"\part", told)
        yield r"\end{parts}"
    if item.worked is not None or entry.solution:
        yield r"\begin{solution}"
        yield _inline(answer(item), filled) if show == "answers" else _blocks(filled, item, fade)
        yield r"\end{solution}"
    room = entry.space or (None if item.parts else filled.sheet.space)
    if room is not None and room.centimetres and show == "problems":
        yield _space(room)


_HALF = r"\half"


def _space(room: Room) -> str:
    command = {"lines": "fillwithlines", "grid": "fillwithgrid"}.get(room.kind)
    return rf"\{command}{{{room.centimetres:g}cm}}" if command else rf"\vspace*{{{room.centimetres:g}cm}}"


def _blocks(filled: Filled, item: Item, fade: int | None) -> str:
    notation = filled.sheet.notation or "leibniz"
    document = Document(tuple(solution(item, fade)), notation=notation)
    return latex_fragment(document, functions=default_book().functions, page=Page())


def _inline(content: Inline, filled: Filled) -> str:
    from stepcalc.render.latexpage import inline_text

    return inline_text(
        content, functions=default_book().functions, notation=filled.sheet.notation or "leibniz"
    )


def _fragment(text: str, filled: Filled) -> str:
    return "\n\n".join(_inline(block.content, filled) for block in paragraphs(text))
