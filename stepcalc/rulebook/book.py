"""The rulebook: the cards of ``rules/*.toml``, each read when it is first needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from stepcalc.errors import ReadError, RuleError, StepcalcError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, depth, letter, letters_of, postorder
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.rulebook.cards import Card, LawText
from stepcalc.rulebook.law import SETS, Law, compile_law, key_of

_HEADING: Final = re.compile(r"^\[([A-Za-z_][A-Za-z0-9_]*)\][ \t]*(?:#.*)?$", re.MULTILINE)
_LAW: Final = re.compile(r"\blaw[ \t]*=[ \t]*[\"']+\s*D\([ \t]*([^\n]*?)\)[ \t]*=[^=\n]")
_CALL: Final = re.compile(r"^([A-Za-z]\w*)\(")
_DEFINE: Final = re.compile(r"^define[ \t]*=[ \t]*[\"']+\s*([A-Za-z]\w*)\(", re.MULTILINE)
_SIGNS: Final = (("/", "quotient"), ("**", "power"), ("^", "power"), ("*", "product"))
_HEADS: Final = {"sum": "sum", "prod": "product", "sqrt": "root", "cbrt": "root", "root": "root"}
_TEXT_KEYS: Final = frozenset(
    "name law real when show show_three show_four say why example source range define matcher changes fails "
    "latex".split()
)
_KEYS: Final = _TEXT_KEYS | {"laws", "aliases"}
_LAW_KEYS: Final = frozenset({"law", "if", "when", "prefer"})
_SETS: Final = SETS.keys() | {"reals"}
_VALUE: Final = letter("y")

MOST_DEEP: Final = 40
"""No law, condition or definition on a card has more expressions than this inside each other."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a card stands: its text is parsed when it is first asked for."""

    id: str
    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a function that a card defines stands for."""

    letters: tuple[Form, ...]
    body: Form


class Rulebook:
    """The cards of some files, found by what their laws match.

    Args:
        texts: Pairs of a file's name and what it contains; later files come after earlier ones.

    Raises:
        RuleError: A card stands twice, or text stands before the first heading.

    Examples:
        >>> book = Rulebook([("mine.toml", '[sin]\\nname = "Sine"\\nlaw = "D(sin(u)) = cos(u)*D(u)"\\n')])
        >>> [law.text for law in book.laws("sin")]
        ['D(sin(u)) = cos(u)*D(u)']
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self._places: dict[str, _Place] = {}
        self._keys: dict[str, list[str]] = {}
        self._cards: dict[str, Card] = {}
        self._laws: dict[str, tuple[Law, ...]] = {}
        self._found: dict[str, tuple[tuple[Card, Law], ...]] = {}
        self._ranges: dict[str, Form | None] = {}
        self._reals: dict[str, Form | None] = {}
        self._defining: dict[str, str] = {}
        self.texts = tuple(texts)
        self.own_texts: tuple[tuple[str, str], ...] = ()
        for file, text in self.texts:
            self._index(file, text)

    def _index(self, file: str, text: str) -> None:
        headings = list(_HEADING.finditer(text))
        before = text[: headings[0].start()] if headings else text
        for number, written in enumerate(before.splitlines(), 1):
            if written.strip() and not written.lstrip().startswith("#"):
                raise RuleError(
                    say("card-before-heading", file=file, line=number),
                    code="card-before-heading",
                    text=file,
                    start=number,
                )
        line, last = 1, 0
        for place, heading in enumerate(headings):
            end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
            line += text.count("\n", last, heading.start())
            last = heading.start()
            self._add(_Place(heading.group(1), file, line, text[heading.start() : end]))

    def _add(self, place: _Place) -> None:
        known = self._places.get(place.id)
        if known is not None:
            raise RuleError(
                say("card-twice", file=place.file, line=place.line, card=place.id, other=known.file),
                code="card-twice",
                text=place.file,
                start=place.line,
            )
        self._places[place.id] = place
        for subject in _LAW.findall(place.text):
            cards = self._keys.setdefault(_key_of_text(subject), [])
            if place.id not in cards:
                cards.append(place.id)
        for name in _DEFINE.findall(place.text):
            self._defining[name] = place.id

    # ------------------------------------------------------------------------------------------ cards

    @property
    def ids(self) -> tuple[str, ...]:
        """The short names of all cards, in the book's order."""
        return tuple(self._places)

    def cards(self) -> tuple[Card, ...]:
        """All cards, in the book's order.

        Raises:
            RuleError: A card cannot be used.
        """
        return tuple(self.card(id) for id in self._places)

    def card(self, id: str) -> Card:
        """The card with this short name.

        Raises:
            RuleError: There is none, or it cannot be used.
        """
        found = self._cards.get(id)
        if found is None:
            place = self._places.get(id)
            if place is None:
                raise _no_card(id, self._places)
            found = self._cards[id] = _parse(place)
        return found

    # ------------------------------------------------------------------------------------------ laws

    def laws(self, key: str) -> tuple[Law, ...]:
        """The laws for a head (``"power"``) or a function (``"sin"``), in the order they are tried in."""
        return tuple(law for _, law in self.candidates(key))

    def candidates(self, key: str) -> tuple[tuple[Card, Law], ...]:
        """The laws filed under ``key`` with their cards."""
        found = self._found.get(key)
        if found is None:
            pairs = []
            for id in self._keys.get(key, ()):
                card = self.card(id)
                pairs += [(card, law) for law in self.laws_of(card) if law.key == key]
            found = self._found[key] = tuple(pairs)
        return found

    def laws_of(self, card: Card) -> tuple[Law, ...]:
        """The laws of a card, compiled; none where a matcher in Python stands for them.

        Raises:
            RuleError: One of them cannot be read, or is not a law of differentiation.
        """
        found = self._laws.get(card.id)
        if found is None:
            laws = () if card.matcher else tuple(law for law in card.laws if is_about_derivatives(law))
            found = self._laws[card.id] = tuple(self._compile(card, law) for law in laws)
        return found

    def _compile(self, card: Card, law: LawText) -> Law:
        choose = self._relation(card, law.choose) if law.choose else None
        # Where a function has a derivative it is real: `when` on a card lies inside `real`.
        texts = dict.fromkeys(text for text in (card.when or card.real, law.when) if text)
        compiled = compile_law(
            law.text,
            self._read(card, law.text, law.line),
            choose,
            tuple(self._relation(card, text) for text in texts),
            self.real(card),
            law.prefer,
            card.file,
            law.line,
        )
        if card.id not in self._keys.get(compiled.key, ()):
            # Laws are found by what their text begins with; this one would never be.
            raise _refuse("law-needs-derivative", card, line=law.line, law=law.text)
        return compiled

    def equation(self, card: Card, text: str) -> Form:
        """A law of a card as an equation, uncompiled."""
        return self._relation(card, text)

    def real(self, card: Card) -> Form | None:
        """Where the card's function is real, as a form in its letters; ``None`` for everywhere."""
        if card.id not in self._reals:
            self._reals[card.id] = self._relation(card, card.real) if card.real else None
        return self._reals[card.id]

    def _relation(self, card: Card, text: str) -> Form:
        form = self._read(card, text)
        if not _is_condition(form):
            raise _refuse("card-bad-relation", card, line=self.line_of(card, text), text=text)
        return form

    def _read(self, card: Card, text: str, line: int | None = None) -> Form:
        from stepcalc.notation.reader import read_text

        line = line or self.line_of(card, text)
        try:
            form = read_text(text, functions=self.functions, law=True).form
        except ReadError as problem:
            raise _refuse("law-not-read", card, line=line, law=text, problem=problem.message) from problem
        if depth(form) > MOST_DEEP:
            raise _refuse("law-too-deep", card, line=line, law=f"{text[:40]}…")
        return form

    def line_of(self, card: Card, text: str) -> int:
        """The line on which a text of the card stands, that of its heading where it is written otherwise."""
        place = self._places[card.id].text
        found = place.find(text)
        return card.line + place.count("\n", 0, max(found, 0))

    def examine(self, id: str) -> Card:
        """The card, with everything on it read that is otherwise read when it is first needed.

        Raises:
            RuleError: Something on it cannot be used.
        """
        card = self.card(id)
        laws = self.laws_of(card)
        for law in card.laws if not card.matcher else ():
            if not is_about_derivatives(law):
                self.equation(card, law.text)
        for text in filter(None, (card.real, card.when)):
            loose = letters_of(self._relation(card, text)) - letters_of(*(law.subject for law in laws))
            if laws and loose:
                name = min(item.name for item in loose)
                line = self.line_of(card, text)
                raise _refuse("condition-loose-letter", card, line=line, law=laws[0].text, letter=name)
        if card.range and letters_of(self._relation(card, card.range)) != {_VALUE}:
            raise _refuse("range-loose-letter", card, line=self.line_of(card, card.range), text=card.range)
        if card.define and id not in self._defining.values():
            raise _refuse("card-bad-definition", card, line=self.line_of(card, card.define), text=card.define)
        if card.define and self.definitions and not laws:
            raise _refuse("card-no-law", card)
        return card

    # ------------------------------------------------------------------------------------------ functions

    @cached_property
    def functions(self) -> Mapping[str, FunctionName]:
        """The functions that can be typed: SymPy's and those that cards define."""
        if not self._defining:
            return FUNCTIONS
        # A user's own cards come first in the book, and last here: of two equal aliases the last is read.
        defined = {name: self._function_name(name, id) for name, id in reversed(self._defining.items())}
        return {**FUNCTIONS, **defined}

    def _function_name(self, name: str, id: str) -> FunctionName:
        text = self._places[id].text
        latex = re.search(r"^latex[ \t]*=", text, re.MULTILINE)
        aliases = re.search(r"^aliases[ \t]*=", text, re.MULTILINE)
        head = re.search(r"^define[ \t]*=[ \t]*[\"'][^(]*\(([^)]*)\)", text, re.MULTILINE)
        arity = head.group(1).count(",") + 1 if head else 1
        if latex or aliases:
            card = self.card(id)
            return FunctionName(name, (arity,), latex=card.latex or None, aliases=card.aliases)
        return FunctionName(name, (arity,))

    def definition(self, name: str) -> Definition | None:
        """What the function called ``name`` is defined as on its card; ``None`` where no card defines it.

        Raises:
            RuleError: The card does not say so in the form ``name(u) = expression``, is called otherwise than
                the function, or defines one that is there already.
        """
        id = self._defining.get(name)
        if id is None:
            return None
        card = self.card(id)
        equation = self._read(card, card.define)
        problem = "card-bad-definition"
        if equation.label == "=" and equation.args[0].label == name and _is_plain(equation.args[0].args):
            left, right = equation.args
            if name in FUNCTIONS or name != id:
                problem = "card-defines-other"
            elif letters_of(right) - letters_of(left):
                problem = "definition-loose"
            else:
                return Definition(left.args, right)
        raise _refuse(problem, card, line=self.line_of(card, card.define), text=card.define, name=name)

    @cached_property
    def definitions(self) -> Mapping[str, tuple[tuple[Form, ...], Form]]:
        """All definitions, as the numeric floor takes them: letters and body by name."""
        found = {name: self.definition(name) for name in self._defining}
        known = {name: (item.letters, item.body) for name, item in found.items() if item is not None}
        for name in _circular({name: body for name, (_, body) in known.items()}):
            card = self.card(name)
            raise _refuse("definition-circular", card, line=self.line_of(card, card.define), text=card.define)
        return known

    def range_of(self, name: str) -> Form | None:
        """The values that a function takes, as a condition in ``y``; ``None`` where its card states none."""
        if name not in self._ranges:
            card = self.card(name) if name in self._places else None
            self._ranges[name] = self._relation(card, card.range) if card is not None and card.range else None
        return self._ranges[name]

    def extended(self, texts: Iterable[tuple[str, str]]) -> Rulebook:
        """A book with further cards before these; a card with the short name of one here takes its place.

        Raises:
            RuleError: One of the further cards cannot be used.
        """
        new = Rulebook(texts)
        replaced = set(new.ids)
        kept = [(file, _without(file, text, replaced)) for file, text in self.texts]
        book = Rulebook([*new.texts, *kept])
        book.own_texts = (*new.texts, *kept[: len(self.own_texts)])
        for id in new.ids:
            book.examine(id)
        return book


