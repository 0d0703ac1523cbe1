"""``stepcalc rules``: the rule book, one card at a time, and the proof of its laws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stepcalc.cli import options
from stepcalc.cli.output import Sink, sink, write_document, write_text
from stepcalc.cli.report import notice
from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.rulebook.book import Rulebook

HELP = """List the rules, show one, or prove them.

    stepcalc rules

    stepcalc rules product

    stepcalc rules --check

    stepcalc rules --check --rules my-rules.toml
"""

NOT_TRUE = 1

Name = Annotated[
    str | None,
    typer.Argument(metavar="RULE", help="The rule to show: product, chain, sin.", show_default=False),
]
Check = Annotated[
    bool,
    typer.Option("--check", rich_help_panel=options.RULES, help="Prove numerically that every law is true."),
]


def rules(
    rule: Name = None,
    check: Check = False,
    rules: options.RuleFiles = None,
    format: options.FormatOption = None,
    json: options.Json = False,
    output: options.Output = None,
    force: options.Force = False,
    ascii: options.Ascii = False,
    paper: options.PaperOption = "a4",
    font_size: options.FontSize = None,
) -> int:
    """List, show or check rules; the help text is HELP."""
    to = sink(format, output, json=json, ascii=ascii, force=force, paper=paper, font_size=font_size)
    from stepcalc.rulebook.book import load_book

    book = load_book(rules or ())
    _check_name(book, rule)
    if check:
        return _check(book, to)
    if to.format == "json":
        _as_json(book, rule, to)
        return 0
    from stepcalc.render.rules import card_document, list_document

    document = list_document(book) if rule is None else card_document(book, rule)
    write_document(document, book.functions, to)
    return 0


def _check_name(book: Rulebook, rule: str | None) -> None:
    """Answer another spelling of a function, such as ln, with the name of its card.

    Raises:
        UsageError: It is one.
    """
    from stepcalc.notation.functions import spellings

    cards = {card.id for card in book.cards()}
    name = spellings(book.functions).get(rule or "")
    if rule not in cards and name in cards:
        hint = say("did-you-mean", names=name)
        raise UsageError(say("card-unknown", card=rule, hint=hint), code="card-unknown", suggestion=name)


def _as_json(book: Rulebook, rule: str | None, to: Sink) -> None:
    import json
    from dataclasses import asdict

    cards = [asdict(card) for card in ([book.card(rule)] if rule else book.cards())]
    for card in cards:
        # Where the book is installed is the machine's business.
        card["file"] = card["file"].rsplit("/", 1)[-1]
    write_text(json.dumps(cards[0] if rule else cards, ensure_ascii=False, indent=2), to)


def _check(book: Rulebook, to: Sink) -> int:
    from stepcalc.rulebook.proof import check

    findings = check(book)
    if to.format == "json":
        import json

        write_text(json.dumps([_finding(finding) for finding in findings], ensure_ascii=False), to)
    else:
        for finding in findings:
            notice(finding.message)
        cards = book.cards()
        laws = sum(len(card.laws) for card in cards)
        key = "rules-not-true" if findings else "rules-true"
        write_text(say(key, cards=len(cards), laws=laws, count=len(findings)), to)
    return NOT_TRUE if findings else 0


def _finding(finding: object) -> dict[str, object]:
    return {name: str(getattr(finding, name)) for name in ("card", "file", "line", "message")}
