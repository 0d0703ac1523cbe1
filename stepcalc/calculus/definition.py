"""The derivative from its definition: rise over run, the algebra that frees the h, and the limit.

No rule of differentiation is used on the way: these are the derivations that the rules rest on.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from stepcalc.calculus.letters import free_letters, letter_form, variable_of
from stepcalc.calculus.limits.algebra import WAYS
from stepcalc.calculus.limits.near import Near, Proposal, Way, fraction
from stepcalc.calculus.limits.search import LimitSearch
from stepcalc.calculus.questions import ANSWER_FORMS, understand
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import as_fraction, raised, times
from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    Form,
    add,
    call,
    divide,
    goal,
    letter,
    multiply,
    negate,
    number,
    postorder,
    power,
    rebuild,
    size,
    subtract,
)
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.limits.rule import UnfitError
from stepcalc.rulebook.limits.table import RULES
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

RUNS: Final = ("h", "k", "t", "s", "w")
"""What the run is called: the first letter that the function does not have."""

MOST_EXPANDED: Final = 80


def from_definition(
    expression: Any,
    variable: Any = None,
    *,
    tidy: bool = True,
    form: str = "textbook",
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The derivative of an expression as the limit of its difference quotient.

    Args:
        expression: Text or a SymPy expression.
        variable: The letter to differentiate with respect to; found as ``diff`` finds it, if not given.
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form, as for ``diff``.
        rulebook: The rules; those that come with StepCalc if not given.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation. None of its steps uses a rule of differentiation.

    Raises:
        ReadError: The text cannot be read.
        UsageError: It is not clear which letter varies.
        NotDerivableError: The algebra here does not free the h of this function.

    Examples:
        >>> derivation = from_definition("1/x")
        >>> derivation.result
        -1/x**2
        >>> [step.rule.id for step in derivation.steps][:3]
        ['definition', 'one_fraction', 'limit_constant_multiple']
    """
    if form not in ANSWER_FORMS:
        raise UsageError(say("form-unknown", form=form, known=", ".join(ANSWER_FORMS)), code="form-unknown")
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    if asked.order > 1:
        raise UsageError(say("definition-once"), code="definition-once")
    notes = list(asked.notes)
    wanted = (
        letter_form(variable) if variable is not None else asked.variable or variable_of(asked.form, notes)
    )
    held = tuple(sorted(free_letters(asked.form) - {wanted}, key=lambda item: item.name))
    question = Question("definition", asked.form, (wanted,), held, asked.text, tuple(notes))
    working = Working(book, (), form if tidy else "raw")
    step = _by_definition(asked.form, wanted, working)
    trail = working.tidied(outcome(step))
    return working.finished(question, (step, *trail.steps), trail.form)


def _by_definition(subject: Form, variable: Form, working: Working) -> Step:
    """The step that answers the derivative by the limit of rise over run."""
    taken = {item.name for item in free_letters(subject)} | {variable.name}
    run = letter(next(name for name in (*RUNS, *(f"h_{n}" for n in range(99))) if name not in taken))
    search = LimitSearch(working, calculus=False, ways=_WAYS)
    substeps: dict[Form, Step] = {}

    def solve(wanted: Form) -> Form:
        step = substeps[wanted] = search.solve(wanted)
        return outcome(step)

    wanted = goal(subject, variable)
    try:
        result = RULES["definition"].apply(wanted, {"h": run}, solve)
    except UnfitError:
        raise NotDerivableError(
            say("definition-not-freed", run=run.name), code="definition-not-freed"
        ) from None
    card = working.book.card("definition")
    return Step(card, None, wanted, {"h": run}, tuple(substeps.values()), result)


# ----------------------------------------------------------------------- the algebra of difference quotients


def _difference(near: Near) -> tuple[Form, Form, Form] | None:
    """F(x + h), F(x) and h of a difference quotient (F(x + h) − F(x))/h."""
    if near.form.head != "quotient" or near.form.args[1] is not near.variable:
        return None
    top = near.form.args[0]
    if top.head != "sum" or len(top.args) != 2:
        return None
    ahead, behind = top.args[0], negate(top.args[1])
    return (ahead, behind, near.variable) if near.varies(ahead) and not near.varies(behind) else None


