"""The line of Python that asks a derivation's question again, for those who want to go on from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from stepcalc.errors import StepcalcError
from stepcalc.notation.forms import Form
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.limits.rule import side_of
from stepcalc.trace.derivation import Derivation

_SIDES: Final = {0: "both", 1: "right", -1: "left"}


def source(derivation: Derivation) -> str:
    """The call that gives the derivation, or nothing where no short line does.

    Args:
        derivation: What is asked again.

    Examples:
        >>> from stepcalc import diff, gradient
        >>> source(diff("x^2 sin x"))
        "stepcalc.diff('x^2 sin x', 'x')"
        >>> source(gradient("x^2 y", ["x", "y"]))
        "stepcalc.gradient('x^2 y', letters=['x', 'y'])"
    """
    call = _CALLS.get(derivation.question.kind)
    text = _readable(derivation)
    if call is None or not text:
        return ""
    return f"stepcalc.{call(derivation, repr(text))}"


def _readable(derivation: Derivation) -> str:
    """A text that reads as the question's expression, without names that somebody declared."""
    from stepcalc.notation.reader import read_text

    form = derivation.question.form
    for text in (derivation.question.text, one_line(form)):
        try:
            whole = f"({text})" if form.head == "vector" else text
            if text and read_text(whole).form is form:
                return text
        except StepcalcError:
            continue
    return ""


def _diff(derivation: Derivation, text: str) -> str:
    letters = derivation.question.letters
    if len(set(letters)) == 1 and len(letters) > 1:
        return f"diff({text}, {letters[0].name!r}, order={len(letters)})"
    return f"diff({text}, {_in_a_row(letters)})"


def _limit(derivation: Derivation, text: str) -> str:
    goal = derivation.stages[0].goal
    side = _SIDES[side_of(goal)]
    asked = f"limit({text}, {goal.args[1].name!r}, to={one_line(goal.args[2], ascii=True)!r}"
    return f"{asked})" if side == "both" else f"{asked}, side={side!r})"


def _directional(derivation: Derivation, text: str) -> str:
    direction = derivation.stages[0].goal.args[1]
    towards = [one_line(part, ascii=True) for part in direction.args]
    return f"directional({text}, {', '.join(towards)!r}, letters={_listed(derivation)})"


def _in_a_row(letters: tuple[Form, ...]) -> str:
    return ", ".join(repr(letter.name) for letter in letters)


def _listed(derivation: Derivation) -> str:
    return f"[{_in_a_row(derivation.question.letters)}]"


def _of_letters(kind: str) -> Callable[[Derivation, str], str]:
    return lambda derivation, text: f"{kind}({text}, letters={_listed(derivation)})"


_CALLS: Final[Mapping[str, Callable[[Derivation, str], str]]] = {
    "diff": _diff,
    "partial": lambda derivation, text: f"partial({text}, {_in_a_row(derivation.question.letters)})",
    "definition": lambda derivation, text: (
        f"from_definition({text}, {_in_a_row(derivation.question.letters)})"
    ),
    "limit": _limit,
    "directional": _directional,
    **{
        kind: _of_letters(kind)
        for kind in ("gradient", "jacobian", "hessian", "divergence", "curl", "laplacian")
    },
}
"""How each kind of question is asked again; the others take more than a line."""
