"""Letters that depend on letters: the total derivative, implicit and logarithmic differentiation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from stepcalc.calculus.letters import free_letters, letter_form, letters_given, listed, variable_of
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Trail, Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import opposite, over
from stepcalc.notation.forms import (
    ZERO,
    Form,
    add,
    call,
    goal,
    letters_of,
    negate,
    nodes_of,
    relation,
    size_up_to,
    vector,
)
from stepcalc.notation.unicode import one_line
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.dependence import is_product_of_powers, put_in
from stepcalc.rulebook.limits.table import RULES
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step


def total(
    function: Any,
    wrt: Any,
    *more: Any,
    where: Mapping[Any, Any] | None = None,
    tidy: bool = True,
    form: str = "textbook",
    prefer: Collection[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The total derivative: how a function changes when the letters in it change with another letter.

    Args:
        function: The function, or a list of components; or everything in one text,
            ``"f = x^2 y; x = cos t; y = sin t"``. It goes by the name it has there, by f without one.
        wrt: The letter that everything depends on in the end; or several, one by one, in a sequence or in one
            text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        where: What the letters of the function stand for, over any number of levels; also as the last of the
            letters.
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form, as for ``diff``.
        prefer: Laws to prefer where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation: a branch for each way in which the function depends on the letter, put together, then
        compared with direct substitution. Its result is an expression in the letter alone. Of several
        components, or with several letters, it is the Jacobian of the composition as the product of the
        Jacobians of its parts, shape (components, letters).

    Raises:
        UsageError: A letter stands for something that depends on itself or is one of those that vary, or a part
            is not ``name = expression``.
        ReadError: A text cannot be read.

    Examples:
        >>> total("f = x^2 + y^2; x = cos t; y = 2 sin t", "t").result
        3*sin(2*t)
        >>> total("F = (u v, u + v); u = x^2; v = x y", ["x", "y"]).result
        Matrix([
        [3*x**2*y, x**3],
        [ 2*x + y,    x]])
    """
    book = rulebook or default_book()
    if more and isinstance(more[-1], Mapping):
        *more_letters, where = more
        more = tuple(more_letters)
    variables = letters_given(wrt, *more)
    if not variables:
        raise UsageError(say("letters-missing", example="--wrt t"), code="letters-missing")
    names = {"declared": declared, "functions": functions}
    name, subject, definitions, text = _system(function, where, book, names)
    known = {**definitions, **dict(_called(name, subject))}
    if name is not None and name in definitions:
        raise UsageError(say("total-twice", name=one_line(name)), code="total-twice")
    _refuse_circles(known)
    _refuse_defined(variables, known)
    working = Working(book, tuple(prefer), form, tidy=tidy)
    own = free_letters(put_in(subject, definitions))
    equations = [relation("=", *each) for each in (*definitions.items(), *_called(name, subject))]
    held = tuple(sorted(own - set(variables), key=lambda item: item.name))
    absent = [item.name for item in variables if item not in own]
    notes = [say("letter-absent", letters=listed(absent))] if absent else []
    if subject.head == "vector" or len(variables) > 1:
        step = working.solve(call("composed", subject, vector(*variables), *equations))
        return _finished("composed", working, subject, variables, held, text, step, notes)
    step = working.solve(call("total", subject, *variables, *equations))
    return _finished("total", working, subject, variables, held, text, step, notes)


def _called(name: Form | None, subject: Form) -> list[tuple[Form, Form]]:
    """The function under its name, where it was given one."""
    return [] if name is None else [(name, subject)]


def _refuse_defined(variables: Sequence[Form], definitions: Mapping[Form, Form]) -> None:
    """Refuse a letter that is to vary and stands for something at the same time."""
    for name in variables:
        if name in definitions:
            raise UsageError(say("total-defined", name=name.name), code="total-defined")


def _components(given: Any, book: Rulebook, names: Mapping[str, Collection[str]]) -> Form:
    """The function: an expression, or a vector where there are several components."""
    from stepcalc.calculus.vector import components

    found = components(given, book, dict(names))
    return found.args[0] if len(found.args) == 1 else found