def _split(near: Near) -> Proposal | None:
    """The difference quotient of a sum, term by term; terms that are polynomials stay together."""
    found = _difference(near)
    if found is None:
        return None
    ahead, behind, run = found
    if ahead.head != "sum" or behind.head != "sum" or len(ahead.args) != len(behind.args):
        return None
    pairs = list(zip(ahead.args, behind.args, strict=True))
    plain = [pair for pair in pairs if _is_polynomial(pair[0], near)]
    groups = [[pair] for pair in pairs if pair not in plain and pair[0] is not pair[1]]
    if plain and any(first is not second for first, second in plain):
        groups.insert(0, plain)
    if len(groups) < 2 and not (groups and len(groups[0]) < len(pairs)):
        return None
    quotients = [
        divide(subtract(add(*(first for first, _ in group)), add(*(second for _, second in group))), run)
        for group in groups
    ]
    return "split_fraction", add(*quotients)


def _is_polynomial(form: Form, near: Near) -> bool:
    from stepcalc.notation.values import value

    return bool(value(form).is_polynomial(value(near.variable)))


def _factored_out(near: Near) -> Proposal | None:
    """A constant factor of the function before its difference quotient."""
    found = _difference(near)
    if found is None:
        return None
    ahead, behind, run = found
    parts = [_constant_factor(form) for form in (ahead, behind)]
    (free, first), (other, second) = parts
    if free is ONE or free is not other or near.varies(free):
        return None
    return "factor", multiply(free, divide(subtract(first, second), run))


def _constant_factor(form: Form) -> tuple[Form, Form]:
    """A leading number apart from the rest; a number above or below a bar, too."""
    if form.head == "product" and len(form.args) > 1 and not form.args[0].args:
        return form.args[0], multiply(*form.args[1:])
    if form.head == "quotient" and form.args[1].head == "number":
        return rational_of(ONE, form.args[1]), form.args[0]
    if form.head == "quotient" and form.args[0].head == "number" and form.args[0] is not ONE:
        return form.args[0], divide(ONE, form.args[1])
    return ONE, form


def rational_of(above: Form, below: Form) -> Form:
    """A fraction of two numerals."""
    from stepcalc.notation.arithmetic import over

    return over(above, below)


def _is_rational(form: Form, near: Near) -> bool:
    from stepcalc.notation.values import value

    return bool(value(form).is_rational_function(value(near.variable)))


def _is_algebraic(form: Form, near: Near) -> bool:
    from stepcalc.notation.values import value

    return bool(value(form).is_algebraic_expr(value(near.variable)))


def _multiplied_out(near: Near) -> Proposal | None:
    """Powers of x + h multiplied out above the bar."""
    import sympy

    from stepcalc.notation.values import form_of, value

    above, below = fraction(near.form)
    if size(near.form) > MOST_EXPANDED or not _is_polynomial(above, near) or below is ONE:
        return None
    new = sympy.expand(value(above))
    if (
        not new.is_Add
        or sympy.cancel(new / value(near.variable)).is_polynomial(value(near.variable)) is False
    ):
        return None
    written = form_of(new)
    return ("expand", divide(written, below)) if written is not above else None


