"""The third reading: what people leave out is put in, and the grammar's tokens come out.

Here it is settled which factors stand side by side, how far the argument of ``sin 2x cos x`` goes, which bar
of ``|x|`` opens, and whether a bracket holds an expression, a list or a condition. One pass from left to
right with a stack of what is open; each mark is looked at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import gcd
from typing import Final

from stepcalc.errors import LimitError, ReadError
from stepcalc.messages import say
from stepcalc.notation.forms import INFINITY, E, Form, number, reference
from stepcalc.notation.limits import Limits
from stepcalc.notation.parsing import Token
from stepcalc.notation.scanning import Mark
from stepcalc.notation.spelling import Tell, read_orders
from stepcalc.notation.table import END
from stepcalc.notation.words import Vocabulary

_COMMAND: Final = "\\"
_CLOSING: Final = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
_RADICALS: Final = {"√": 2, "∛": 3, "∜": 4}
_RELATIONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_LONGEST_EXCERPT: Final = 40
_AWAITS: Final = {"exponent of a name", "base"}


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
        return self.kind in ("argument", "term")


def settle(
    text: str,
    marks: list[Mark],
    known: Vocabulary,
    *,
    limits: Limits,
    latex: bool,
    vector: bool,
    relations: bool,
    references: bool,
    tell: Tell,
) -> list[Token]:
    """The tokens of the grammar.

    Args:
        text: What was read.
        marks: From :func:`stepcalc.notation.spelling.spell`.
        known: The names that are known.
        limits: How deep brackets may be nested.
        latex: Whether the text is LaTeX, where ``x^12`` is x¹·2.
        vector: Whether commas outside brackets separate the components of a vector.
        relations: Whether a relation may stand outside brackets.
        references: Whether ``[3]`` is the result of a step.
        tell: Notes a choice that was made.

    Raises:
        ReadError: Something is missing, or a bracket has no partner.
        LimitError: Brackets are nested too deep.
    """
    settler = _Settler(text, marks, known, limits, latex, tell)
    settler.vector = vector
    settler.relations = relations
    settler.references = references
    return settler.run()


class _Settler:
    """The state of one pass."""

    vector = relations = references = False

    def __init__(
        self, text: str, marks: list[Mark], known: Vocabulary, limits: Limits, latex: bool, tell: Tell
    ) -> None:
        self.text = text
        self.marks = marks
        self.known = known
        self.limits = limits
        self.latex = latex
        self.tell = tell
        self.place = 0
        self.ended = False
        self.function: Mark | None = None
        self.inside = 0
        self.out: list[Token] = []
        self.frames = [Frame("whole", "", Token("", None, 0, 0), 0)]

    def run(self) -> list[Token]:
        handlers = {
            "number": self.number,
            "letter": self.leaf,
            "constant": self.leaf,
            "set": self.leaf,
            "truth": self.leaf,
            "function": self.name,
            "derivative": self.differential,
            "base": self.stray_base,
            "sign": self.sign,
            "connective": self.connective,
            "raised": self.raised,
            "lowered": self.close,
            "command": self.command,
        }
        while self.mark.kind != "end":
            mark = self.mark
            self.place += 1
            if self.function is None or not self.before_argument(mark):
                handlers[mark.kind](mark)
        self.finish()
        return self.out

    # small things

    @property
    def mark(self) -> Mark:
        return self.marks[self.place]

    @property
    def top(self) -> Frame:
        return self.frames[-1]

    def next_is(self, *signs: str) -> bool:
        return self.mark.kind == "sign" and self.mark.value in signs

    def put(self, kind: str, mark: Mark, value: object = None) -> Token:
        token = Token(kind, value, mark.start, mark.end)
        self.out.append(token)
        return token

    def put_in(self, kind: str, at: int, value: object = None) -> Token:
        """A token for something that was left out."""
        token = Token(kind, value, at, at)
        self.out.append(token)
        return token

    def fail(self, code: str, start: int, end: int, **parts: object) -> ReadError:
        return ReadError(say(code, **parts), code=code, text=self.text, start=start, end=end)

    def fail_at(self, code: str, mark: Mark | Token, **parts: object) -> ReadError:
        return self.fail(code, mark.start, mark.end, **parts)

    def typed(self, mark: Mark | Token) -> str:
        return self.text[mark.start : mark.end]

    def excerpt(self, start: int, end: int) -> str:
        """A stretch of the text, cut where it is long."""
        return (
            self.text[start:end].strip()
            if end - start <= _LONGEST_EXCERPT
            else self.text[start : start + _LONGEST_EXCERPT] + "…"
        )

    def push(self, kind: str, closing: str, opening: Token, mark: Mark) -> Frame:
        self.check_depth(len(self.frames), mark)
        frame = Frame(kind, closing, opening, mark.start)
        self.frames.append(frame)
        self.ended = False
        return frame

    def check_depth(self, depth: int, mark: Mark) -> None:
        if depth > self.limits.depth:
            raise LimitError(
                say("too-deep", limit=f"{self.limits.depth:,}"),
                code="too-deep", text=self.text, start=mark.start, end=mark.end,
            )  # fmt: skip

    def go_inside(self, mark: Mark) -> None:
        """Count signs such as those of x^x^x, each of which puts an expression inside the one before."""
        self.inside += 1
        self.check_depth(self.inside, mark)

    # factors side by side

    def begin(self, mark: Mark, *, name: bool = False, bracket: bool = False) -> None:
        """An operand begins: a sign is put in if another one just ended."""
        if not self.ended:
            return
        while self.top.kind == "argument" and (name or self.top.bars or (bracket and mark.gap)):
            self.top.joined |= bracket or self.top.product
            self.end_argument()
        digit_above = self.latex and len(self.out) > 1 and self.out[-2].kind == "POWER"
        if mark.kind == "number" and self.out[-1].kind == "NUMBER" and not digit_above:
            raise self.fail("numbers-side-by-side", self.out[-1].start, mark.end)
        top = self.top
        top.joined |= mark.gap
        top.product = True
        if top.below >= 0:
            top.below_joined = True
        self.note_exponent(mark)
        self.note_root(mark)
        self.put_in("IMPLICIT", mark.start)
        self.ended = False
        self.inside = 0

    def note_exponent(self, mark: Mark) -> None:
        """e^2x is e²·x: say so where nothing separates the two."""
        if (
            mark.gap
            or len(self.out) < 3
            or mark.kind not in ("letter", "number")
            or self.out[-2].kind != "POWER"
        ):
            return
        raised = self.out[-1]
        if raised.kind == "NUMBER" and (mark.kind == "letter" or self.latex):
            base = self.typed(self.out[-3]) if self.out[-3].kind in ("LETTER", "CONSTANT", "NUMBER") else "…"
            above, behind = self.typed(raised), self.typed(mark)
            code = "exponent-is-one-digit" if mark.kind == "number" else "exponent-ends-early"
            self.tell(
                code,
                text=f"{base}^{above}{behind}",
                read=f"{base}^{above}·{behind}",
                whole=f"{above}{behind}",
            )

    def note_root(self, mark: Mark) -> None:
        """√2x is √2·x: say so where nothing separates the two."""
        if not mark.gap and len(self.out) > 1 and self.out[-2].kind == "RADICAL":
            self.tell("root-ends-early", read=self.typed(self.out[-1]))

    def note_product(self, mark: Mark) -> None:
        """a(x) is a times x: say so, since it could be a function."""
        behind = self.marks[self.place + 1] if self.mark.kind == "letter" else mark
        if not mark.gap and behind.value == ")" and self.out[-2].kind == "LETTER":
            self.tell("letter-times-bracket", name=self.typed(self.out[-2]), argument=self.typed(self.mark))

    def need_operand(self, mark: Mark) -> None:
        """Something must have ended before this mark."""
        if self.ended:
            return
        last = self.out[-1] if self.out else None
        if last is None:
            if mark.kind == "end":
                raise self.fail("nothing-to-read", 0, len(self.text))
            raise self.fail_at("cannot-begin", mark, sign=self.typed(mark))
        if last.kind.endswith("OPEN"):
            if mark.kind == "sign" and mark.value in _CLOSING.values():
                raise self.fail("empty-bracket", last.start, mark.end)
            if mark.kind != "end":
                raise self.fail_at("cannot-begin", mark, sign=self.typed(mark) or ",")
            raise self.fail("bracket-never-closed", last.start, last.end)
        raise self.fail("something-missing", last.start, last.end, sign=self.typed(last))

    # numbers and letters

    def number(self, mark: Mark) -> None:
        if self.latex and self.wants_one_token():
            mark = self.first_digit(mark)
        self.begin(mark)
        value = mark.value
        assert not isinstance(value, str | Form)
        self.put("NUMBER", mark, number(value))  # type: ignore[arg-type]
        self.one_token_ended(mark)

    def first_digit(self, mark: Mark) -> Mark:
        r"""\frac12 is \frac{1}{2}: split off the first digit, and read the rest again."""
        digits = self.typed(mark)
        if len(digits) < 2 or not digits.isdigit():
            return mark
        self.place -= 1
        self.marks[self.place] = Mark("number", int(digits[1:]), mark.start + 1, mark.end)
        return Mark("number", int(digits[0]), mark.start, mark.start + 1, mark.gap)

    def leaf(self, mark: Mark) -> None:
        value = mark.value
        if value is E and self.ended and (self.next_is("^") or self.mark.kind == "raised"):
            self.begin(mark, name=True)
        self.begin(mark)
        self.put(mark.kind.upper(), mark, value)
        if mark.kind == "truth":
            self.holds_condition()
        self.one_token_ended(mark)

    def wants_one_token(self) -> bool:
        r"""Whether a part of \frac or \sqrt begins here without braces."""
        return self.top.kind == "part" and not self.top.closing and not self.ended

    def one_token_ended(self, mark: Mark) -> None:
        self.ended = True
        if self.top.kind == "part" and not self.top.closing:
            self.end_part(self.frames.pop(), mark.end)

    # functions

    def name(self, mark: Mark) -> None:
        self.begin(mark, name=True)
        self.put("FUNCTION", mark, mark.value)
        self.function = mark

    def before_argument(self, mark: Mark) -> bool:
        """Deal with what stands between a function and its argument; whether the mark is done with."""
        function = self.function
        assert function is not None
        if mark.kind == "sign":
            match mark.value:
                case "'" | "''" | "'''":
                    return self.primes(mark)
                case "^":
                    return self.exponent_of_name(mark)
                case "_":
                    return self.base_in_latex(mark)
                case "(" | "[" | "{":
                    self.function = None
                    frame = self.push("call", _CLOSING[str(mark.value)], self.put("CALL_OPEN", mark), mark)
                    frame.several = self.takes_several(function)
                    return True
        if mark.kind == "raised":
            if not self.orders(mark):
                self.put("RAISED", mark)
                self.push_awaiting("exponent of a name", "", self.put_in("OPEN", mark.start), mark)
            return True
        if mark.kind == "base":
            self.put_in("BASE_OPEN", mark.start)
            leaf = mark.value if isinstance(mark.value, Form) else number(mark.value)  # type: ignore[arg-type]
            self.put("LETTER" if isinstance(mark.value, Form) else "NUMBER", mark, leaf)
            self.put_in("CLOSE", mark.end)
            return True
        self.open_argument(function, mark)
        return False

    def push_awaiting(self, kind: str, closing: str, opening: Token, mark: Mark) -> None:
        """Open what stands between a function and its argument."""
        self.push(kind, closing, opening, mark).function = self.function
        self.function = None

    def takes_several(self, function: Mark) -> bool:
        entry = self.known.functions.get(str(function.value))
        if function.kind == "derivative" or function.value in ("sqrt", "cbrt", "log2", "log10"):
            return False
        return entry is None or not entry.arities or max(entry.arities) > 1

    def open_argument(self, function: Mark, mark: Mark) -> None:
        """The argument has no brackets: it goes on until something ends it."""
        starts = mark.kind not in ("sign", "connective", "end", "lowered") or (
            mark.value in ("-", "+", "√", "∛", "∜", "|", "|(", "⌊", "⌈", "∞") and mark.kind == "sign"
        )
        entry = self.known.functions.get(str(function.value))
        alone = function.kind == "derivative" or entry is None or 1 in entry.arities or not entry.arities
        written = self.typed(function)
        if not starts:
            raise self.fail_at("function-needs-argument", function, name=written)
        if not alone or function.value == "root":
            raise self.fail_at("function-needs-brackets", function, name=written)
        self.function = None
        kind = "term" if function.kind == "derivative" else "argument"
        frame = self.push(kind, "", self.put_in("CALL_OPEN", mark.start), mark)
        frame.function = function
        frame.bars = mark.value in ("|", "|(") and mark.kind == "sign"

    def end_argument(self, before: str = "") -> None:
        """Close an argument that has no brackets, and say how it was read where that was a choice."""
        frame = self.frames.pop()
        end = self.out[-1].end
        self.put_in("CLOSE", end)
        digit = frame.function is not None and frame.function.end == frame.start and frame.product
        if (frame.joined or before or digit) and frame.function is not None:
            name = self.excerpt(frame.function.start, frame.start).strip()
            argument = self.excerpt(frame.start, end)
            gap = " " if frame.function.end < frame.start else ""
            square = not gap and re.match(r"[23]\(", argument)
            self.tell(
                "digit-behind-name" if square else "argument-without-brackets",
                text=f"{name}{gap}{argument}{before}",
                read=f"{name.removeprefix(_COMMAND)}({argument}){before}",
                power=f"{name}^{argument}",
            )
        self.ended = True

    def end_arguments(self, *kinds: str, before: str = "") -> None:
        """Close the arguments without brackets that end here, ``before`` what."""
        if not self.ended:
            return
        while self.top.kind in kinds:
            if self.top.kind == "argument":
                self.end_argument(before)
            else:
                self.note_denominator()
                self.frames.pop()
                self.put_in("CLOSE", self.out[-1].end)

    def primes(self, mark: Mark) -> bool:
        function = self.function
        assert function is not None
        count = len(str(mark.value))
        end = mark.end
        while self.mark.kind == "sign" and str(self.mark.value).startswith("'"):
            count += len(str(self.mark.value))
            end = self.mark.end
            self.place += 1
        if function.value in self.known.functions or function.kind == "derivative":
            raise self.fail("prime-not-readable", mark.start, end, name=self.typed(function))
        self.out.append(Token("ORDERS", (count,), mark.start, end))
        return True

    def orders(self, mark: Mark) -> bool:
        """f^(4)(x) and f^(1,0)(x, y): derivatives of an undefined function."""
        function = self.function
        assert function is not None
        if function.value in self.known.functions or function.kind == "derivative":
            return False
        values, place = read_orders(self.marks, self.place)
        if mark.kind == "raised":
            if self.marks[place].kind != "lowered":
                return False
            place += 1
        if not values:
            return False
        self.out.append(Token("ORDERS", values, mark.start, self.marks[place - 1].end))
        self.place = place
        return True

    def exponent_of_name(self, mark: Mark) -> bool:
        """sin^2 x, sin^-1 x, sin^(2n) x."""
        if self.orders(mark):
            return True
        self.put("RAISED", mark)
        while self.next_is("-"):
            self.put("MINUS", self.mark)
            self.place += 1
        here = self.mark
        self.place += 1
        match here.kind, here.value:
            case ("number", int() as value):
                if self.latex:
                    here = self.first_digit(here)
                    value = here.value  # type: ignore[assignment]
                self.put("NUMBER", here, number(value))
            case ("letter" | "constant", _):
                self.put(here.kind.upper(), here, here.value)
            case ("sign", "(" | "{" | "["):
                self.push_awaiting(
                    "exponent of a name", _CLOSING[str(here.value)], self.put("OPEN", here), here
                )
            case _:
                raise self.fail_at("something-missing", mark, sign=self.typed(mark))
        return True

    def base_in_latex(self, mark: Mark) -> bool:
        r"""\log_{10} x, \log_2 x."""
        here = self.mark
        self.place += 1
        match here.kind, here.value:
            case ("sign", "(" | "{"):
                self.push_awaiting("base", _CLOSING[str(here.value)], self.put("BASE_OPEN", here), here)
            case ("number" | "letter" | "constant", _):
                self.put_in("BASE_OPEN", here.start)
                here = self.first_digit(here) if here.kind == "number" else here
                value = here.value if isinstance(here.value, Form) else number(here.value)  # type: ignore[arg-type]
                self.put(here.kind.upper(), here, value)
                self.put_in("CLOSE", here.end)
            case _:
                raise self.fail_at("something-missing", mark, sign=self.typed(mark))
        return True

    def stray_base(self, mark: Mark) -> None:
        raise self.fail_at("subscript-not-readable", mark)

    def differential(self, mark: Mark) -> None:
        self.begin(mark, name=True)
        self.put("DERIVATIVE", mark, mark.value)
        self.function = mark

    # signs

    def sign(self, mark: Mark) -> None:
        value = str(mark.value)
        match value:
            case "+" | "-":
                self.plus_or_minus(mark)
            case "*" | "/":
                self.times_or_over(mark)
            case "^":
                self.need_operand(mark)
                self.go_inside(mark)
                self.note_root(mark)
                self.top.joined |= self.top.kind == "argument"  # sin x^2: the sine of x², or its square?
                self.put("POWER", mark)
                self.ended = False
            case "!":
                self.need_operand(mark)
                self.go_inside(mark)
                self.put("BANG", mark)
            case "(" | "[" | "{" | "⌊" | "⌈":
                self.open(mark)
            case ")" | "]" | "}" | "⌋" | "⌉":
                self.close(mark)
            case "|" | "|(" | "|)":
                self.bar(mark)
            case "√" | "∛" | "∜":
                self.begin(mark)
                self.go_inside(mark)
                self.put("RADICAL", mark, _RADICALS[value])
            case "∞":
                self.leaf(Mark("constant", INFINITY, mark.start, mark.end, mark.gap))
            case ",":
                self.comma(mark)
            case "&" | "\\\\":
                self.in_cases(mark)
            case "...":
                self.ellipsis(mark)
            case "in" | "not in" | "and" | "or" | "not":
                self.connective(mark)
            case "'" | "''" | "'''":
                raise self.fail_at("stray-prime", mark)
            case "_" | "∂":
                raise self.fail_at("unknown-sign", mark, sign=self.typed(mark))
            case _:
                self.relation(mark)

    def plus_or_minus(self, mark: Mark) -> None:
        if self.ended:
            self.end_arguments("argument", "term")
            self.note_denominator()
            self.inside = self.top.slashes = 0
        else:
            self.go_inside(mark)
        self.put("PLUS" if mark.value == "+" else "MINUS", mark)
        self.ended = False

    def times_or_over(self, mark: Mark) -> None:
        over = mark.value == "/"
        self.need_operand(mark)
        self.end_arguments("argument", before="/…" if over else "")
        self.note_denominator()
        self.put("OVER" if over else "TIMES", mark)
        self.inside = 0
        if over:
            self.top.slashes += 1
            self.check_depth(self.top.slashes, mark)
            self.top.above = self.numerator()
            self.top.below = self.mark.start
            self.note_quotient_in_exponent(mark)
        self.ended = False

    def note_quotient_in_exponent(self, mark: Mark) -> None:
        """x^1/2 is x/2: say so where nothing separates the two."""
        last = self.out[-4:]
        kinds = [token.kind for token in last[1:3]]
        if mark.gap or self.mark.gap or kinds != ["POWER", "NUMBER"]:
            return
        if not (isinstance(self.mark.value, int) and isinstance(last[2].value.label, int)):
            return
        if gcd(last[2].value.label, self.mark.value) > 1:  # x^2/2 can hardly be meant otherwise
            return
        base = self.typed(last[0]) if last[0].kind in ("LETTER", "CONSTANT", "NUMBER") else "…"
        above, below = self.typed(last[2]), self.typed(self.mark)
        self.tell("exponent-before-slash", base=base, above=above, below=below)

    def numerator(self) -> str:
        """What stands before a slash, if it is short."""
        token, before = self.out[-2], self.out[-3].kind if len(self.out) > 2 else "PLUS"
        simple = token.kind in ("NUMBER", "LETTER", "CONSTANT") and before in (
            "PLUS",
            "MINUS",
            "OPEN",
            "CALL_OPEN",
        )
        return self.typed(token) if simple else "…"

    def note_denominator(self) -> None:
        """1/2x is 1/(2x): say so when the denominator is over."""
        top = self.top
        if top.below >= 0 and top.below_joined and self.out:
            below = self.excerpt(top.below, self.out[-1].end)
            self.tell("denominator-goes-on", above=top.above, below=below)
        top.below, top.below_joined = -1, False

    # brackets

    def open(self, mark: Mark) -> None:
        value = str(mark.value)
        if self.wants_one_token() and value == "{":
            self.top.closing = "}"
            return
        if self.ended:
            self.begin(mark, bracket=True)
            self.note_product(mark)
        if value in "⌊⌈":
            self.put_in("FUNCTION", mark.start, "floor" if value == "⌊" else "ceiling")
            self.push("call", _CLOSING[value], self.put("CALL_OPEN", mark), mark).several = False
        elif value == "[" and self.references and self.mark.kind == "number" and self.is_reference():
            step = self.mark.value
            assert isinstance(step, int)
            self.out.append(Token("REFERENCE", reference(step), mark.start, self.marks[self.place + 1].end))
            self.place += 2
            self.one_token_ended(mark)
        else:
            self.push("group", _CLOSING[value], self.put("OPEN", mark), mark).several = self.vector

    def is_reference(self) -> bool:
        behind = self.marks[self.place + 1]
        return behind.kind == "sign" and behind.value == "]" and isinstance(self.mark.value, int)

    def close(self, mark: Mark) -> None:
        """A bracket (or a superscript) ends, and with it every argument without brackets."""
        value = str(mark.value)
        frame = self.innermost()
        if frame.closing != value or (mark.kind == "lowered") != (not frame.closing):
            self.no_partner(mark, frame)
        if not (self.ended or (frame.listed and self.out[-1].kind == "COMMA" and frame.kind == "group")):
            self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.note_denominator()
        self.frames.pop()
        if frame.kind == "part":
            self.end_part(frame, mark.end)
            return
        self.put("CLOSE", mark)
        if frame.kind in _AWAITS:
            self.function = frame.function
            self.ended = False
            return
        if frame.opening.kind == "TRUTH_OPEN":
            self.holds_condition()
        self.ended = True
        self.one_token_ended(mark)

    def innermost(self) -> Frame:
        """The innermost frame that a sign must close."""
        place = len(self.frames) - 1
        while self.frames[place].ends_by_itself:
            place -= 1
        return self.frames[place]

    def no_partner(self, mark: Mark, frame: Frame) -> None:
        """A closing bracket that does not belong to the innermost open one."""
        if frame.kind == "part":
            raise self.fail_at(
                "command-needs-braces", frame.opening, command=self.text[frame.start : frame.opening.end]
            )
        if frame.kind == "bar":
            raise self.fail("bar-never-closed", frame.start, frame.start + 1)
        if mark.kind == "lowered":
            raise self.fail_at("bracket-never-closed", frame.opening)
        if not frame.closing:
            raise self.fail_at("bracket-never-opened", mark)
        opening = self.text[frame.start]
        raise self.fail_at("wrong-bracket", mark, closing=self.typed(mark), opening=opening)

    def bar(self, mark: Mark) -> None:
        frame = self.innermost()
        opens = not self.ended or frame.kind != "bar"
        if not opens and mark.value == "|":
            opens = mark.gap and not self.mark.gap and self.mark.kind not in ("end", "lowered")
            opens = opens and not (
                self.mark.kind == "sign" and self.mark.value not in ("(", "[", "{", "|", "√", "-")
            )
        if mark.value != "|":
            opens = mark.value == "|("
        if opens:
            self.begin(mark, bracket=True)
            self.put_in("FUNCTION", mark.start, "abs")
            self.push("bar", "|", self.put("CALL_OPEN", mark), mark).several = False
            return
        if frame.kind != "bar":
            raise self.fail_at("bar-never-opened", mark)
        self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.note_denominator()
        self.frames.pop()
        self.put("CLOSE", mark)
        self.one_token_ended(mark)

    def raised(self, mark: Mark) -> None:
        if not self.ended:
            raise self.fail_at(
                "cannot-begin", Mark("", "", mark.start, mark.start + 1), sign=self.text[mark.start]
            )
        self.go_inside(mark)
        self.note_root(mark)
        self.push("superscript", "", self.put("RAISED_OPEN", mark), mark)

    # lists

    def comma(self, mark: Mark) -> None:
        frame = self.innermost()
        between_digits = (
            self.place > 1 and self.marks[self.place - 2].kind == "number" and self.mark.kind == "number"
        ) and not (mark.gap or self.mark.gap)
        if frame.kind == "row" and (self.next_is("&", "\\\\") or self.mark.kind == "command"):
            return
        allowed = frame.kind in ("group", "call") or (frame.kind == "whole" and self.vector)
        if between_digits and (not allowed or not frame.several):
            raise self.comma_in_number(self.marks[self.place - 2], self.mark)
        if not allowed:
            raise self.fail_at("list-not-here", mark)
        self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.note_denominator()
        frame.listed = True
        if frame.kind == "group":
            frame.opening.kind = "LIST_OPEN"
        self.put("COMMA", mark)
        self.ended = False
        self.inside = frame.slashes = 0

    def comma_in_number(self, before: Mark, behind: Mark) -> ReadError:
        """What to say of 0,5 and of 10,000."""
        left, right = self.typed(before), self.typed(behind)
        thousands = len(left) <= 3 and left[0] != "0" and len(right) == 3
        error = self.fail(
            "thousands-comma" if thousands else "decimal-comma", before.start, behind.end,
            number=f"{left}.{right}", whole=left + right,
        )  # fmt: skip
        error.suggestion = left + right if thousands else f"{left}.{right}"
        return error

    def ellipsis(self, mark: Mark) -> None:
        if not self.known.law:
            raise self.fail_at("unknown-sign", mark, sign=self.typed(mark))
        self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.put("ELLIPSIS", mark)

    # conditions

    def relation(self, mark: Mark) -> None:
        if self.innermost().kind == "whole" and not self.relations:
            raise self.fail_at("relation-not-here", mark)
        self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.note_denominator()
        self.holds_condition()
        self.put("RELATION", mark, mark.value)
        self.ended = False
        self.inside = self.innermost().slashes = 0

    def connective(self, mark: Mark) -> None:
        value = str(mark.value)
        if self.innermost().kind == "whole" and not self.relations:
            raise self.fail_at("relation-not-here", mark)
        if value == "not" and not self.ended:
            self.holds_condition()
            self.go_inside(mark)
            self.put("NOT", mark)
            return
        self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.note_denominator()
        self.holds_condition()
        if value in ("in", "not", "not in"):
            member = "in" if value == "in" else "not in"
            if value == "not":
                if self.mark.value != "in":
                    raise self.fail_at("condition-not-here", mark)
                self.place += 1
            self.put("MEMBER", mark, member)
            self.set_of(mark)
        else:
            self.put(value.upper(), mark)
            self.ended = False
            self.inside = self.innermost().slashes = 0

    def set_of(self, mark: Mark) -> None:
        """The set behind ``in``; rule cards have sets of their own."""
        here = self.mark
        if here.kind != "set":
            raise self.fail("set-not-readable", here.start, max(here.end, here.start + 1))
        self.place += 1
        self.put("SET", here, here.value)
        self.ended = True

    def holds_condition(self) -> None:
        """The innermost bracket holds a condition."""
        frame = self.innermost()
        if frame.kind == "group" and not frame.listed:
            frame.opening.kind = "TRUTH_OPEN"

    # LaTeX

    def command(self, mark: Mark) -> None:
        match mark.value:
            case "frac":
                self.begin(mark)
                self.put("FRACTION", mark)
                self.open_part(mark, 1)
            case "sqrt":
                self.begin(mark)
                if self.next_is("["):
                    self.place += 1
                    self.put("INDEXED_ROOT", mark)
                    self.open_part(mark, 1).closing = "]"
                else:
                    self.put("RADICAL", mark, 2)
                    self.open_part(mark, 0)
            case "begin cases":
                self.begin(mark)
                self.put("FUNCTION", mark, "piecewise")
                self.push("cases", "", self.put_in("CALL_OPEN", mark.end), mark)
                self.push("row", "", self.put_in("LIST_OPEN", mark.end), mark)
            case "end cases":
                self.end_cases(mark)
            case _:
                raise self.fail_at("unknown-command", mark, command=self.typed(mark), hint="")

    def open_part(self, mark: Mark, parts: int) -> Frame:
        frame = self.push("part", "", self.put_in("OPEN", mark.end), mark)
        frame.parts = parts
        return frame

    def end_part(self, frame: Frame, at: int) -> None:
        """A part of a fraction is complete; the next one begins, or the fraction ends."""
        while True:
            self.put_in("CLOSE", at)
            if frame.parts:
                self.open_part(Mark("", "", frame.start, at), frame.parts - 1)
                return
            self.ended = True
            if self.top.kind != "part" or self.top.closing:
                return
            frame = self.frames.pop()

    def in_cases(self, mark: Mark) -> None:
        """The parts of a row are set apart by &, the rows by a double backslash."""
        if self.innermost().kind != "row":
            raise self.fail_at("unknown-sign", mark, sign=self.typed(mark))
        self.need_operand(mark)
        self.end_arguments("argument", "term")
        self.note_denominator()
        if mark.value == "&":
            self.put("COMMA", mark)
            self.ended = False
            return
        self.put("CLOSE", mark)
        self.frames.pop()
        if self.mark.value == "end cases":
            return
        self.put("COMMA", mark)
        self.push("row", "", self.put("LIST_OPEN", mark), mark)

    def end_cases(self, mark: Mark) -> None:
        if self.innermost().kind == "row":
            self.need_operand(mark)
            self.end_arguments("argument", "term")
            self.frames.pop()
            self.put_in("CLOSE", mark.start)
        if self.innermost().kind != "cases":
            raise self.fail_at("unknown-command", mark, command=self.typed(mark), hint="")
        self.frames.pop()
        self.put("CLOSE", mark)
        self.one_token_ended(mark)

    # the end

    def finish(self) -> None:
        end = self.mark
        if self.function is not None:
            raise self.fail_at("function-needs-argument", self.function, name=self.typed(self.function))
        frame = self.innermost()
        if frame.kind == "bar":
            raise self.fail("bar-never-closed", frame.start, frame.start + 1)
        if frame.kind == "part" and not frame.closing:
            self.no_partner(end, frame)
        if frame.kind != "whole":
            raise self.fail(
                "bracket-never-closed", frame.opening.start, max(frame.opening.end, frame.start + 1)
            )
        if not (self.ended or (frame.listed and self.out[-1].kind == "COMMA")):
            self.need_operand(end)
        self.end_arguments("argument", "term")
        self.note_denominator()
        if frame.listed:
            self.out.insert(0, Token("LIST_OPEN", None, 0, 0))
            self.put_in("CLOSE", end.start)
        self.put(END, end)
