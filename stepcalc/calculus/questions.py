"""``stepcalc.diff``: by the rules, by the definition, or by the logarithm."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from stepcalc.calculus.letters import free_letters, letters_given, variable_of
from stepcalc.calculus.nowhere import refuse_without_value
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation, Question

HIGHEST_ORDER: Final = 20
METHODS: Final = ("rules", "log")


def diff(
    expression: Any,
    letters: Any = (),
    *more: Any,
    order: int = 1,
    tidy: bool = True,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
    method: str = "rules",
    from_definition: bool = False,
) -> Derivation:
    """The derivative of an expression, with every step that leads to it.

    Args:
        expression: Text as people type it, or a SymPy expression, which is taken as it is.
        letters: The letter to differentiate with respect to (a text or a SymPy symbol); several for one
            derivative after another: one by one, in a sequence, or in one text (``"x, y"``). Where none is given,
            the only letter of the expression, or ``x`` if the others are among a, b, c, k, m, n and p.
        more: Further letters, where they are given one by one.
        order: How many times to differentiate, when one letter is given.
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form: ``"textbook"``, ``"expanded"``, ``"factored"`` or ``"raw"``.
        prefer: The laws to choose where teachers differ: ``"product"`` (instead of the quotient rule),
            ``"tan"`` (1 + tan² instead of sec²).
        rulebook: The rules; those that come with StepCalc if not given. See ``load_book``.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.
        method: ``"rules"``, or ``"log"`` for a product of powers: the logarithm is differentiated.
        from_definition: Whether to go by rise over run and a limit, without the rules of differentiation.

    Returns:
        The derivation: ``.result``, ``.steps``, ``.conditions``, ``.verify()``.

    Raises:
        ReadError: The text cannot be read; LimitError: it is too large.
        UsageError: It is not clear which letter varies, or an option has no such value.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> diff("x**2*sin(x)").result
        x*(x*cos(x) + 2*sin(x))
        >>> [step.rule.name for step in diff("sin(2x)").steps][0]
        'Chain rule'
        >>> diff("x^x", method="log").steps[0].rule.name
        'Differentiate the logarithm'
        >>> diff("x^2", from_definition=True).steps[0].rule.name
        'Definition of the derivative'
    """
    wanted = letters_given(letters, *more)
    if method != "rules" or from_definition:
        given = {
            "tidy": tidy, "form": form, "rulebook": rulebook, "declared": declared, "functions": functions,
        }  # fmt: skip
        return _otherwise(expression, wanted, order, method, from_definition, given)
    if type(order) is not int or not 1 <= order <= HIGHEST_ORDER:
        raise UsageError(say("order-range", most=HIGHEST_ORDER), code="order-range")
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    refuse_without_value(asked.form)
    notes = list(asked.notes)
    if not wanted:
        wanted = (asked.variable or variable_of(asked.form, notes),)
    if len(wanted) == 1:
        wanted *= max(order, asked.order)
    held = tuple(sorted(free_letters(asked.form) - set(wanted), key=lambda item: item.name))
    question = Question("diff", asked.form, wanted, held, asked.text, tuple(notes))
    return Working(book, tuple(prefer), form, tidy=tidy).differentiated(question)


def _otherwise(
    expression: Any,
    letters: Sequence[Form],
    order: int,
    method: str,
    from_definition: bool,
    given: Mapping[str, Any],
) -> Derivation:
    """The derivative by its definition, or by the logarithm."""
    if method not in METHODS:
        raise UsageError(say("method-unknown", method=method), code="method-unknown")
    if from_definition and method != "rules":
        raise UsageError(say("method-one"), code="method-one")
    if order != 1 or len(letters) > 1:
        code = "definition-once" if from_definition else "method-once"
        raise UsageError(say(code), code=code)
    if from_definition:
        from stepcalc.calculus.definition import from_definition as by_definition

        return by_definition(expression, *letters, **given)
    from stepcalc.calculus.dependence import logarithmically

    return logarithmically(expression, *letters, **given)
