"""Questions: what a person asks, in text or SymPy, and the derivation that answers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.letters import free_letters, letter_form, letters_given, variable_of
from stepcalc.calculus.nowhere import refuse_without_value
from stepcalc.calculus.working import Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, letters_of
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.conditions import Judge
from stepcalc.trace.derivation import Derivation, Question

if TYPE_CHECKING:
    import sympy

HIGHEST_ORDER: Final = 20
ANSWER_FORMS: Final = ("textbook", "expanded", "factored", "raw")
METHODS: Final = ("rules", "log")


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


_NOT_EXPRESSIONS: Final[Mapping[str, str]] = {
    "relation": "kind-relation",
    "logic": "kind-relation",
    "vector": "kind-vector",
    "reference": "kind-other",
    "true": "kind-relation",
    "integers": "kind-other",
    "nonpositive_integers": "kind-other",
}


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
    if form not in ANSWER_FORMS:
        raise UsageError(say("form-unknown", form=form, known=", ".join(ANSWER_FORMS)), code="form-unknown")
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
    return Working(book, tuple(prefer), form if tidy else "raw").differentiated(question)


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
    if given["form"] not in ANSWER_FORMS:
        known = ", ".join(ANSWER_FORMS)
        raise UsageError(say("form-unknown", form=given["form"], known=known), code="form-unknown")
    if from_definition:
        from stepcalc.calculus.definition import from_definition as by_definition

        return by_definition(expression, *letters, **given)
    from stepcalc.calculus.dependence import logarithmically

    return logarithmically(expression, *letters, **given)


@dataclass(frozen=True, slots=True)
class PointValue:
    """A function and its derivative at a point.

    Args:
        letters: The letters that were given values.
        values: Their values.
        function: The function's value there.
        derivative: The derivative's.
        tangent: The right-hand side of the tangent's equation in the variable; ``None`` for higher orders.
    """

    letters: tuple[Form, ...]
    values: tuple[Form, ...]
    function: Form
    derivative: Form
    tangent: Form | None


def _no_slope(function: Form, variable: Form, at: Form, there: Form) -> UsageError:
    """That there may be no derivative at a point, and the question that tells."""
    from stepcalc.notation.forms import add, divide, letter, rebuild, subtract
    from stepcalc.notation.unicode import one_line

    taken = {item.name for item in letters_of(function)}
    run = letter(next(name for name in ("h", "k", "t", "h_1") if name not in taken))
    ahead = rebuild(function, {variable: run if at is ZERO else add(at, run)})
    quotient = divide(ahead if there is ZERO else subtract(ahead, there), run)
    return UsageError(
        say(
            "point-no-derivative",
            at=one_line(at), value=one_line(there), quotient=one_line(quotient), run=run.name,
        ),
        code="point-no-derivative",
    )  # fmt: skip


def at_point(derivation: Derivation, point: Mapping[Form, Form]) -> PointValue:
    """The function, its derivative and its tangent at a point.

    Args:
        derivation: A derivation with respect to one letter.
        point: A value for the letters, at least for the one that varies.

    Returns:
        Exact values, with the letters that were given none left in.

    Raises:
        UsageError: The letter that varies has no value, a value is not a number, or the point is outside the
            domain of the function or of its derivative.

    Examples:
        >>> from stepcalc.notation.forms import letter, number
        >>> x = letter("x")
        >>> at_point(diff("x^2"), {x: number(3)}).derivative.label
        6
    """
    from stepcalc.calculus.exact_values import value_at
    from stepcalc.notation.unicode import one_line
    from stepcalc.notation.values import form_of, value

    variable = derivation.question.letters[0]
    if variable not in point:
        raise UsageError(
            say("point-missing", letters=variable.name, example=f"{variable.name}=1"), code="point-missing"
        )
    for letter, given in point.items():
        if letters_of(given) - set(derivation.question.held):
            raise UsageError(
                say("point-not-number", variable=letter.name, value=one_line(given)), code="point-not-number"
            )
    function, derivative = (
        value_at(form, point, derivation.rulebook) for form in (derivation.question.form, derivation.answer)
    )
    given_domain = Judge(derivation.rulebook).of_function(derivation.question.form)
    if not is_finite(function) or any(fails_at(condition, point) for condition in given_domain):
        raise outside(variable, point)
    lost = any(fails_at(condition.relation, point) for condition in derivation.conditions)
    if lost or not is_finite(derivative):
        raise _no_slope(derivation.question.form, variable, point[variable], form_of(function))
    tangent = None
    if len(derivation.question.letters) == 1:
        line = derivative * (value(variable) - value(point[variable])) + function
        # Multiplied out, unless that makes it much longer, as ln(π/2) and powers of π do.
        open_line = line.expand()
        tangent = form_of(open_line if open_line.count_ops() <= line.count_ops() + 4 else line)
    return PointValue(tuple(point), tuple(point.values()), form_of(function), form_of(derivative), tangent)


def fails_at(condition: Form, point: Mapping[Form, Form]) -> bool:
    """Whether a condition is known not to hold at a point."""
    from stepcalc.notation.forms import rebuild
    from stepcalc.numeric.signs import decide

    return decide(rebuild(condition, point), {}, {}) is False


def is_finite(found: Any) -> bool:
    """Whether a SymPy value is a real number, or a matrix of them."""
    import sympy

    return not found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I)


def outside(variable: Form, point: Mapping[Form, Form]) -> UsageError:
    """The error for a point at which the function or its derivative does not exist."""
    from stepcalc.notation.unicode import one_line

    return UsageError(
        say("point-outside", variable=variable.name, value=one_line(point[variable])), code="point-outside"
    )
