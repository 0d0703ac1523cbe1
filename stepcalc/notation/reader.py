"""The reader: text as people type it, or paste it, becomes a form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from stepcalc.errors import LimitError, ReadError, explain
from stepcalc.messages import say
from stepcalc.notation.building import Builders
from stepcalc.notation.forms import Form, letters_of
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.notation.limits import LIMITS, FormLimitError, Limits, check_limits
from stepcalc.notation.parsing import Build, Token, UnexpectedTokenError, parse
from stepcalc.notation.scanning import Mark, is_latex, scan
from stepcalc.notation.settling import settle
from stepcalc.notation.spelling import spell
from stepcalc.notation.table import Table, load_table
from stepcalc.notation.words import Vocabulary

__all__ = ["Note", "Reading", "explain", "read_text"]

_MOST_NOTES: Final = 20
_CONDITIONS: Final = frozenset("RELATION MEMBER AND OR NOT TRUTH TRUTH_OPEN SET".split())


@dataclass(frozen=True, slots=True)
class Note:
    """A choice that was made in reading.

    Args:
        code: A short stable name, such as ``"log-is-ln"``.
        text: The sentence that says how something was read.
    """

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text was read as.

    Args:
        text: The text.
        form: Its form; what is inside, if the whole text was ``d/dx(...)``.
        notes: The choices that were made.
        name: What the text gave a name to: ``y`` in ``y = ...``, ``f`` in ``f(x) = ...``.
        wrt: The letter that the text itself says varies: x in ``d/dx(...)`` or ``f(x) = ...``.
        order: How many times ``d²/dx²(...)`` asks to differentiate.
    """

    text: str
    form: Form
    notes: tuple[Note, ...] = ()
    name: str | None = None
    wrt: str | None = None
    order: int = 1


def read_text(
    text: str,
    *,
    functions: Mapping[str, FunctionName] = FUNCTIONS,
    declared: Collection[str] = (),
    undefined: Collection[str] = (),
    limits: Limits = LIMITS,
    law: bool = False,
    vector: bool = False,
    relations: bool = False,
    references: bool = False,
    operators: bool = False,
) -> Reading:
    """Read a text; nothing in it is ever evaluated.

    Args:
        text: What was typed or pasted; docs/reading.md lists the conventions.
        functions: The functions that are known, by name.
        declared: Names that are letters: ones of several characters, or ``e``, or ``f``.
        undefined: Names of undefined functions; f, g and h are such unless declared.
        limits: What is refused as too large.
        law: Whether the text is from a rule card, where D(u), prod(f...), sum(f...) and relations are read.
        vector: Whether a list is wanted: ``x^2 y, 5x + sin y``, with or without brackets.
        relations: Whether relations are wanted: ``x^2 + y^2 = 25``; otherwise ``y = ...`` is a name.
        references: Whether ``[3]`` is the result of step 3.
        operators: Whether matrices and operators are read: ``matrix([a, b], [c, d])``, ``gradient(f, x)``.

    Returns:
        The form, with how the text was understood.

    Raises:
        ReadError: The text cannot be read; the error says where, and what would help.
        LimitError: The expression is, or would become, too large.

    Examples:
        >>> read_text("log(x)/x").notes[0].text
        'log is read as ln, the natural logarithm.'
        >>> reading = read_text("f(t) = 3t^2")
        >>> reading.name, reading.wrt, reading.form.head
        ('f', 't', 'product')
    """
    if len(text) > limits.length:
        raise LimitError(say("too-long", limit=f"{limits.length:,}"), code="too-long")
    return _Reader(text, Vocabulary(functions, declared, undefined, law, operators), limits).read(
        vector=vector, relations=relations or law, references=references
    )


