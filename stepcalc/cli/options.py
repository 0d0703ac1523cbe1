"""The one vocabulary of options: described once, and meaning the same to every command that has them."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import typer

ASKING: Final = "What is asked"
TELLING: Final = "How it is told"
RULES: Final = "Rules and form"
OUTPUT: Final = "Output"

Style = Literal["steps", "chain"]
Detail = Literal["brief", "normal", "full"]
Notation = Literal["leibniz", "prime"]
FormName = Literal["textbook", "expanded", "factored", "raw"]
Format = Literal["text", "json", "latex", "tex", "markdown", "html", "ipynb", "pdf", "svg", "png"]

Expression = Annotated[
    str,
    typer.Argument(
        metavar="EXPRESSION",
        help='The expression, in quotes: "x^2 sin x". A single - reads one a line from standard input.',
        show_default=False,
    ),
]
Wrt = Annotated[
    str | None,
    typer.Option(
        "--wrt", "-w", "--var", "--vars", metavar="LETTER", rich_help_panel=ASKING,
        help="The letter that varies: x, or x,y for one after the other. Others are held fixed.",
    ),
]  # fmt: skip
At = Annotated[
    str | None,
    typer.Option(
        "--at", "-a", metavar="POINT", rich_help_panel=ASKING,
        help="Value and tangent line at a point: 1, or x=1,a=2.",
    ),
]  # fmt: skip
Order = Annotated[
    int,
    typer.Option(
        "--order", "-n", min=1, metavar="N", rich_help_panel=ASKING,
        help="Which derivative: 2 for the second.",
    ),
]  # fmt: skip
Function = Annotated[
    list[str] | None,
    typer.Option(
        "--function", metavar="NAME", rich_help_panel=ASKING,
        help="Read NAME as a function of your own. May be repeated.",
    ),
]  # fmt: skip
Letter = Annotated[
    list[str] | None,
    typer.Option(
        "--letter", metavar="NAME", rich_help_panel=ASKING,
        help="Read NAME as one letter: width, or e for a letter e. May be repeated.",
    ),
]  # fmt: skip
StyleOption = Annotated[
    Style,
    typer.Option(
        "--style", "-s", rich_help_panel=TELLING,
        help="Numbered steps, or one column of equal expressions.",
    ),
]  # fmt: skip
DetailOption = Annotated[
    Detail,
    typer.Option("--detail", "-d", rich_help_panel=TELLING, help="How much is shown."),
]
NotationOption = Annotated[
    Notation | None,
    typer.Option(
        "--notation", rich_help_panel=TELLING, show_default=False,
        help="d/dx[...] or (...)′, in steps and rules alike.",
    ),
]  # fmt: skip
Upto = Annotated[
    int | None,
    typer.Option("--upto", min=0, metavar="N", rich_help_panel=TELLING, help="Show the first N steps only."),
]
Hint = Annotated[
    bool,
    typer.Option(
        "--hint", rich_help_panel=TELLING,
        help="Name only the rule to use next (after the steps of --upto).",
    ),
]  # fmt: skip
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", rich_help_panel=TELLING, help="Only the answer, on one line.")
]
Prefer = Annotated[
    list[str] | None,
    typer.Option(
        "--prefer", metavar="LAW", rich_help_panel=RULES,
        help="Where teachers differ: product (for quotients), tan (1 + tan² for sec²). May be repeated.",
    ),
]  # fmt: skip
FormOption = Annotated[
    FormName, typer.Option("--form", rich_help_panel=RULES, help="The form of the answer.")
]
NoTidy = Annotated[
    bool, typer.Option("--no-tidy", rich_help_panel=RULES, help="Leave the answer as the rules gave it.")
]
RuleFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--rules", metavar="FILE", rich_help_panel=RULES,
        help="Add the rule cards of a TOML file. May be repeated.",
    ),
]  # fmt: skip
NoVerify = Annotated[
    bool, typer.Option("--no-verify", rich_help_panel=RULES, help="Do not check the steps by numbers.")
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format", "-f", rich_help_panel=OUTPUT, show_default=False,
        help="Text if not given; the ending of --output decides. latex is a fragment, tex a whole file.",
    ),
]  # fmt: skip
Json = Annotated[
    bool, typer.Option("--json", rich_help_panel=OUTPUT, help="The same as --format json; errors too.")
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="FILE", rich_help_panel=OUTPUT,
        help="Write to a file: .txt, .md, .html, .pdf, .tex, .ipynb, .json, .svg or .png.",
    ),
]  # fmt: skip
Force = Annotated[bool, typer.Option("--force", rich_help_panel=OUTPUT, help="Overwrite an existing file.")]
Ascii = Annotated[
    bool,
    typer.Option("--ascii", rich_help_panel=OUTPUT, help="Plain ASCII only. Happens by itself where needed."),
]
PaperOption = Annotated[
    Literal["a4", "us-letter"],
    typer.Option("--paper", rich_help_panel=OUTPUT, help="The paper of a PDF, and of a page when printed."),
]
FontSize = Annotated[
    float | None,
    typer.Option(
        "--font-size", "--size", min=6, max=40, metavar="POINTS", rich_help_panel=OUTPUT, show_default=False,
        help="The size of type on pages: 18 for large print.",
    ),
]  # fmt: skip


def names(typed: str | None) -> tuple[str, ...]:
    """The letters of ``--wrt``.

    Examples:
        >>> names("x, y"), names(None)
        (('x', 'y'), ())
    """
    return tuple(part.strip() for part in (typed or "").split(",") if part.strip())


NAMES: Final = frozenset(
    {"wrt", "at", "order", "function", "letter"}
    | {"style", "detail", "notation", "upto", "hint", "quiet", "everything"}
    | {"prefer", "form", "no_tidy", "rules", "no_verify"}
    | {"format", "json", "output", "force", "ascii", "paper", "font_size"}
    | {"plot", "on", "values"}
)
"""What a configuration file may set for every command; a command ignores those that it does not have."""
