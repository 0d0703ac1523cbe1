"""Questions of optimisation as they were asked: equations, letters in order, and points to start from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.letters import USUAL_CONSTANTS, by_name, free_letters, letter_form, listed
from stepcalc.calculus.understanding import understand
from stepcalc.errors import MissingExtraError, NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, add, call, letter, negate
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.equations.algebra import bounded

if TYPE_CHECKING:
    from stepcalc.calculus.working import Working
    from stepcalc.trace.step import Step


@dataclass(frozen=True, slots=True)
class Functions:
    """What was asked about, each as an expression; of an equation the one that is to be 0.

    Args:
        forms: The expressions.
        text: What was typed, or empty.
        equations: The equations as they were given, for those that were equations.
    """

    forms: tuple[Form, ...]
    text: str = ""
    equations: tuple[Form | None, ...] = ()


def functions_of(
    given: Any, book: Rulebook, declared: Collection[str] = (), functions: Collection[str] = ()
) -> Functions:
    """Expressions or equations, given as one text with commas or semicolons between them, or as a sequence.

    Args:
        given: The text, SymPy expression or form, or several of them.
        book: The rules.
        declared: Names that are letters.
        functions: Names of undefined functions.

    Raises:
        ReadError: A text cannot be read.
        UsageError: There is something else than an expression or an equation.
    """
    if isinstance(given, str):
        from stepcalc.notation.reader import read_text

        form = read_text(
            given.replace(";", ","), functions=book.functions, declared=declared, undefined=functions,
            vector=True, relations=True,
        ).form  # fmt: skip
        parts: Sequence[Form] = form.args if form.head == "vector" else (form,)
        pairs = [_as_zero(part) for part in parts]
        text = given
    elif isinstance(given, Form) and given.head == "vector":
        pairs, text = [_as_zero(part) for part in given.args], ""
    elif isinstance(given, list | tuple):
        found = [functions_of(each, book, declared, functions) for each in given]
        pairs = [(part.forms[0], part.equations[0]) for part in found]
        text = ", ".join(part.text for part in found) if all(part.text for part in found) else ""
    else:
        pairs, text = [_as_zero(_form(given))], ""
    for form, _ in pairs:
        understand(form, book)  # refuses what is no expression
    return Functions(tuple(form for form, _ in pairs), text, tuple(equation for _, equation in pairs))


def _form(given: Any) -> Form:
    from stepcalc.notation.values import form_of

    return given if isinstance(given, Form) else form_of(given)


def _as_zero(form: Form) -> tuple[Form, Form | None]:
    """An equation as what is to be 0, and the equation."""
    if form.head != "relation":
        return form, None
    if form.label != "=":
        raise UsageError(say("equation-not-inequality"), code="equation-not-inequality")
    left, right = form.args
    if right is ZERO:
        return left, form
    terms = left.args if left.head == "sum" else (left,)
    return add(*terms, negate(right)), form


def letters_of_question(
    given: Sequence[Any], forms: Sequence[Form], also: Collection[Form] = ()
) -> tuple[Form, ...]:
    """The letters that vary: those that were named, else all, by name.

    Args:
        given: What was named.
        forms: The expressions.
        also: Letters that may be named though they do not occur.

    Raises:
        UsageError: A letter does not occur, is named twice, or there is none.
    """
    own = frozenset().union(*(free_letters(form) for form in forms))
    if not given:
        if not own:
            raise UsageError(say("letters-missing", example="--wrt x"), code="letters-missing")
        return tuple(sorted(own, key=by_name))
    wanted = tuple(letter_form(each) for each in given)
    twice = [item.name for place, item in enumerate(wanted) if item in wanted[:place]]
    if twice:
        raise UsageError(say("letter-twice", letters=listed(twice)), code="letter-twice")
    absent = [item.name for item in wanted if item not in own and item not in also]
    if absent:
        known = listed([item.name for item in sorted(own, key=by_name)]) or say("none")
        code = "letter-not-of-expression" if len(own) > 1 else "letter-not-the-one"
        raise UsageError(say(code, name=absent[0], letters=known), code=code)
    return wanted


def usual_letters(forms: Sequence[Form]) -> tuple[Form, ...]:
    """The letters that vary unasked where others are usual constants: in a·x² + b·x only x does; else none.

    Args:
        forms: The expressions.
    """
    own = frozenset().union(*(free_letters(form) for form in forms))
    constants = {item for item in own if item.name in USUAL_CONSTANTS}
    usual = own - constants
    if not constants or not all(item.name[0] in "xyzuvwt" for item in usual):
        return ()
    return tuple(sorted(usual, key=by_name))


def refuse_held(forms: Sequence[Form], letters: Sequence[Form]) -> None:
    """Refuse letters that have no number: numbers cannot be computed with them.

    Raises:
        UsageError: There are letters besides those that vary.
    """
    own = frozenset().union(*(free_letters(form) for form in forms))
    held = sorted(own - set(letters), key=by_name)
    if held:
        names = listed([item.name for item in held])
        raise UsageError(say("numbers-other-letters", letters=names), code="numbers-other-letters")


def point_of(given: Any, letters: Sequence[Form], book: Rulebook, option: str) -> tuple[Form, ...]:
    """A point: a number, a text (``"1,2"`` or ``"x=1,y=2"``), a sequence, or values by letter.

    Args:
        given: The point.
        letters: The letters, in order.
        book: The rules.
        option: What it is called where it is typed, for errors.

    Raises:
        UsageError: There are not as many numbers as letters, or something is no number.
        ReadError: A text cannot be read.
    """
    values = _by_letter(given, letters)
    if len(values) != len(letters) or any(item not in values for item in letters):
        example = ",".join("1" for _ in letters)
        message = say("point-numbers", option=option, count=len(letters), example=example)
        raise UsageError(message, code="point-numbers")
    return tuple(_number(values[item], book) for item in letters)


def _by_letter(given: Any, letters: Sequence[Form]) -> dict[Form, Any]:
    if isinstance(given, Mapping):
        return {letter_form(key): value for key, value in given.items()}
    if isinstance(given, str):
        parts: list[Any] = _split(given)
    elif hasattr(given, "__iter__"):
        parts = list(given)
    else:
        parts = [given]
    found: dict[Form, Any] = {}
    for place, part in enumerate(parts):
        name, equals, value = part.partition("=") if isinstance(part, str) else ("", "", part)
        key = letter_form(name.strip()) if equals else letters[place] if place < len(letters) else None
        found[key if key is not None else letter(f"#{place}")] = value if equals else part
    return found


def _split(text: str) -> list[Any]:
    """A text at its commas, but for those in brackets."""
    text = text.strip()
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character in ",;" and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    if len(parts) == 1 and text.startswith("(") and text.endswith(")") and "," in text:
        return _split(text[1:-1])
    return [part.strip() for part in parts]


def _number(given: Any, book: Rulebook) -> Form:
    """A number of any kind as a form; a float as the decimal that it is written as."""
    from stepcalc.numeric.evaluate import compile_forms

    if hasattr(given, "item") and not hasattr(given, "free_symbols"):
        given = given.item()  # a NumPy number
    form = understand(repr(given) if isinstance(given, int | float) else given, book).form
    if free_letters(form) or compile_forms([form], book.definitions).at({})[0] is None:
        from stepcalc.notation.unicode import one_line

        raise UsageError(say("plot-number", text=one_line(form)), code="not-a-number")
    return form


def numbers(forms: Sequence[Form], book: Rulebook) -> tuple[Any, ...]:
    """The values of forms without letters, at 50 digits."""
    from stepcalc.numeric.evaluate import compile_forms

    return tuple(compile_forms(forms, book.definitions).at({}))


def split_numbers(given: Any, book: Rulebook) -> tuple[Form, ...]:
    """Numbers in a row, however they are grouped: ``"-1,2; 0,3"``, ``[(-1, 2), (0, 3)]``."""
    if isinstance(given, str):
        return tuple(_number(part, book) for part in _split(given))
    if hasattr(given, "__iter__"):
        return tuple(each for part in given for each in split_numbers(part, book))
    return (_number(given, book),)


SECONDS: Final = 8.0
"""How long equations are solved in closed form before points are sought by numbers."""


def solved_exactly(working: Working, card: str, asked: Sequence[Form]) -> Step | None:
    """The step that solves equations in closed form: case by case, or at one blow; ``None`` where that fails.

    Args:
        working: The work on the question.
        card: ``"stationary"`` or ``"constrained"``.
        asked: The arguments of the goal.
    """
    from sympy import PolynomialError

    for name in (card, f"{card}_found"):
        wanted = call(name, *asked)
        try:
            return bounded(lambda wanted=wanted: working.solve(wanted), SECONDS)  # type: ignore[misc]
        except PolynomialError:
            continue  # SymPy's algebra has gaps of its own; points can still be sought by numbers
        except NotDerivableError as problem:
            if problem.code != "no-exact-solution":
                raise
    return None


def need_numpy(what: str) -> None:
    """Refuse to compute where NumPy is not installed.

    Args:
        what: The key of the message that says for what it is needed.

    Raises:
        MissingExtraError: It is not.
    """
    if find_spec("numpy") is None:
        raise MissingExtraError(say("extra-missing", what=say(what), extra="fit"), code="extra-missing")