def _common_denominator(near: Near) -> Proposal | None:
    """A difference of fractions over one bar."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = _difference(near)
    if found is None or fraction(found[0])[1] is ONE or not near.varies(fraction(found[0])[1]):
        return None
    (up, down), (top, bottom) = (fraction(part) for part in found[:2])
    crossed = value(up) * value(bottom) - value(top) * value(down)
    above = form_of(sympy.expand(crossed)) if crossed.is_polynomial() else form_of(crossed)
    return "one_fraction", divide(above, multiply(near.variable, down, bottom))


def _added_and_taken_off(near: Near) -> Proposal | None:
    """f(x + h)·g(x + h) − f(x)·g(x) as f(x + h)·(g(x + h) − g(x)) + g(x)·(f(x + h) − f(x)), over h."""
    found = _difference(near)
    if found is None or _is_rational(found[0], near):
        return None  # a common denominator is the shorter way
    ahead, behind, run = found
    pairs = list(zip(_as_factors(ahead), _as_factors(behind), strict=False))
    moving = [pair for pair in pairs if pair[0] is not pair[1]]
    if len(_as_factors(ahead)) != len(_as_factors(behind)) or len(pairs) < 2 or not moving:
        return None
    free = [first for first, second in pairs if first is second]
    (first, first_still), *others = moving
    if not others:
        return "factor", multiply(*free, divide(subtract(first, first_still), run))
    rest, rest_still = (multiply(*(pair[place] for pair in others)) for place in (0, 1))
    return "add_and_take_off", add(
        multiply(*free, first, divide(subtract(rest, rest_still), run)),
        multiply(*free, rest_still, divide(subtract(first, first_still), run)),
    )


def _common_factor(near: Near) -> Proposal | None:
    """f·g(h) − f as f·(g(h) − 1), over h."""
    found = _difference(near)
    if found is None or found[0].head != "product" or found[1] not in found[0].args:
        return None
    ahead, behind, run = found
    rest = multiply(*(factor for factor in ahead.args if factor is not behind))
    return "factor", multiply(behind, divide(subtract(rest, ONE), run))


def _as_factors(form: Form) -> tuple[Form, ...]:
    """The factors of a product; of a quotient those above, then one over what is below."""
    if form.head == "quotient" and form.args[0] is not ONE:
        return (*_as_factors(form.args[0]), divide(ONE, form.args[1]))
    return form.args if form.head == "product" else (form,)


def _powers_taken_apart(near: Near) -> Proposal | None:
    """aⁿ − bⁿ = (a − b)(aⁿ⁻¹ + ... + bⁿ⁻¹) for a small power of a function."""
    found = _difference(near)
    if found is None or _is_polynomial(found[0], near):
        return None
    ahead, behind, run = found
    size = as_fraction(ahead.args[1]) if ahead.head == behind.head == "power" else None
    if size not in (2, 3, 4) or ahead.args[1] is not behind.args[1]:
        return None
    first, second = ahead.args[0], behind.args[0]
    terms = [times(_to(first, int(size) - 1 - place), _to(second, place)) for place in range(int(size))]
    return "factor", multiply(add(*terms), divide(subtract(first, second), run))


def _to(base: Form, exponent: int) -> Form:
    return raised(base, number(exponent))


def _set_apart(near: Near) -> Proposal | None:
    """(F(x + h) − F(x))/(h·g) as 1/g times the difference quotient."""
    if near.form.head != "quotient" or near.form.args[1].head != "product":
        return None
    above, below = near.form.args
    if _is_algebraic(above, near):
        return None  # cancelling or a conjugate is the shorter way
    rest = [factor for factor in below.args if factor is not near.variable]
    if len(rest) != len(below.args) - 1 or any(near.vanishes(factor) for factor in rest):
        return None
    if above.head == "sum" and len(above.args) == 2 and not near.varies(above.args[0]):
        turned = subtract(negate(above.args[1]), above.args[0])
        return "factor", multiply(divide(MINUS_ONE, multiply(*rest)), divide(turned, near.variable))
    return "factor", multiply(divide(ONE, multiply(*rest)), divide(above, near.variable))


def _log_of_ratio(near: Near) -> Proposal | None:
    """ln(u) − ln(v) = ln(1 + (u − v)/v)."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = _difference(near)
    if found is None or any(
        part.head != "call" or part.label != "log" or len(part.args) > 1 for part in found[:2]
    ):
        return None
    u, v = (value(part.args[0]) for part in found[:2])
    apart = form_of(sympy.cancel(sympy.expand(u - v) / v))
    return "join_logs", divide(call("log", add(ONE, apart)), near.variable)


