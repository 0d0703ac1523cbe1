"""The question for a limit, and the derivation that answers it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from stepcalc.calculus.letters import free_letters, letter_form, listed, variable_of
from stepcalc.calculus.limits.search import LimitSearch
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, StepcalcError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import INFINITY, Form, depending, letter_label, rebuild
from stepcalc.numeric.approach import UNDEFINED, Approach
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.limits.cases import with_sign
from stepcalc.rulebook.limits.rule import INFINITE, MINUS_INFINITY, UnfitError, side_of
from stepcalc.rulebook.limits.rule import limit as limit_goal
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

SIDES: Final = {"both": 0, "+": 1, "right": 1, "-": -1, "left": -1}
_INFINITIES: Final = {
    "oo": INFINITY, "inf": INFINITY, "infinity": INFINITY, "∞": INFINITY,
}  # fmt: skip
_LIMIT_SIGN: Final = re.compile(
    r"""\s*\$*\\?lim(?:it)?\s*_?[\s{(]*  # the sign, with or without a subscript
    (?:[A-Za-z]\w*|\\[A-Za-z]+)\s*(?:->|→|\\to|\\rightarrow)\s*(?P<to>[^\s{}()\[\]]+)  # x -> 0
    [\s})]*(?P<subject>.*)""",
    re.VERBOSE | re.DOTALL,
)
"""lim x->0 sin(x)/x, lim_{x→0}[sin(x)/x] and the like."""


def limit(
    expression: Any,
    letter: Any = None,
    to: Any = 0,
    side: str = "both",
    *,
    assume: str | Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The limit of an expression as a letter goes to a point, with every step that leads to it.

    Args:
        expression: Text as people type it, or a SymPy expression.
        letter: The letter that moves; the only letter of the expression, or ``x``, if not given.
        to: Where it goes: a text (``"pi/2"``, ``"oo"``, ``"-oo"``; ``"0+"`` and ``"0-"`` name the side, too), a
            number or a SymPy expression.
        side: ``"both"``, ``"+"`` or ``"right"``, ``"-"`` or ``"left"``.
        assume: Signs of other letters, ``"a > 0"`` or ``["a > 0", "b < 0"]``. Where the limit depends on the
            sign of one letter and nothing is said of it, the answer is given by cases.
        rulebook: The rules; those that come with StepCalc if not given.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation. Its result is a number or expression, ``oo``, ``-oo``, or ``nan`` where there is no
        limit. ``.explained`` is false where the rules did not lead to it and it was computed only.

    Raises:
        ReadError: A text cannot be read.
        UsageError: It is not clear which letter moves, the side is not known, or the function has no real
            values close to the point.
        NotDerivableError: No rule applies, and the limit could not be computed either.

    Examples:
        >>> limit("sin(3x)/x").result
        3
        >>> limit("(x^2 - 1)/(x - 1)", to=1).steps[0].rule.name
        'Cancel a common factor'
        >>> limit("e^(a x)", "x", to="oo", assume="a < 0").result
        0
    """
    if side not in SIDES:
        raise UsageError(say("side-unknown", side=side), code="side-unknown")
    _refuse_limit_sign(expression)
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    notes = list(asked.notes)
    variable = letter_form(letter) if letter is not None else variable_of(asked.form, notes)
    if letter is not None and variable not in free_letters(asked.form) and free_letters(asked.form):
        raise UsageError(say("limit-letter-absent", letter=variable.name), code="limit-letter-absent")
    to, side = _towards(to, side)
    point = point_form(to, book, declared)
    if depending([point], frozenset({variable})):
        raise UsageError(say("limit-point-moves", letter=variable.name), code="limit-point-moves")
    form = _assumed(asked.form, variable, [assume] if isinstance(assume, str) else assume)
    wanted = limit_goal(form, variable, point, 0 if point in INFINITE else SIDES[side])
    held = tuple(sorted(free_letters(form) - {variable}, key=lambda item: item.name))
    _check_reached(wanted, book)
    step = _found(wanted, Working(book))
    question = Question("limit", form, (variable,), held, asked.text, tuple(notes))
    return Derivation(question, (step,), outcome(step), (), book)


def _refuse_limit_sign(expression: Any) -> None:
    """Say how to ask for what was written with the sign of a limit."""
    found = _LIMIT_SIGN.match(expression) if isinstance(expression, str) else None
    if found:
        to, subject = found["to"].removeprefix("\\"), found["subject"].strip(" $") or "sin(x)/x"
        raise UsageError(
            say("limit-sign", to="oo" if to in ("infty", "∞") else to, subject=subject), code="limit-sign"
        )


