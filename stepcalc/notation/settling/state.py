"""What is known while marks become tokens: what is open, what came out, and what ended just before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from stepcalc.errors import LimitError, ReadError
from stepcalc.messages import say
from stepcalc.notation.limits import Limits
from stepcalc.notation.parsing import Token
from stepcalc.notation.scanning import Mark
from stepcalc.notation.spelling import Tell
from stepcalc.notation.words import Vocabulary

CLOSING: Final = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
"""What closes each opening bracket."""

_LONGEST_EXCERPT: Final = 40


@dataclass(slots=True)
class Frame:
    """Something that is open.

    Args:
        kind: ``"group"``, ``"call"``, ``"bar"``, ``"superscript"``; ``"argument"`` and ``"term"`` are those
            of a function or of d/dx without brackets; ``"exponent of a name"`` and ``"base"`` stand between
            a function and its argument; ``"part"`` is a part of a LaTeX fraction; ``"cases"`` and ``"row"``.
        closing: The sign that closes it; empty for what ends by itself.
        opening: Its opening token, whose kind is set when its content is known.
        start: Index in the text of its first character.
        function: The function whose argument, exponent or base this is.
        parts: How many parts of a LaTeX fraction come after this one.
        bars: Whether the argument is a pair of bars, so that nothing may follow them.
        several: Whether the function takes more than one argument.
        listed: Whether there is a comma directly inside.
        joined: Whether it goes on behind a space, or ends where another reading would go on.
        product: Whether factors stand side by side directly inside.
        above: The numerator as typed, while its denominator is going on.
        below: Where a denominator began that is still going on, else -1.
        below_joined: Whether factors stand side by side in that denominator.
        slashes: How many quotients are inside each other here.
    """

    kind: str
    closing: str
    opening: Token
    start: int
    function: Mark | None = None
    parts: int = 0
    bars: bool = False
    several: bool = True
    listed: bool = False
    joined: bool = False
    product: bool = False
    above: str = ""
    below: int = -1
    below_joined: bool = False
    slashes: int = 0

    @property
    def ends_by_itself(self) -> bool:
        """Whether no sign closes it."""
        return self.kind in ("argument", "term")


@dataclass(slots=True, kw_only=True)
class State:
    """The state of one pass.

    Args:
        text: What is read.
        marks: Its marks.
        known: The names that are known.
        limits: How deep brackets may be nested.
        tell: Notes a choice that was made.
        latex: Whether the text is LaTeX.
        vector: Whether commas outside brackets separate the components of a vector.
        relations: Whether a relation may stand outside brackets.
        references: Whether ``[3]`` is the result of a step.
        place: Where the mark after the present one stands.
        ended: Whether an operand ended just before.
        function: The function whose argument has yet to begin.
        inside: How many signs put an expression inside the one before.
        out: The tokens so far.
        frames: What is open, the whole text outermost.
    """

    text: str
    marks: list[Mark]
    known: Vocabulary
    limits: Limits
    tell: Tell
    latex: bool
    vector: bool
    relations: bool
    references: bool
    place: int = 0
    ended: bool = False
    function: Mark | None = None
    inside: int = 0
    out: list[Token] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=lambda: [Frame("whole", "", Token("", None, 0, 0), 0)])

    @property
    def mark(self) -> Mark:
        """The mark after the present one."""
        return self.marks[self.place]

    @property
    def top(self) -> Frame:
        """The innermost of what is open."""
        return self.frames[-1]

    def next_is(self, *signs: str) -> bool:
        """Whether the next mark is one of these signs."""
        return self.mark.kind == "sign" and self.mark.value in signs

    def put(self, kind: str, mark: Mark, value: object = None) -> Token:
        """A token for a mark."""
        token = Token(kind, value, mark.start, mark.end)
        self.out.append(token)
        return token

    def put_in(self, kind: str, at: int, value: object = None) -> Token:
        """A token for something that was left out."""
        token = Token(kind, value, at, at)
        self.out.append(token)
        return token

    def fail(self, code: str, start: int, end: int, **parts: object) -> ReadError:
        """The error that a stretch of the text makes."""
        return ReadError(say(code, **parts), code=code, text=self.text, start=start, end=end)

    def fail_at(self, code: str, mark: Mark | Token, **parts: object) -> ReadError:
        """The error that a mark or a token makes."""
        return self.fail(code, mark.start, mark.end, **parts)

    def typed(self, mark: Mark | Token) -> str:
        """What stands in the text."""
        return self.text[mark.start : mark.end]

    def excerpt(self, start: int, end: int) -> str:
        """A stretch of the text, cut where it is long."""
        return (
            self.text[start:end].strip()
            if end - start <= _LONGEST_EXCERPT
            else self.text[start : start + _LONGEST_EXCERPT] + "…"
        )

    def push(self, kind: str, closing: str, opening: Token, mark: Mark) -> Frame:
        """Open something."""
        self.check_depth(len(self.frames), mark)
        frame = Frame(kind, closing, opening, mark.start)
        self.frames.append(frame)
        self.ended = False
        return frame

    def innermost(self) -> Frame:
        """The innermost frame that a sign must close."""
        place = len(self.frames) - 1
        while self.frames[place].ends_by_itself:
            place -= 1
        return self.frames[place]

    def check_depth(self, depth: int, mark: Mark) -> None:
        """Nothing may be nested deeper than the limits say."""
        if depth > self.limits.depth:
            raise LimitError(
                say("too-deep", limit=f"{self.limits.depth:,}"),
                code="too-deep", text=self.text, start=mark.start, end=mark.end,
            )  # fmt: skip

    def go_inside(self, mark: Mark) -> None:
        """Count signs such as those of x^x^x, each of which puts an expression inside the one before."""
        self.inside += 1
        self.check_depth(self.inside, mark)
