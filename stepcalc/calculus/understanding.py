"""What was asked, as it is understood: text, SymPy or a form, as an expression within limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.letters import letter_form
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.rulebook.book import Rulebook, default_book

if TYPE_CHECKING:
    import sympy

_NOT_EXPRESSIONS: Final[Mapping[str, str]] = {
    "relation": "kind-relation",
    "logic": "kind-relation",
    "vector": "kind-vector",
    "reference": "kind-other",
    "true": "kind-relation",
    "integers": "kind-other",
    "nonpositive_integers": "kind-other",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression as it was understood.

    Args:
        form: The expression.
        text: What was typed, or empty.
        notes: The choices made in reading it.
        variable: The letter that the text itself names (``d/dt(...)``), if it does.
        order: How many times the text itself asks to differentiate (``d²/dx²(...)``).
    """

    form: Form
    text: str = ""
    notes: tuple[str, ...] = ()
    variable: Form | None = None
    order: int = 1


def read(
    text: str,
    *,
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> sympy.Expr:
    """The SymPy expression that a text stands for; the text is never evaluated as Python.

    Args:
        text: An expression as people type it, such as ``x^2 sin x`` or ``\\frac{1}{x}``.
        rulebook: The book whose functions can be typed.
        declared: Names to be read as one letter.
        functions: Names of undefined functions.

    Returns:
        The expression; its letters are plain SymPy symbols.

    Raises:
        ReadError: The text is not an expression; the error says where and what to do.
        LimitError: It is, or would become, too large.

    Examples:
        >>> read("x^2 sin x")
        x**2*sin(x)
    """
    from stepcalc.notation.values import value

    return value(understand(text, rulebook or default_book(), declared, functions).form)


def understand(
    expression: Any, book: Rulebook, declared: Collection[str] = (), functions: Collection[str] = ()
) -> Asked:
    """An expression given as text, form or SymPy, as a form within limits.

    Raises:
        ReadError: A text cannot be read.
        LimitError: The expression is too large.
        NotDerivableError: A SymPy expression has a part that StepCalc has no form for.
        UsageError: It is an equation or a list, not an expression.
    """
    from stepcalc.notation.limits import check_limits

    if isinstance(expression, str):
        from stepcalc.notation.reader import read_text

        reading = read_text(expression, functions=book.functions, declared=declared, undefined=functions)
        named = None if reading.wrt is None else letter_form(reading.wrt)
        form, order = _unwrapped(reading.form, named, reading.order)
        asked = Asked(form, expression, tuple(note.text for note in reading.notes), named, order)
    elif isinstance(expression, Form):
        asked = Asked(expression)
        check_limits(expression)
    else:
        from stepcalc.notation.values import expression_of, form_of

        asked = Asked(form_of(expression_of(expression)))
        check_limits(asked.form)
    kind = _NOT_EXPRESSIONS.get(str(asked.form.label) if asked.form.head == "constant" else asked.form.head)
    if kind:
        raise UsageError(
            say("not-an-expression", kind=say(kind)), code="not-an-expression", text=asked.text or None
        )
    return asked


def _unwrapped(form: Form, variable: Form | None, order: int) -> tuple[Form, int]:
    """What stands inside d/dx(d/dx(...)), and how many times it is differentiated in all."""
    while variable is not None and form.head == "goal" and set(form.args[1:]) == {variable}:
        form, order = form.args[0], order + len(form.args) - 1
    return form, order