def _towards(to: Any, side: str) -> tuple[Any, str]:
    """The point, and the side that stands after it: 0+ is 0 from the right, as in textbooks.

    Raises:
        UsageError: Another side was asked for besides.
    """
    found = _ONE_SIDED.fullmatch(to) if isinstance(to, str) else None
    if found is None:
        return to, side
    own = "-" if found["side"] in "-−⁻" else "+"
    if SIDES[side] not in (0, SIDES[own]):
        raise UsageError(say("limit-two-sides", to=to.strip(), side=side), code="limit-two-sides")
    return found["to"], own


_ONE_SIDED: Final = re.compile(r"\s*(?P<to>.*[^\s^+\-−({])\s*\^?[({]?(?P<side>[+\-−⁺⁻])[)}]?\s*")
"""0+, 2⁻, 2^-, 2^{+}."""


def point_form(to: Any, book: Rulebook, declared: Collection[str] = ()) -> Form:
    """Where a letter goes, as a form.

    Raises:
        ReadError: A text cannot be read.
    """
    if isinstance(to, str):
        text = to.strip().replace("−", "-")
        sign, bare = (text[0], text[1:].strip()) if text[:1] in ("+", "-") and text else ("", text)
        if bare.lower() in _INFINITIES:
            return MINUS_INFINITY if sign == "-" else INFINITY
        return understand(to, book, declared).form
    import sympy

    from stepcalc.notation.values import expression_of

    given = to if isinstance(to, Form) else expression_of(to)
    if given in (sympy.oo, -sympy.oo):
        return INFINITY if given == sympy.oo else MINUS_INFINITY
    return understand(given, book, declared).form


def _check_reached(wanted: Form, book: Rulebook) -> None:
    """Refuse a point that cannot be approached inside the domain."""
    subject, variable, point = wanted.args[:3]
    near = _near(wanted, book)
    if not set(near.sides_with_values(subject)) & set(near.sides):
        from stepcalc.notation.unicode import one_line

        raise UsageError(
            say("limit-not-reached", letter=variable.name, point=one_line(point)), code="limit-not-reached"
        )


def _near(wanted: Form, book: Rulebook) -> Approach:
    """Numbers on the way to where a limit is sought."""
    _, variable, point = wanted.args[:3]
    return Approach(variable, point, side_of(wanted), book.definitions)


def _found(wanted: Form, working: Working) -> Step:
    """The step by rules; failing these, what SymPy computes, marked as not explained."""
    for by in (LimitSearch(working).solve, LimitSearch(working).solve_by_cases):
        try:
            return by(wanted)
        except UnfitError:
            continue
    result = _computed(wanted)
    # SymPy may be wrong: of sin²(x) + cos²(x) it gives bounds, of pieces the one that is written first.
    if result is None or _near(wanted, working.book).reaches(wanted.args[0], result) is False:
        raise _unknown(wanted)
    return Step(working.book.card("limit_unexplained"), None, wanted, {"L": result}, (), result)


def _unknown(wanted: Form) -> StepcalcError:
    """The error for a limit that was not found: other letters may be to blame."""
    undecided = [item.name for item in sorted(free_letters(wanted.args[0]), key=lambda item: item.name)
                 if item is not wanted.args[1] and not letter_label(item)[1]]  # fmt: skip
    if not undecided:
        return NotDerivableError(say("limit-unknown"), code="limit-unknown")
    letters = listed(undecided)
    return UsageError(say("limit-depends", letters=letters, example=undecided[0]), code="limit-depends")


def _assumed(form: Form, variable: Form, assume: Sequence[str]) -> Form:
    """A form with letters of which signs are assumed."""
    others = {item.name: item for item in free_letters(form) - {variable}}
    change: dict[Form, Form] = {}
    for text in assume:
        found = _SIGN.fullmatch(text)
        own = others.get(letter_form(found["name"]).name) if found else None
        if found is None or own is None:
            letters = listed(sorted(others)) or say("none")
            raise UsageError(say("assume-unknown", text=text, letters=letters), code="assume-unknown")
        change[own] = with_sign(own, "positive" if found["sign"] == ">" else "negative")
    return rebuild(form, change)


_SIGN: Final = re.compile(r"\s*(?P<name>\w+)\s*(?P<sign>[<>])\s*0\s*")


def _computed(wanted: Form) -> Form | None:
    import sympy

    from stepcalc.notation.values import form_of, value

    subject, variable, point = wanted.args[:3]
    direction = "+-" if len(wanted.args) == 3 else "+" if wanted.args[3].label == 1 else "-"
    try:
        found = sympy.limit(value(subject), value(variable), value(point), direction)
        if found is sympy.oo or found == -sympy.oo:
            return INFINITY if found == sympy.oo else MINUS_INFINITY
        if found is sympy.nan or found.has(sympy.AccumBounds):
            return UNDEFINED
        return None if found.has(sympy.Limit, sympy.oo, sympy.zoo) else form_of(found)
    except ValueError:
        return UNDEFINED  # SymPy's word for sides that differ
    except (NotImplementedError, TypeError, RecursionError, StepcalcError):
        return None
