"""``stepcalc sheet``: sheets of problems are built from a file or from topics, and topics are listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from stepcalc.cli import options
from stepcalc.cli.command import Command
from stepcalc.cli.signatures import with_more
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.sheets.plan import Section, Sheet

HELP = (
    """Make sheets of worked examples: problems, answers and solutions, for paper and for other programs."""
)
EPILOG = "Each command has its own help with examples: stepcalc sheet make --help"
BUILD_HELP = """Build a sheet from a file.

    stepcalc sheet build algebra.toml -o sheet.pdf

    stepcalc sheet build algebra.toml -o sheet.pdf --show problems,solutions --versions 2

    stepcalc sheet build algebra.toml -o algebra.toml --replace 4 --force        (another problem 4)

    stepcalc sheet build algebra.toml -o quiz.xml        (Moodle, with STACK questions)
"""
MAKE_HELP = """Make a sheet of problems that are drawn by topic and level.

    stepcalc sheet make --topics product,chain --level 2 --count 12 --seed 7 -o sheet.pdf

    stepcalc sheet make --topics gradient --level 1-3 --count 9 --show problems,answers -o sheet.pdf

    stepcalc sheet make --topics product --level 2 --count 6 -o my.toml        (a file to edit by hand)

    stepcalc sheet make --topics limits --level 2 --count 100 -o limits.jsonl        (data, with every step)
"""
NEW_HELP = """Write a file to start from, with a comment on everything that it can say.

    stepcalc sheet new my-sheet.toml
"""
TOPICS_HELP = """List the topics that problems can be drawn from, with an example of each.

    stepcalc sheet topics
