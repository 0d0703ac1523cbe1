"""The rulebook: the cards of ``rules/*.toml``, each read when it is first needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from stepcalc.errors import ReadError, RuleError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, depth, letter, letters_of, postorder
from stepcalc.notation.functions import FUNCTIONS, FunctionName
from stepcalc.numeric.inlining import Definition
from stepcalc.rulebook.card_texts import Place, parse, places_in, refused, without
from stepcalc.rulebook.cards import Card, LawText
from stepcalc.rulebook.definitions import circular, defined_by
from stepcalc.rulebook.law import SETS, Law, compile_law

_LAW: Final = re.compile(r"\blaw[ \t]*=[ \t]*[\"']+\s*D\([ \t]*([^\n]*?)\)[ \t]*=[^=\n]")
_CALL: Final = re.compile(r"^([A-Za-z]\w*)\(")
_DEFINE: Final = re.compile(r"^define[ \t]*=[ \t]*[\"']+\s*([A-Za-z]\w*)\(", re.MULTILINE)
_SIGNS: Final = (("/", "quotient"), ("**", "power"), ("^", "power"), ("*", "product"))
_HEADS: Final = {"sum": "sum", "prod": "product", "sqrt": "root", "cbrt": "root", "root": "root"}
_SETS: Final = SETS.keys() | {"reals"}
_VALUE: Final = letter("y")

MOST_DEEP: Final = 40
"""No law, condition or definition on a card has more expressions than this inside each other."""


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
        self._places: dict[str, Place] = {}
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
            for place in places_in(file, text):
                self._add(place)

    def _add(self, place: Place) -> None:
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
            found = self._cards[id] = parse(place)
        return found

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
            raise refused("law-needs-derivative", card, line=law.line, law=law.text)
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
            raise refused("card-bad-relation", card, line=self.line_of(card, text), text=text)
        return form

    def _read(self, card: Card, text: str, line: int | None = None) -> Form:
        from stepcalc.notation.reader import read_text

        line = line or self.line_of(card, text)
        try:
            form = read_text(text, functions=self.functions, law=True).form
        except ReadError as problem:
            raise refused("law-not-read", card, line=line, law=text, problem=problem.message) from problem
        if depth(form) > MOST_DEEP:
            raise refused("law-too-deep", card, line=line, law=f"{text[:40]}…")
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
                raise refused("condition-loose-letter", card, line=line, law=laws[0].text, letter=name)
        if card.range and letters_of(self._relation(card, card.range)) != {_VALUE}:
            raise refused("range-loose-letter", card, line=self.line_of(card, card.range), text=card.range)
        if card.define and id not in self._defining.values():
            raise refused("card-bad-definition", card, line=self.line_of(card, card.define), text=card.define)
        if card.define and self.definitions and not laws:
            raise refused("card-no-law", card)
        return card

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

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """What the functions that cards define are defined as, by name.

        Raises:
            RuleError: A card does not say so in the form ``name(u) = expression``, is called otherwise than the
                function, or defines one that is there already, or that its own definition leads back to.
        """
        found = {}
        for name, id in self._defining.items():
            card = self.card(id)
            equation = self._read(card, card.define)
            found[name] = defined_by(equation, name, card, self.line_of(card, card.define))
        for name in circular({name: body for name, (_, body) in found.items()}):
            card = self.card(name)
            raise refused("definition-circular", card, line=self.line_of(card, card.define), text=card.define)
        return found

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
        kept = [(file, without(text, replaced)) for file, text in self.texts]
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


def _key_of_text(subject: str) -> str:
    """What a law is filed under, seen from its text; :func:`key_of` says the same of a compiled one."""
    called = _CALL.match(subject)
    if called:
        return _HEADS.get(called.group(1), called.group(1))
    return next((key for sign, key in _SIGNS if sign in subject), "letter")


def _no_card(id: str, known: Iterable[str]) -> RuleError:
    from difflib import get_close_matches

    near = get_close_matches(id, list(known), 3)
    hint = say("did-you-mean", names=" or ".join(near)) if near else ""
    return RuleError(
        say("card-unknown", card=id, hint=hint), code="card-unknown", suggestion=near[0] if near else None
    )


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