def is_about_derivatives(law: LawText) -> bool:
    """Whether a law is one of differentiation, not an identity."""
    return law.text.lstrip().startswith("D(")


def _is_condition(form: Form) -> bool:
    """Whether a form is made of relations, and speaks only of sets that are known."""
    if form.head not in ("relation", "logic"):
        return False
    return all(
        node.args[1].head in ("letter", "constant") and node.args[1].name in _SETS
        for node in postorder(form)
        if node.label in ("in", "not in")
    )


def _is_plain(arguments: Sequence[Form]) -> bool:
    """Whether the arguments are letters, each another one."""
    return all(arg.head == "letter" for arg in arguments) and len(set(arguments)) == len(arguments)


def _circular(bodies: Mapping[str, Form]) -> Iterable[str]:
    """The defined functions that their own definitions lead back to."""
    uses = {
        name: {str(node.label) for node in postorder(body)} & bodies.keys() for name, body in bodies.items()
    }
    for _ in bodies:
        uses = {name: used | {far for near in used for far in uses[near]} for name, used in uses.items()}
    return (name for name, used in uses.items() if name in used)


def _without(file: str, text: str, ids: set[str]) -> str:
    """A file's text with some cards blanked out, so that lines keep their numbers."""
    headings = list(_HEADING.finditer(text))
    pieces, last = [], 0
    for place, heading in enumerate(headings):
        if heading.group(1) in ids:
            end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
            pieces += [text[last : heading.start()], "\n" * text.count("\n", heading.start(), end)]
            last = end
    return "".join([*pieces, text[last:]])