def _opened(near: Near) -> Proposal | None:
    """sin(x + h), cosh(x + h), e^(x + h) and the like by what they are in x and h."""
    from stepcalc.notation.values import form_of, value

    if _difference(near) is None:
        return None
    change: dict[Form, Form] = {}
    card = ""
    for node in postorder(near.form):
        halves = _halves(node, near)
        if halves is None:
            continue
        still, moving = (form_of(value(half)) for half in halves)
        if node.head == "power" and not near.varies(node.args[0]):
            card, change[node] = (
                "power_of_sum",
                multiply(power(node.args[0], still), power(node.args[0], moving)),
            )
        elif node.label == "exp":
            card, change[node] = "power_of_sum", multiply(call("exp", still), call("exp", moving))
        elif node.label in _OF_SUMS:
            card = "addition_theorems"
            change[node] = _of_sum(str(node.label), still, moving)
    return (card, rebuild(near.form, change)) if change else None


_OF_SUMS: Final = {
    "sin": (("sin", "cos"), ("cos", "sin"), 1),
    "cos": (("cos", "cos"), ("sin", "sin"), -1),
    "sinh": (("sinh", "cosh"), ("cosh", "sinh"), 1),
    "cosh": (("cosh", "cosh"), ("sinh", "sinh"), 1),
}
"""A function of a sum u + v: the pairs of functions of u and of v, and the sign between the products."""


def _of_sum(name: str, still: Form, moving: Form) -> Form:
    first, second, sign = _OF_SUMS[name]
    join = add if sign > 0 else subtract
    return join(_both(first[0], still, first[1], moving), _both(second[0], still, second[1], moving))


def _both(first: str, still: Form, second: str, moving: Form) -> Form:
    return multiply(call(first, still), call(second, moving))


def _halves(node: Form, near: Near) -> tuple[Form, Form] | None:
    """The argument of a function, or the exponent of a power, apart into what stands still and what moves."""
    import sympy

    from stepcalc.notation.values import form_of, value

    if node.head == "call" and (node.label == "exp" or node.label in _OF_SUMS):
        inner = node.args[0]
    elif node.head == "power" and not near.varies(node.args[0]):
        inner = node.args[1]
    else:
        return None
    if not near.varies(inner):
        return None
    whole = value(inner)
    still = whole.subs(value(near.variable), 0)
    moving = sympy.expand(whole - still)
    if still == 0 or not (still.is_finite or still.free_symbols):
        return None
    return form_of(still), form_of(moving)


def _collected(near: Near) -> Proposal | None:
    """What stands still in front of what moves: sin(x)(cos(h) − 1)/h + cos(x) sin(h)/h."""
    import sympy

    from stepcalc.notation.values import form_of, value

    above, below = fraction(near.form)
    if below is not near.variable or above.head != "sum" or _is_polynomial(above, near):
        return None
    run = value(near.variable)
    expr = sympy.expand(value(above), trig=False, power_exp=False)
    groups: dict[Any, Any] = {}
    for term in sympy.Add.make_args(expr):
        still, moving = term.as_independent(run, as_Add=False)
        key = next((known for known in groups if sympy.simplify(still / known).is_number), still)
        groups[key] = groups.get(key, 0) + moving * (still / key)
    groups = {
        -still if still.could_extract_minus_sign() else still:
        -moving if still.could_extract_minus_sign() else moving
        for still, moving in groups.items()
    }  # fmt: skip
    if len(groups) == len(sympy.Add.make_args(expr)) or not all(part.has(run) for part in groups.values()):
        return None
    terms = []
    for still, moving in groups.items():
        sign, part = _with_standard_sign(moving)
        quotient = divide(form_of(part), below)
        factors = () if still * sign == 1 else (form_of(still * sign),)
        terms.append(multiply(*factors, quotient))
    return ("split_fraction" if len(terms) > 1 else "factor"), add(*terms)


def _with_standard_sign(moving: Any) -> tuple[int, Any]:
    """cos(h) − 1 as −(1 − cos(h)), which is how the standard limit has it."""
    import sympy

    if moving.is_Add and moving.has(sympy.cos) and moving.as_coeff_Add()[0] == -1:
        return -1, -moving
    return 1, moving