def _system(
    function: Any, where: Mapping[Any, Any] | None, book: Rulebook, names: Mapping[str, Collection[str]]
) -> tuple[Form | None, Form, dict[Form, Form], str]:
    """The function's name, if it has one, the function, what its letters stand for, and the text it came in."""
    if where is not None:
        definitions = {
            letter_form(name): understand(body, book, **names).form for name, body in where.items()
        }
        if not isinstance(function, str):
            return None, _components(function, book, names), definitions, ""
        name, body = _name_and_body(function)
        return name, _components(body, book, names), definitions, function
    if not isinstance(function, str) or ";" not in function:
        raise UsageError(say("total-needs-parts"), code="total-needs-parts")
    first, *rest = [part for part in function.split(";") if part.strip()]
    definitions = {}
    for part in rest:
        name, body = _name_and_body(part)
        if name is None:
            raise UsageError(say("total-needs-name", part=part.strip()), code="total-needs-name")
        if name in definitions:
            raise UsageError(say("total-twice", name=one_line(name)), code="total-twice")
        definitions[name] = understand(body, book, **names).form
    name, body = _name_and_body(first)
    return name, _components(body, book, names), definitions, function


def _name_and_body(part: str) -> tuple[Form | None, str]:
    """The two sides of "name = expression"; no name where there is only an expression."""
    left, equals, body = part.partition("=")
    name = left.split("(")[0].strip()
    return (letter_form(name), body) if equals and name else (None, body if equals else part)


def _refuse_circles(definitions: Mapping[Form, Form]) -> None:
    for name in definitions:
        seen: set[Form] = set()
        front = letters_of(definitions[name])
        while front:
            if name in front:
                raise UsageError(say("total-circle", name=name.name), code="total-circle")
            seen |= front
            front = (
                frozenset().union(*(letters_of(definitions[item]) for item in front if item in definitions))
                - seen
            )