def _key_of_text(subject: str) -> str:
    """What a law is filed under, seen from its text; :func:`key_of` says the same of a compiled one."""
    called = _CALL.match(subject)
    if called:
        return _HEADS.get(called.group(1), called.group(1))
    return next((key for sign, key in _SIGNS if sign in subject), "letter")


def _parse(place: _Place) -> Card:
    import tomllib

    try:
        whole = tomllib.loads(place.text)
    except tomllib.TOMLDecodeError as problem:
        inside = re.search(r"at line (\d+)", str(problem))
        line = place.line + (int(inside.group(1)) - 1 if inside else 0)
        raise _refuse("card-not-toml", place, line=line, problem=str(problem).split(" (at")[0]) from problem
    if len(whole) > 1:
        raise _refuse("card-other-heading", place, heading=next(key for key in whole if key != place.id))
    table: dict[str, Any] = whole[place.id]
    for key, found in table.items():
        if key not in _KEYS:
            line = _line_of_key(key, place)
            raise _refuse("card-unknown-key", place, line=line, key=key, known=", ".join(sorted(_KEYS)))
        if key in _TEXT_KEYS and not isinstance(found, str):
            raise _refuse("card-wrong-type", place, line=_line_of_key(key, place), key=key)
    if not table.get("name"):
        raise _refuse("card-no-name", place)
    texts = {key: table[key] for key in _TEXT_KEYS - {"law"} if key in table}
    return Card(
        id=place.id,
        laws=tuple(_law_texts(table, place)),
        aliases=_aliases(table.get("aliases", []), place),
        file=place.file,
        line=place.line,
        **texts,
    )