"""

SHEET: Final = "The sheet"
PAGE: Final = "The page"
TOLD: Final = "The solutions"

app = typer.Typer(
    name="sheet",
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _option(panel: str, name: str, *more: str, metavar: str | None = None, **given: Any) -> Any:
    return typer.Option(name, *more, metavar=metavar, rich_help_panel=panel, show_default=False, **given)


def _all(
    show: Annotated[
        str | None,
        _option(
            SHEET, "--show", metavar="WHAT", help="problems, answers, solutions; several make a file each."
        ),
    ] = None,
    seed: Annotated[
        int | None, _option(SHEET, "--seed", min=0, metavar="N", help="Another number draws other problems.")
    ] = None,
    versions: Annotated[
        int | None,
        _option(
            SHEET,
            "--versions",
            min=1,
            max=26,
            metavar="N",
            help="Parallel sheets A, B, C of equal difficulty.",
        ),
    ] = None,
    replaced: Annotated[
        list[int] | None,
        _option(SHEET, "--replace", metavar="NUMBER", help="Draw this problem anew. May be repeated."),
    ] = None,
    order: Annotated[
        Literal["given", "difficulty"] | None,
        _option(SHEET, "--order", help="The order of the problems in a section."),
    ] = None,
    title: Annotated[str | None, _option(PAGE, "--title", metavar="TEXT", help="The title.")] = None,
    fields: Annotated[
        str | None,
        _option(PAGE, "--fields", metavar="NAMES", help="Places to fill in: name,date,class,score."),
    ] = None,
    space: Annotated[
        str | None,
        _option(PAGE, "--space", metavar="ROOM", help='Room to write in: "4 lines", "3 cm", "5 cm grid".'),
    ] = None,
    columns: Annotated[
        int | None, _option(PAGE, "--columns", min=1, max=4, metavar="N", help="Columns of problems.")
    ] = None,
    font_size: Annotated[
        float | None,
        _option(
            PAGE, "--font-size", min=6, max=40, metavar="POINTS", help="The size of type: 18 for large print."
        ),
    ] = None,
    paper: Annotated[
        Literal["a4", "us-letter"] | None, _option(PAGE, "--paper", help="The paper of the pages.")
    ] = None,
    header: Annotated[
        str | None, _option(PAGE, "--header", metavar="TEXT", help="What stands at the top of each page.")
    ] = None,
    footer: Annotated[
        str | None,
        _option(PAGE, "--footer", metavar="TEXT", help="What stands at the bottom, before the seed."),
    ] = None,
    numbering: Annotated[
        str | None,
        _option(PAGE, "--numbering", metavar="PATTERN", help='How problems are numbered: "1.", "(a)".'),
    ] = None,
    fade: Annotated[
        int | None,
        _option(
            TOLD, "--fade", min=0, metavar="K", help="Print K steps of each solution, blanks for the others."
        ),
    ] = None,
    style: Annotated[
        options.Style | None, _option(TOLD, "--style", "-s", help="Steps, or one column.")
    ] = None,
    detail: Annotated[
        options.Detail | None, _option(TOLD, "--detail", "-d", help="How much is shown.")
    ] = None,
    notation: Annotated[
        options.Notation | None, _option(TOLD, "--notation", help="d/dx[...] or (...)′.")
    ] = None,
    workers: Annotated[
        int | None,
        _option(
            options.OUTPUT,
            "--workers",
            min=1,
            max=256,
            metavar="N",
            help="Processes that work; all cores if not given.",
        ),
    ] = None,
    format: Annotated[
        str | None,
        _option(
            options.OUTPUT,
            "--format",
            "-f",
            metavar="NAME",
            help="text, html, pdf, tex, markdown, ipynb, exam, moodle, anki, csv, jsonl, toml. "
            "The ending of --output decides if not given.",
        ),
    ] = None,
    output: Annotated[
        str | None,
        _option(
            options.OUTPUT,
            "--output",
            "-o",
            metavar="FILE",
            help="Write to a file: .pdf, .html, .md, .txt, .tex, .ipynb, .toml, .xml, .apkg, .csv or .jsonl.",
        ),
    ] = None,
    force: options.Force = False,
    ascii: options.Ascii = False,
) -> None:
    """Only its signature is used: the options of both commands that make sheets."""  # fmt: skip


@with_more(_all)
def build(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file in TOML.", show_default=False)],
    **given: Any,
) -> int:
    """Build a sheet from a file; the help text is BUILD_HELP."""
    from stepcalc.sheets.reading import read_sheet

    return _make(read_sheet(Path(file)), given)


@with_more(_all)
def make(
    topics: Annotated[
        str | None,
        _option(
            SHEET,
            "--topics",
            metavar="NAMES",
            help="product,chain, or all; stepcalc sheet topics lists them.",
        ),
    ] = None,
    level: Annotated[
        str | None, _option(SHEET, "--level", metavar="LEVELS", help="From 1 (easy) to 5: 2, or 1-3.")
    ] = None,
    count: Annotated[
        int,
        typer.Option(
            "--count", min=1, max=100_000, metavar="N", rich_help_panel=SHEET, help="How many problems."
        ),
    ] = 10,
    include: Annotated[
        str | None,
        _option(SHEET, "--include", metavar="RULES", help="Rules that every problem uses: chain,sin."),
    ] = None,
    exclude: Annotated[
        str | None, _option(SHEET, "--exclude", metavar="RULES", help="Rules that no problem uses: quotient.")
    ] = None,
    marks: Annotated[
        float | None,
        _option(SHEET, "--marks", min=0, max=1000, metavar="N", help="What each problem is worth."),
    ] = None,
    hints: Annotated[bool, _option(SHEET, "--hints", help="Name the rule to begin with.")] = False,
    **given: Any,
) -> int:
    """Make a sheet from topics; the help text is MAKE_HELP."""
    from stepcalc.sheets.plan import Sheet

    if topics is None:
        raise UsageError(say("sheet-topics-missing"), code="sheet-topics-missing")
    names = tuple(dict.fromkeys(options.names(topics)))
    if not names:
        raise UsageError(say("sheet-topics-missing"), code="sheet-topics-missing")
    if marks is not None and not marks * 2 % 1 == 0:
        raise UsageError(say("sheet-marks-half"), code="sheet-marks-half")
    rules = {"include": _rules(include), "exclude": _rules(exclude)}
    entry = {"marks": marks, "hint": "" if hints else None, **rules}
    sections = tuple(_sections(names, _levels(level), count, entry))
    few = len(sections) <= MOST_IN_TITLE
    title = ", ".join(section.title for section in sections) if few else say("sheet-mixed")
    if len(sections) == 1:
        sections = (replace(sections[0], title=""),)
    return _make(Sheet(title=title, sections=sections), given)


def _sections(
    names: Sequence[str], levels: tuple[int, ...], count: int, entry: dict[str, Any]
) -> list[Section]:
    """A section for each topic, the problems shared out evenly; of all topics, each gives the levels it has."""
    from stepcalc.sheets.plan import Entry, Section
    from stepcalc.sheets.topics import TOPICS, topic_named

    every = tuple(names) == (ALL,)
    if every:
        names = [name for name, topic in TOPICS.items() if not levels or set(levels) & set(topic.levels)]

    each, more = divmod(count, len(names))
    found = []
    for place, name in enumerate(names):
        topic = topic_named(name)
        wanted = levels or topic.levels[:1]
        if every:
            wanted = tuple(level for level in wanted if level in topic.levels)
        for level in wanted:
            topic_named(name, level)
        share = each + (place < more)
        if share:
            drawn = Entry(topics=(name,), levels=wanted, count=share, **entry)
            found.append(Section(topic.title, topic.instruction, (drawn,)))
    return found


def _levels(text: str | None) -> tuple[int, ...]:
    """The levels of ``--level``.

    Examples:
        >>> _levels("2"), _levels("1-3"), _levels("1,4")
        ((2,), (1, 2, 3), (1, 4))
    """
    if text is None:
        return ()
    found: list[int] = []
    for part in options.names(text):
        low, dash, high = part.partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()):
            raise UsageError(say("sheet-level-text", text=text), code="sheet-level-text")
        more = range(int(low), int(high or low) + 1)[:10]
        if not more:
            raise UsageError(say("sheet-level-text", text=text), code="sheet-level-text")
        found.extend(more)
    return tuple(dict.fromkeys(found))


def _rules(text: str | None) -> tuple[str, ...]:
    """The rules of ``--include`` and ``--exclude``, which must be cards of the book."""
    from stepcalc.rulebook.book import default_book

    names = options.names(text)
    for name in names:
        default_book().card(name)
    return names


def new(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write.", show_default=False)],
    force: options.Force = False,
) -> int:
    """Write an example; the help text is NEW_HELP."""
    from stepcalc.cli.output import sink, write_text

    place = sink("text", file, json=False, ascii=False, force=force)
    text = Path(__file__).parent.parent.joinpath("sheets", "new.toml").read_text(encoding="utf-8")
    write_text(text.replace("{file}", Path(file).name).rstrip("\n"), place)
    return 0


def topics(
    format: options.FormatOption = None,
    output: options.Output = None,
    force: options.Force = False,
    ascii: options.Ascii = False,
) -> int:
    """List the topics; the help text is TOPICS_HELP."""
    from stepcalc.cli.output import sink, write_document
    from stepcalc.notation.functions import FUNCTIONS
    from stepcalc.sheets.listing import topics_document

    write_document(topics_document(), FUNCTIONS, sink(format, output, json=False, ascii=ascii, force=force))
    return 0


# ------------------------------------------------------------------------------------------ what both do


def _make(sheet: Sheet, given: dict[str, Any]) -> int:
    """Build a sheet and write it, problems, answers and solutions each to its place."""
    from stepcalc.cli.sheet_files import write_sheet
    from stepcalc.sheets.filling import count

    sheet = _settled(sheet, given)
    if count(sheet) > MOST:
        raise UsageError(say("sheet-too-many", most=MOST), code="sheet-too-many")
    return write_sheet(
        sheet,
        format=given["format"],
        output=given["output"],
        force=given["force"],
        ascii=given["ascii"],
        workers=given["workers"],
        replaced=tuple(given["replaced"] or ()),
    )


ALL: Final = "all"
"""What --topics takes for every topic."""

MOST_IN_TITLE: Final = 2
"""Of more topics the title does not tell the names."""

MOST: Final = 200_000
"""How many problems are made by one command."""

_AS_THEY_ARE: Final = (
    "seed", "versions", "order", "title", "columns", "font_size", "paper", "header", "footer", "fade", "style",
    "detail", "notation",
)  # fmt: skip


def _settled(sheet: Sheet, given: dict[str, Any]) -> Sheet:
    """The sheet with what the options say in place of what the file says."""
    from stepcalc.sheets.numbering import is_numbering
    from stepcalc.sheets.plan import SHOWN
    from stepcalc.sheets.reading import room_of

    changed = {name: given[name] for name in _AS_THEY_ARE if given[name] is not None}
    if given["show"] is not None:
        names = options.names(given["show"])
        for name in names or ("",):
            if name not in SHOWN:
                raise UsageError(
                    say("sheet-choice", key="--show", known=", ".join(SHOWN)), code="sheet-choice"
                )
        changed["show"] = tuple(dict.fromkeys(names))
    if given["font_size"] is not None and not 6 <= given["font_size"] <= 40:  # nan is let through by its type
        raise UsageError(say("sheet-amount", key="--font-size", low=6, high=40), code="sheet-amount")
    if given["fields"] is not None:
        changed["fields"] = options.names(given["fields"])
    if given["numbering"] is not None:
        changed["numbering"] = given["numbering"]
        if not is_numbering(given["numbering"]):
            raise UsageError(say("sheet-numbering", key="--numbering"), code="sheet-numbering")
    if given["space"] is not None:
        changed["space"] = room_of(given["space"])
        if changed["space"] is None:
            raise UsageError(say("sheet-space"), code="sheet-space")
    return replace(sheet, **changed)


_COMMANDS: Final[tuple[tuple[str, str, Callable[..., int]], ...]] = (
    ("build", BUILD_HELP, build),
    ("make", MAKE_HELP, make),
    ("new", NEW_HELP, new),
)
for _name, _help, _function in _COMMANDS:
    app.command(_name, cls=Command, help=_help, no_args_is_help=True)(_function)
app.command("topics", cls=Command, help=TOPICS_HELP)(topics)