def implicit(
    equation: Any,
    y: Any = "y",
    x: Any = None,
    *,
    order: int = 1,
    tidy: bool = True,
    form: str = "textbook",
    prefer: Collection[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The slope dy/dx of a curve that is given by an equation between x and y.

    Args:
        equation: The equation, ``"x^2 + y^2 = 25"``, or an expression that is to be 0.
        y: The letter that depends on the other.
        x: The other letter; the only one there is besides ``y``, or x, if not given.
        order: 1 for dy/dx, 2 for d²y/dx².
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form, as for ``diff``.
        prefer: Laws to prefer where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation; its result is an expression in both letters.

    Raises:
        UsageError: One of the letters does not occur, or the order is neither 1 nor 2.
        ReadError: The text cannot be read.

    Examples:
        >>> implicit("x^2 + y^2 = 25").result
        -x/y
    """
    book = rulebook or default_book()
    if order not in (1, 2):
        raise UsageError(say("implicit-order"), code="implicit-order")
    zero, text = _equation(equation, book, declared, functions)
    depending = letter_form(y)
    own = free_letters(zero)
    if depending not in own and len(own) > 1:
        *_, of = names = [item.name for item in sorted(own, key=lambda item: item.name)]
        raise UsageError(
            say("implicit-of", letter=depending.name, letters=listed(names), of=of, wrt=names[0]),
            code="implicit-of",
        )
    varying = letter_form(x) if x is not None else _other(own, depending)
    missing = [item.name for item in (depending, varying) if item not in own]
    if missing:
        raise UsageError(say("implicit-missing", letters=listed(missing)), code="implicit-missing")
    working = Working(book, tuple(prefer), form, tidy=tidy)
    step = working.solve(call("implicit" if order == 1 else "implicit_again", zero, varying, depending))
    held = tuple(sorted(own - {varying, depending}, key=lambda item: item.name))
    return _finished("implicit", working, zero, (varying,) * order, held, text, step)


def _equation(
    given: Any, book: Rulebook, declared: Collection[str], functions: Collection[str]
) -> tuple[Form, str]:
    """An equation as an expression that is to be 0."""
    if isinstance(given, str):
        from stepcalc.notation.reader import read_text

        form = read_text(
            given, functions=book.functions, declared=declared, undefined=functions, relations=True
        ).form
        text = given
    elif isinstance(given, Form):
        form, text = given, ""
    else:
        from stepcalc.notation.values import form_of

        form, text = form_of(given), ""
    return zero_of(form), text


def zero_of(form: Form) -> Form:
    """What is 0 where an equation holds: its left side less its right; an expression is that itself."""
    if form.head != "relation" or form.label != "=":
        return form
    left, right = form.args
    if right is ZERO:
        return left
    return add(*(left.args if left.head == "sum" else (left,)), negate(right))


def _other(letters: frozenset[Form], y: Form) -> Form:
    others = sorted(letters - {y}, key=lambda item: item.name)
    named = next((item for item in others if item.name == "x"), None)
    if named is not None or not others:
        return named or letter_form("x")
    if len(others) > 1:
        raise UsageError(
            say("implicit-which", letters=listed([item.name for item in others])), code="implicit-which"
        )
    return others[0]


def logarithmically(
    expression: Any,
    x: Any = None,
    *,
    tidy: bool = True,
    form: str = "textbook",
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The derivative of a product of powers by way of its logarithm, f′ = f·(ln f)′.

    Args:
        expression: Text or a SymPy expression.
        x: The letter; chosen as for ``diff`` if not given.
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation; it holds where the factors are positive, as their logarithms must exist.

    Raises:
        ReadError: The text cannot be read.
        UsageError: The expression is no product, quotient or power, so that its logarithm is no simpler; or
            it does not contain the letter.

    Examples:
        >>> logarithmically("x^2 e^x").result
        x*(x + 2)*exp(x)
    """
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    notes = list(asked.notes)
    variable = letter_form(x) if x is not None else asked.variable or variable_of(asked.form, notes)
    if asked.order > 1:
        raise UsageError(say("method-once"), code="method-once")
    if not is_product_of_powers(asked.form):
        raise UsageError(say("log-no-product", form=one_line(asked.form)), code="log-no-product")
    if variable not in free_letters(asked.form):
        raise UsageError(say("log-constant", letter=variable.name), code="log-constant")
    working = Working(book, (), form, tidy=tidy)
    step = _by_logarithm(goal(asked.form, variable), working)
    held = tuple(sorted(free_letters(asked.form) - {variable}, key=lambda item: item.name))
    return _finished("logarithmic", working, asked.form, (variable,), held, asked.text, step, notes)


def _by_logarithm(wanted: Form, working: Working) -> Step:
    """The step that answers a derivative by that of the logarithm."""
    substeps: dict[Form, Step] = {}

    def solve(sought: Form) -> Form:
        step = substeps[sought] = working.solve(sought)
        return outcome(step)

    result = RULES["logarithmically"].apply(wanted, {}, solve)
    card = working.book.card("logarithmically")
    return Step(card, None, wanted, {}, tuple(substeps.values()), result)


def _finished(
    kind: str,
    working: Working,
    subject: Form,
    letters: tuple[Form, ...],
    held: tuple[Form, ...],
    text: str,
    step: Step,
    notes: Sequence[str] = (),
) -> Derivation:
    answer = outcome(step)
    trail = working.tidied_matrix(answer) if answer.head == "matrix" else working.tidied(answer)
    if kind == "implicit" and working.form != "raw":
        trail = _over_one_bar(trail, working)
    question = Question(kind, subject, letters, held, text, tuple(notes))
    return working.finished(question, (step, *trail.steps), trail.form)


LARGEST_OVER_ONE_BAR: Final = 120
"""How many nodes a slope has at most for fractions within its fraction to be cleared."""


def _over_one_bar(trail: Trail, working: Working) -> Trail:
    """A slope without fractions above or below its bar: 9y²/(1 − 9xy), not 9y/(1/y − 9x)."""
    before = trail.form
    inner = [part for node in nodes_of(before) if node.head == "quotient" for part in node.args]
    if size_up_to(before, LARGEST_OVER_ONE_BAR) is None or not any(map(_has_fractions, inner)):
        return trail
    import sympy

    from stepcalc.notation.values import form_of, manner_of, value

    cleared = sympy.factor_terms(sympy.together(value(before)))
    above, below = sympy.fraction(cleared)
    turned = above.could_extract_minus_sign()
    if turned:
        # A minus in front of a bracket goes into it; else it stands in front of the whole.
        bracket = next((part for part in sympy.Mul.make_args(-above) if part.is_Add), None)
        turned = bracket is None
        above = -above if bracket is None else sympy.Mul(*sympy.Mul.make_args(-above / bracket), -bracket)
    manner = manner_of(before)
    after = over(form_of(above, manner=manner), form_of(below, manner=manner))
    after = opposite(after) if turned else after
    if any(_has_fractions(part) for node in nodes_of(after) if node.head == "quotient" for part in node.args):
        return trail
    return Trail((*trail.steps, working.rewrite("one_fraction", before, after)), after)


def _has_fractions(form: Form) -> bool:
    """Whether a letter stands below a bar somewhere in a form."""
    return any(node.head == "quotient" and letters_of(node.args[1]) for node in nodes_of(form))