def _line_of_key(key: str, place: _Place) -> int:
    found = re.search(rf"^[ \t]*{re.escape(key)}\b", place.text, re.MULTILINE)
    return place.line + (place.text.count("\n", 0, found.start()) if found else 0)


def _aliases(found: object, place: _Place) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(alias, str) for alias in found):
        raise _refuse("card-bad-aliases", place, line=_line_of_key("aliases", place))
    return tuple(found)


def _law_texts(table: Mapping[str, Any], place: _Place) -> Iterable[LawText]:
    rows = table.get("laws", [])
    if not isinstance(rows, list):
        raise _refuse("card-bad-laws", place, line=_line_of_key("laws", place))
    last = 0
    for row in ([{"law": table["law"]}] if "law" in table else []) + rows:
        if not isinstance(row, dict) or "law" not in row or not row.keys() <= _LAW_KEYS:
            raise _refuse("card-bad-laws", place, line=_line_of_key("laws", place))
        if not all(isinstance(found, str) for found in row.values()):
            raise _refuse("card-bad-laws", place, line=_line_of_key("laws", place))
        # Laws that differ in their conditions only read alike: the next one stands after the last.
        last = max(place.text.find(row["law"], last + 1), last)
        line = place.line + place.text.count("\n", 0, last)
        yield LawText(row["law"], row.get("if", ""), row.get("when", ""), row.get("prefer", ""), line)


def _refuse(code: str, place: _Place | Card, *, line: int | None = None, **parts: object) -> RuleError:
    line = place.line if line is None else line
    message = say(code, file=place.file, line=line, card=place.id, **parts)
    return RuleError(message, code=code, text=place.file, start=line)


def _no_card(id: str, known: Iterable[str]) -> RuleError:
    from difflib import get_close_matches

    near = get_close_matches(id, list(known), 3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return RuleError(
        say("card-unknown", card=id, hint=hint), code="card-unknown", suggestion=near[0] if near else None
    )


# ---------------------------------------------------------------------------------------------- files


def rules_directory() -> Path:
    """Where StepCalc's own cards are: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


@cache
def default_book() -> Rulebook:
    """The cards that come with StepCalc."""
    return Rulebook((path.name, path.read_text(encoding="utf-8")) for path in _in_order(rules_directory()))


def _in_order(directory: Path) -> Sequence[Path]:
    """The files of cards by name, but the structure of expressions first: its laws are tried first."""
    return sorted(directory.glob("*.toml"), key=lambda path: (path.stem != "structure", path.stem))


def load_book(files: Iterable[str | Path] = (), *, base: Rulebook | None = None) -> Rulebook:
    """A book with a user's own files of cards before those that come with StepCalc.

    Args:
        files: Paths of TOML files; a card with the short name of an existing one takes its place.
        base: The book to extend, the one that comes with StepCalc if not given.

    Returns:
        The book.

    Raises:
        RuleError: A file is missing, or a card in it cannot be used.
    """
    texts = []
    for file in files:
        try:
            texts.append((str(file), Path(file).read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as problem:
            raise RuleError(
                say("card-file-missing", file=file), code="card-file-missing", text=str(file)
            ) from problem
    book = base or default_book()
    return book.extended(texts) if texts else book


__all__ = [
    "Definition",
    "Rulebook",
    "StepcalcError",
    "default_book",
    "key_of",
    "load_book",
    "rules_directory",
]
