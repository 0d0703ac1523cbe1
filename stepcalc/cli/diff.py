"""``stepcalc diff``: an expression becomes a derivation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcalc.cli import options
from stepcalc.cli.output import Sink, sink, write_document, write_text
from stepcalc.cli.report import notice, report
from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.calculus.questions import PointValue
    from stepcalc.rulebook.book import Rulebook
    from stepcalc.trace.derivation import Derivation
    from stepcalc.trace.verification import Verification

FAILED_CHECK = 3

HELP = """Differentiate an expression, step by step.

Put the expression in quotes:

    stepcalc diff "x**2*sin(x)"

    stepcalc diff "a x^2 + b x + c" --wrt x --at 1

    stepcalc diff "e^(sin(x^2+1))" --style chain

    stepcalc diff "tan x" --hint

    stepcalc diff - --quiet < questions.txt
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one call, as the answering of each expression needs them."""

    letters: tuple[str, ...]
    at: str | None
    order: int
    functions: tuple[str, ...]
    declared: tuple[str, ...]
    style: str
    detail: str
    notation: str | None
    upto: int | None
    hint: bool
    quiet: bool
    prefer: tuple[str, ...]
    form: str
    tidy: bool
    check: bool
    rulebook: Rulebook
    to: Sink


def diff(
    expression: options.Expression,
    wrt: options.Wrt = None,
    at: options.At = None,
    order: options.Order = 1,
    function: options.Function = None,
    letter: options.Letter = None,
    style: options.StyleOption = "steps",
    detail: options.DetailOption = "normal",
    notation: options.NotationOption = None,
    upto: options.Upto = None,
    hint: options.Hint = False,
    quiet: options.Quiet = False,
    prefer: options.Prefer = None,
    form: options.FormOption = "textbook",
    no_tidy: options.NoTidy = False,
    rules: options.RuleFiles = None,
    no_verify: options.NoVerify = False,
    format: options.FormatOption = None,
    json: options.Json = False,
    output: options.Output = None,
    force: options.Force = False,
    ascii: options.Ascii = False,
) -> int:
    """Differentiate; the help text is HELP."""
    # The place is settled before the work: a file that may not be written is said at once.
    to = sink(format, output, json=json, ascii=ascii, force=force)
    from stepcalc.rulebook.book import load_book

    asked = Asked(
        letters=tuple(part.strip() for part in (wrt or "").split(",") if part.strip()),
        at=at,
        order=order,
        functions=tuple(function or ()),
        declared=tuple(letter or ()),
        style=style,
        detail=detail,
        notation=notation,
        upto=upto,
        hint=hint,
        quiet=quiet,
        prefer=tuple(prefer or ()),
        form=form,
        tidy=not no_tidy,
        check=not no_verify,
        rulebook=load_book(rules or ()),
        to=to,
    )
    return _batch(asked) if expression == "-" else _answer(expression, asked)


def _batch(asked: Asked) -> int:
    """One expression a line; a bad one is reported with its line, and the worst status is kept."""
    if asked.to.file is not None:
        raise UsageError(say("batch-no-file"), code="batch-no-file")
    worst = 0
    for number, line in enumerate(sys.stdin, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            status = _answer(text, asked, batch=True)
        except StepcalcError as problem:
            report(problem, as_json=asked.to.format == "json", line=number)
            status = problem.exit_status
        worst = max(worst, status)
        sys.stdout.flush()
    return worst


def _answer(text: str, asked: Asked, *, batch: bool = False) -> int:
    from stepcalc.calculus.questions import diff as derive

    derivation = derive(
        text,
        *asked.letters,
        order=asked.order,
        tidy=asked.tidy,
        form=asked.form,
        prefer=asked.prefer,
        rulebook=asked.rulebook,
        declared=asked.declared,
        functions=asked.functions,
    )
    point = _point(derivation, asked)
    verification = derivation.verify() if asked.check else None
    if asked.to.format == "json":
        write_text(_on_one_line(derivation.to_json()) if batch else derivation.to_json(), asked.to)
    elif asked.quiet:
        _only_the_answer(derivation, asked)
    else:
        _tell(derivation, verification, point, asked)
        if batch:
            write_text("", asked.to)
    return FAILED_CHECK if verification is not None and verification.status == "failed" else 0


def _tell(
    derivation: Derivation, verification: Verification | None, point: PointValue | None, asked: Asked
) -> None:
    from stepcalc.render.builder import Presentation, build

    told = Presentation(asked.style, asked.detail, asked.notation or "", asked.upto, asked.hint)
    document = build(derivation, told, verification=verification, point=point)
    write_document(document, derivation.rulebook.functions, asked.to)


def _only_the_answer(derivation: Derivation, asked: Asked) -> None:
    """One line on standard output; what was decided on the way is said beside it."""
    for note in derivation.question.notes:
        notice(note)
    if asked.to.format in ("latex", "html", "markdown"):
        from stepcalc.notation.latex import latex

        write_text(latex(derivation.answer, functions=derivation.rulebook.functions), asked.to)
        return
    from stepcalc.notation.unicode import one_line

    write_text(
        one_line(derivation.answer, ascii=asked.to.ascii, functions=derivation.rulebook.functions), asked.to
    )


def _on_one_line(text: str) -> str:
    import json

    return json.dumps(json.loads(text), ensure_ascii=False)


def _point(derivation: Derivation, asked: Asked) -> PointValue | None:
    """The value and the tangent at the point of ``--at``."""
    if asked.at is None:
        return None
    from stepcalc.calculus.questions import at_point
    from stepcalc.notation.reader import read_text

    letters = derivation.question.letters
    values = {}
    for place, part in enumerate(_parts(asked.at)):
        name, equals, value = part.partition("=")
        if equals:
            letter = read_text(name, declared=asked.declared).form
        elif place < len(set(letters)):
            letter = list(dict.fromkeys(letters))[place]
        else:
            raise UsageError(say("too-many-values", at=asked.at), code="too-many-values")
        values[letter] = read_text(value if equals else part).form
    return at_point(derivation, values)


def _parts(at: str) -> Sequence[str]:
    """The values of ``--at``, which commas part unless a bracket holds them."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(at):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append(at[start:place])
            start = place + 1
    return [*parts, at[start:]]