def _tangents(near: Near) -> Proposal | None:
    """tan(u) − tan(v) = sin(u − v)/(cos(u) cos(v)), which follows from the addition theorem; tanh likewise."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = _difference(near)
    if found is None or any(part.head != "call" or part.label not in ("tan", "tanh") for part in found[:2]):
        return None
    u, v = (part.args[0] for part in found[:2])
    apart = form_of(sympy.expand(value(u) - value(v)))
    end = str(found[0].label).removeprefix("tan")
    below = multiply(near.variable, call("cos" + end, u), call("cos" + end, v))
    return "addition_theorems", divide(call("sin" + end, apart), below)


HIGHEST_ROOT: Final = 8
"""Roots up to this order are freed by aⁿ − bⁿ."""


def _higher_roots(near: Near) -> Proposal | None:
    """a − b = (aⁿ − bⁿ)/(aⁿ⁻¹ + ... + bⁿ⁻¹) for roots of an order n beyond 2."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = _difference(near)
    if found is None:
        return None
    ahead, behind = (value(part) for part in found[:2])
    if not (ahead.is_Pow and ahead.exp.is_Rational and 3 <= ahead.exp.q <= HIGHEST_ROOT):
        return None
    order = int(ahead.exp.q)
    rise = sympy.cancel(sympy.expand(ahead**order - behind**order) / value(near.variable))
    below = sympy.Add(*(ahead ** (order - 1 - k) * behind**k for k in range(order)))
    return "limit_conjugate", divide(form_of(rise), form_of(below))


def _inverse_functions(near: Near) -> Proposal | None:
    """arctan(u) − arctan(v) = arctan((u − v)/(1 + uv)) for u close to v; artanh with a minus."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = _difference(near)
    if found is None or any(part.head != "call" or part.label not in ("atan", "atanh") for part in found[:2]):
        return None
    u, v = (part.args[0] for part in found[:2])
    name = str(found[0].label)
    apart = form_of(sympy.expand(value(u) - value(v)))
    below = add(ONE, multiply(v, u)) if name == "atan" else subtract(ONE, multiply(v, u))
    return "addition_theorems", divide(call(name, divide(apart, below)), near.variable)


def _any_power(near: Near) -> Proposal | None:
    """uⁿ − vⁿ = vⁿ·(e^(n·ln(1 + (u − v)/v)) − 1) for an exponent of which nothing is known."""
    import sympy

    from stepcalc.notation.values import form_of, value

    found = _difference(near)
    if found is None:
        return None
    ahead, behind, run = found
    if not (ahead.head == behind.head == "power" and ahead.args[1] is behind.args[1]):
        return None
    exponent = ahead.args[1]
    if near.varies(exponent) or as_fraction(exponent) is not None:
        return None
    u, v = (value(part.args[0]) for part in (ahead, behind))
    apart = form_of(sympy.cancel(sympy.expand(u - v) / v))
    whole = call("exp", multiply(exponent, call("log", add(ONE, apart))))
    return "factor", multiply(behind, divide(subtract(whole, ONE), run))


def _hyperbolic_cosine(near: Near) -> Proposal | None:
    """(cosh(h) − 1)/h = (sinh(h)/h)·(sinh(h)/(cosh(h) + 1)), by cosh² − 1 = sinh²."""
    if near.form.head != "quotient" or near.form.args[0].head != "sum" or len(near.form.args[0].args) != 2:
        return None
    parts = near.form.args[0].args
    cosine = next((part for part in parts if part.head == "call" and part.label == "cosh"), None)
    if cosine is None or negate(ONE) not in parts:
        return None
    sine = call("sinh", cosine.args[0])
    return "limit_conjugate", multiply(divide(sine, near.form.args[1]), divide(sine, add(cosine, ONE)))


_WAYS: Final[tuple[Way, ...]] = (
    _split,
    _factored_out,
    _multiplied_out,
    _tangents,
    _inverse_functions,
    _log_of_ratio,
    _added_and_taken_off,
    _powers_taken_apart,
    _common_denominator,
    _opened,
    _common_factor,
    _collected,
    _higher_roots,
    _any_power,
    _hyperbolic_cosine,
    _set_apart,
    *WAYS,
)
