"""SymPy expressions as forms, in the order in which a textbook writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Final

import sympy
from sympy.core.function import AppliedUndef

from stepcalc.errors import LimitError, NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation import forms
from stepcalc.notation.arithmetic import in_order
from stepcalc.notation.forms import Form, postorder
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.notation.limits import LIMITS
from stepcalc.notation.values.manner import Manner, is_exponential, leads_with_minus


def expression_of(given: Any) -> Any:
    """A SymPy expression, a number, or what else SymPy takes for an expression; no text is ever looked at.

    Raises:
        UsageError: It is nothing of that kind.

    Examples:
        >>> expression_of(2)
        2
    """
    try:
        if not isinstance(given, type):
            return sympy.sympify(given, strict=True)
    except sympy.SympifyError:
        pass
    raise UsageError(say("not-an-expression", kind=say("kind-other")), code="not-an-expression")


def form_of(expression: Any, *, manner: Manner | None = None) -> Form:
    """A SymPy expression as a form, in the order in which a textbook writes it.

    Polynomials by falling powers, constants first in a product, a quotient where there is a denominator.

    Args:
        expression: A SymPy expression, relational or tuple, taken as it is.
        manner: How a form that it belongs beside is written; see :func:`manner_of`.

    Returns:
        The form; its value is the expression.

    Raises:
        NotDerivableError: The expression has a part that StepCalc has no form for, such as a matrix.

    Examples:
        >>> x = sympy.Symbol("x")
        >>> form_of(1 - x**2).args[0].label, form_of(sympy.exp(-x) / x).head
        (1, 'quotient')
    """
    done: dict[Any, Form] = {}
    rounded: set[Any] = set()
    stack = [expression]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
            continue
        waiting = [arg for arg in node.args if arg not in done] if node.args else None
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        done[node] = form = _reader_of(node.__class__)(node, done, manner)
        # Others may share the form: nothing is kept as its value that it does not have of itself.
        if isinstance(node, _OTHERWISE) or _is_constant_call(node) or not rounded.isdisjoint(node.args):
            rounded.add(node)
        elif form._value is None:
            forms._set_value(form, node)
    return done[expression]


_OTHERWISE: Final = (sympy.Float, type(sympy.zoo), type(sympy.GoldenRatio))
"""Numbers whose forms stand for something else: an exact fraction, what is undefined, (1 + √5)/2."""


def _is_constant_call(node: Any) -> bool:
    """A function of numbers: handed in without being evaluated, as sec(pi), it makes SymPy stumble."""
    return isinstance(node, sympy.Function) and bool(node.args) and all(arg.is_number for arg in node.args)


_Manner = Manner | None
_Reader = Callable[[Any, dict[Any, Form], _Manner], Form]


@cache
def _reader_of(kind: Any) -> _Reader:
    for parent in kind.__mro__:
        found = _READERS.get(parent)
        if found is not None:
            return found
    return _unknown


def _unknown(node: Any, _: dict[Any, Form], __: _Manner) -> Form:
    if getattr(node, "is_symbol", False):
        return forms.letter(str(node))
    raise NotDerivableError(say("no-form", kind=type(node).__name__), code="no-form")


def _symbol(node: Any, _: dict[Any, Form], __: _Manner) -> Form:
    if not node.is_commutative:
        raise NotDerivableError(say("not-commutative", name=node.name), code="not-commutative")
    if not node.name:
        raise NotDerivableError(say("letter-without-name"), code="letter-without-name")
    assumptions: tuple[tuple[str, bool], ...] = ()
    if node._assumptions_orig:
        # What follows from the assumptions counts, as it does for SymPy: x > 0 is real, said or not.
        known = node.assumptions0
        assumptions = tuple(sorted((key, held) for key, held in known.items() if key != "commutative"))
    return forms.letter(node.name, assumptions, getattr(node, "dummy_index", 0))


def _rational(node: Any, _: dict[Any, Form], __: _Manner) -> Form:
    return forms.number(int(node.p)) if node.q == 1 else forms.rational(_fraction_of(node))


def _fraction_of(node: Any) -> Fraction:
    return Fraction(int(node.p), int(node.q))


def _float(node: Any, _: dict[Any, Form], __: _Manner) -> Form:
    _, _, exponent, bits = node._mpf_
    if abs(exponent) + bits > _MOST_BINARY_PLACES:
        code = "number-too-long"
        raise LimitError(say(code, limit=f"{LIMITS.digits:,}"), code=code)
    if not node.is_finite:
        raise NotDerivableError(say("no-form", kind=str(node)), code="no-form")
    return forms.number(Fraction(repr(float(node)) if node._prec == _DOUBLE else str(node)))


_DOUBLE: Final = 53
_MOST_BINARY_PLACES: Final = 3 * LIMITS.digits


def _add(node: Any, done: dict[Any, Form], manner: _Manner) -> Form:
    terms = (
        sorted(node.args, key=lambda term: _term_key(term, manner))
        if len(node.args) < 2000
        else list(node.args)
    )
    written = [done[term] for term in terms]
    if leads_with_minus(written[0]) and (len(terms) == 2 or any(_has_function(term) for term in terms)):
        first = next((place for place, form in enumerate(written) if not leads_with_minus(form)), 0)
        written.insert(0, written.pop(first))
    return forms.add(*written)


_UNPLACED: Final = 10**6
_MAIN: Final = frozenset("rstuvwxyz")


def _term_key(term: Any, manner: _Manner) -> tuple[Any, ...]:
    """Falling degree in the usual variables; functions before what has none; then by the letters."""
    degree: int | Fraction = 0
    others: int | Fraction = 0
    place, functions = _UNPLACED, 0
    letters: list[tuple[str, int | Fraction]] = []
    for factor in term.args if term.is_Mul else (term,):
        base, exponent = (factor.args[0], factor.args[1]) if factor.is_Pow else (factor, None)
        if base.is_Symbol:
            times: int | Fraction = 1
            if exponent is not None and exponent.is_Rational:
                times = int(exponent.p) if exponent.q == 1 else _fraction_of(exponent)
            if base.name[0] in _MAIN:
                degree += times
            else:
                others += times
            letters.append((base.name, -times))
        elif not base.is_number:
            functions = 1
            if manner is not None:
                place = min(place, manner.places.get(base, place))
    if place < _UNPLACED:
        return (1, place, -degree)
    first = 2 if manner is not None and manner.places and manner.functions_first else 0
    plain = not functions and all(times < 0 for _, times in letters)
    return (first, -degree, 1 - functions, -others, sorted(letters) if plain else [])


def _has_function(term: Any) -> bool:
    return any(
        not (base.is_Symbol or base.is_number)
        for factor in (term.args if term.is_Mul else (term,))
        for base in (factor.args[0] if factor.is_Pow else factor,)
    )


def _mul(node: Any, done: dict[Any, Form], manner: _Manner) -> Form:
    coefficient = Fraction(1)
    above: list[Form] = []
    below: list[Form] = []
    args = node.args
    if manner is not None:
        args = sorted(args, key=lambda factor: _factor_place(factor, manner))
    for factor in args:
        if factor.is_Rational:
            coefficient *= _fraction_of(factor)
        elif factor.is_Pow and factor.args[1].is_Rational and factor.args[1].p < 0:
            below.append(_power_form(done[factor.args[0]], -factor.args[1]))
        elif done[factor].head == "quotient" and is_exponential(done[factor].args[1]):
            below.append(done[factor].args[1])
        else:
            above.append(done[factor])
    return fraction_form(coefficient, in_order(above), in_order(below))


def _factor_place(factor: Any, manner: Manner) -> int:
    return manner.places.get(factor.args[0] if factor.is_Pow else factor, -1)


def fraction_form(coefficient: Fraction, above: list[Form], below: list[Form]) -> Form:
    """A coefficient and factors above and below the line, as one fraction with its sign in front."""
    size = abs(coefficient)
    if size.numerator != 1 or not above:
        above = [forms.number(size.numerator), *above]
    if size.denominator != 1:
        below = [forms.number(size.denominator), *below]
    form = forms.multiply(*above)
    if below:
        form = forms.divide(form, forms.multiply(*below))
    return form if coefficient > 0 else forms.negate(form)


def _pow(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    base, exponent = node.args
    if exponent.is_Rational:
        if exponent.p < 0:
            return forms.divide(forms.ONE, _power_form(done[base], -exponent))
        return _power_form(done[base], exponent)
    return forms.power(done[base], done[exponent])


def _power_form(base: Form, exponent: Any) -> Form:
    if exponent == 1:
        return base
    if exponent.p == 1 and exponent.q in (2, 3):
        return forms.root(base, forms.number(int(exponent.q)))
    return forms.power(base, _rational(exponent, {}, None))


def _function(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    name = _NAMES.get(type(node).__name__, type(node).__name__)
    return forms.call(name, *(done[arg] for arg in node.args))


def _exp(node: Any, done: dict[Any, Form], manner: _Manner) -> Form:
    exponent = done[node.args[0]]
    if manner is not None and manner.divides and leads_with_minus(exponent):
        return forms.divide(forms.ONE, forms.exp(forms.negate(exponent)))
    return forms.exp(exponent)


def _polygamma(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    if node.args[0] == 0:
        return forms.call("digamma", done[node.args[1]])
    return forms.call("polygamma", *(done[arg] for arg in node.args))


def _heaviside(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    if len(node.args) > 1 and node.args[1] != sympy.S.Half:
        raise NotDerivableError(say("no-form", kind="Heaviside(x, H0)"), code="no-form")
    return forms.call("heaviside", done[node.args[0]])


def _undefined(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    name = type(node).__name__
    if not name:
        raise NotDerivableError(say("no-form", kind="function without a name"), code="no-form")
    if not node.is_commutative:
        raise NotDerivableError(say("not-commutative", name=name), code="not-commutative")
    if name in FUNCTIONS:
        raise NotDerivableError(say("name-taken", name=name), code="name-taken")
    return forms.call(name, *(done[arg] for arg in node.args))


def _piecewise_form(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    return forms.call("piecewise", *(done[pair] for pair in node.args))


def _tuple(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    return forms.vector(*(done[arg] for arg in node.args))


def _integral(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        raise NotDerivableError(say("integral-needs-limits"), code="integral-needs-limits")
    return forms.call("integral", done[node.function], *(done[part] for part in node.limits[0]))


def _derivative(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    subject, counts = node.expr, dict(node.variable_count)
    if not all(count.is_Integer for count in counts.values()):
        raise NotDerivableError(say("no-form", kind="Derivative"), code="no-form")
    if isinstance(subject, AppliedUndef) and _are_slots(counts, subject.args):
        orders = tuple(int(counts.get(arg, 0)) for arg in subject.args)
        return forms.derived(type(subject).__name__, orders, *(done[arg] for arg in subject.args))
    return forms.goal(
        done[subject], *(done[v] for v, count in node.variable_count for _ in range(int(count)))
    )


def _are_slots(variables: Any, arguments: tuple[Any, ...]) -> bool:
    """Whether each variable is one argument of a function, and occurs in no other."""
    return all(
        sum(variable in arg.free_symbols for arg in arguments) == 1 and variable in arguments
        for variable in variables
    )


def _subs(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    inner = done[node.expr]
    change = {done[old]: done[new] for old, new in zip(node.variables, node.point, strict=True)}
    bound = [part for part in postorder(inner) if part.head == "goal" or part.label == "integral"]
    if bound:
        raise NotDerivableError(say("no-form", kind="Subs"), code="no-form")
    return forms.rebuild(inner, change)


def _relational(node: Any, done: dict[Any, Form], _: _Manner) -> Form:
    return forms.relation(_SIGNS[node.rel_op], done[node.lhs], done[node.rhs])


def _connective(name: str) -> _Reader:
    return lambda node, done, _: forms.logic(name, *(done[arg] for arg in node.args))


def _constant(name: str) -> _Reader:
    return lambda *_: forms.constant(name)


_SIGNS: Final = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NAMES: Final = {entry.sympy: entry.name for entry in FUNCTIONS.values() if entry.sympy}

_READERS: Final[Mapping[type, _Reader]] = {
    sympy.Symbol: _symbol,
    sympy.Rational: _rational,
    sympy.Float: _float,
    sympy.Add: _add,
    sympy.Mul: _mul,
    sympy.Pow: _pow,
    sympy.Function: _function,
    sympy.exp: _exp,
    sympy.polygamma: _polygamma,
    sympy.Heaviside: _heaviside,
    AppliedUndef: _undefined,
    sympy.Min: _function,
    sympy.Max: _function,
    sympy.Piecewise: _piecewise_form,
    sympy.Tuple: _tuple,
    sympy.Integral: _integral,
    sympy.Derivative: _derivative,
    sympy.Subs: _subs,
    sympy.core.relational.Relational: _relational,
    sympy.And: _connective("and"),
    sympy.Or: _connective("or"),
    sympy.Not: _connective("not"),
    type(sympy.pi): _constant("pi"),
    type(sympy.E): _constant("e"),
    type(sympy.I): _constant("i"),
    type(sympy.oo): _constant("infinity"),
    type(-sympy.oo): lambda *_: forms.negate(forms.INFINITY),
    type(sympy.EulerGamma): _constant("euler_gamma"),
    type(sympy.nan): _constant("undefined"),
    type(sympy.zoo): _constant("undefined"),
    type(sympy.true): _constant("true"),
    type(sympy.GoldenRatio): lambda *_: forms.divide(
        forms.add(forms.ONE, forms.root(forms.number(5))), forms.TWO
    ),
}