class _Reader:
    """One reading."""

    def __init__(self, text: str, known: Vocabulary, limits: Limits) -> None:
        self.text = text
        self.known = known
        self.limits = limits
        self.notes: dict[Note, None] = {}

    def tell(self, code: str, **parts: object) -> None:
        """Note a choice, once."""
        if len(self.notes) < _MOST_NOTES and not self.known.law:
            self.notes[Note(code, say(code, **parts))] = None

    def read(self, *, vector: bool, relations: bool, references: bool) -> Reading:
        text, latex = self.text, is_latex(self.text)
        marks = scan(text, self.limits)
        name, letters, start = (None, [], 0) if relations else _prefix(marks, self.known)
        marks = spell(text, marks[start:], self.known, limits=self.limits, latex=latex, tell=self.tell)
        tokens = settle(
            text, marks, self.known, limits=self.limits, latex=latex, vector=vector, relations=relations,
            references=references, tell=self.tell,
        )  # fmt: skip
        table = load_table()
        builders = Builders(text, self.known, self.tell).table()
        form = self.parse(tokens, table, builders)
        self.check_kind(form, vector, relations)
        try:
            check_limits(form, self.limits)
        except FormLimitError as error:
            raise self.placed(error, tokens, table, builders) from None
        self.note_digits(form)
        reading = Reading(text, form, tuple(self.notes), name, letters[0] if len(letters) == 1 else None)
        return reading if self.known.law else _without_goal(reading)

    def note_digits(self, form: Form) -> None:
        """x2 is a letter of its own; where there is no x1 or x3 beside it, x² may have been meant."""
        if self.known.law:
            return
        names = {letter.name for letter in letters_of(form)} - set(self.known.declared)
        for name in sorted(names):
            base, digit = name[:-1], name[-1:]
            alone = not any(other != name and other.rstrip("0123456789_") == base for other in names - {base})
            if base.isalpha() and digit in ("2", "3") and alone and base in names | {"x"}:
                self.tell("letter-with-digit", name=name, base=base, digit=digit)

    def parse(self, tokens: list[Token], table: Table, builders: Mapping[str, Build]) -> Form:
        try:
            form = parse(tokens, table, builders)
        except UnexpectedTokenError as unexpected:
            raise self.explained(unexpected.token) from None
        assert isinstance(form, Form)
        return form

    def explained(self, token: Token) -> ReadError:
        """What to say of a token that cannot stand where it does."""
        code = "cannot-read-here"
        if token.kind in _CONDITIONS:
            code = "condition-not-here"
        elif token.kind in ("LIST_OPEN", "COMMA"):
            code = "list-not-here"
        start, end = token.start, max(token.end, token.start + 1)
        return ReadError(say(code), code=code, text=self.text, start=start, end=end)

    def check_kind(self, form: Form, vector: bool, relations: bool) -> None:
        code = ""
        if form.head == "vector" and not (vector or self.known.law):
            code = "list-not-here"
        elif form.head in ("relation", "logic") or form.label == "true":
            code = "" if relations else "relation-not-here"
        if code:
            raise ReadError(say(code), code=code, text=self.text, start=0, end=len(self.text))

    def placed(
        self, error: FormLimitError, tokens: list[Token], table: Table, builders: Mapping[str, Build]
    ) -> LimitError:
        """The error with the place in the text of the form it is about: found by reading once more."""
        spans: dict[Form, tuple[int, int]] = {}
        parse(tokens, table, {name: _noting(build, spans) for name, build in builders.items()})
        start, end = spans.get(error.form, (0, len(self.text)))
        return LimitError(error.message, code=error.code, text=self.text, start=start, end=end)


@dataclass(frozen=True, slots=True)
class _Spanned:
    """What a production built, and the stretch of text it was built of."""

    value: Any
    start: int
    end: int


def _noting(build: Build, spans: dict[Form, tuple[int, int]]) -> Build:
    """The builder, made to note where the forms it builds stand in the text."""

    def noting(parts: list[Any]) -> _Spanned:
        value = build([part.value if isinstance(part, _Spanned) else part for part in parts])
        start, end = parts[0].start, parts[-1].end
        if isinstance(value, Form):
            spans.setdefault(value, (start, end))
        return _Spanned(value, start, end)

    return noting


def _prefix(marks: list[Mark], known: Vocabulary) -> tuple[str | None, list[str], int]:
    """The name and the letters of ``y = ...`` or ``f(x, y) = ...``, and where the rest begins."""
    if marks[0].kind not in ("word", "quoted") or marks[0].value in known.functions:
        return None, [], 0
    place = 1
    letters: list[str] = []
    if marks[1].value == "(":
        while marks[place].value in ("(", ",") and marks[place + 1].kind == "word":
            word = str(marks[place + 1].value)
            part = known.parts(word, called=False, touching=False)[0]
            letters.append(part.value.name if isinstance(part.value, Form) else word)
            place += 2
        if marks[place].value != ")":
            return None, [], 0
        place += 1
    if marks[place].kind != "sign" or marks[place].value != "=":
        return None, [], 0
    return str(marks[0].value), letters, place + 1


def _without_goal(reading: Reading) -> Reading:
    """If the whole text is d/dx(...), what is inside, with the letter that varies."""
    form = reading.form
    if form.head != "goal" or len(set(form.args[1:])) != 1:
        return reading
    return replace(reading, form=form.args[0], wrt=form.args[1].name, order=len(form.args) - 1)
