"""The value of a form: the SymPy expression that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

import sympy
from sympy.core.mul import _args_sortkey

from stepcalc.errors import NotDerivableError
from stepcalc.messages import say
from stepcalc.notation import forms
from stepcalc.notation.forms import Form, matrix_label, postorder
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.notation.values.products import MOST_BITS_FACTORED, inverse, power_of, product_of, sum_of
from stepcalc.notation.weight import HEAVY, weigh

_CONSTANT_VALUES: Final[Mapping[str, Any]] = {
    "pi": sympy.pi,
    "e": sympy.E,
    "i": sympy.I,
    "infinity": sympy.oo,
    "euler_gamma": sympy.EulerGamma,
    "true": sympy.true,
    "integers": sympy.S.Integers,
    "nonpositive_integers": sympy.Range(0, -sympy.oo, -1),
    "undefined": sympy.nan,
}
_RELATION_VALUES: Final[Mapping[str, Callable[..., Any]]] = {
    "=": sympy.Eq,
    "!=": sympy.Ne,
    "<": sympy.Lt,
    "<=": sympy.Le,
    ">": sympy.Gt,
    ">=": sympy.Ge,
    "in": lambda element, of: sympy.Contains(element, of),
    "not in": lambda element, of: sympy.Not(sympy.Contains(element, of)),
}
_LOGIC_VALUES: Final[Mapping[str, Callable[..., Any]]] = {"and": sympy.And, "or": sympy.Or, "not": sympy.Not}


def value(form: Form) -> Any:
    """The SymPy expression that a form stands for, evaluated as SymPy does.

    What is so involved that SymPy's own questions would take long is not evaluated: see ``weight``.

    Args:
        form: Any form without references; a goal becomes an unevaluated ``Derivative``.

    Returns:
        The expression; a ``Tuple`` for a vector, a relational for a relation.

    Examples:
        >>> x = forms.letter("x")
        >>> value(forms.divide(forms.call("sin", x), forms.power(x, forms.TWO)))
        sin(x)/x**2
    """
    if form._value is not None:
        return form._value
    weights: dict[Form, int] = {}
    for node in postorder(form):
        parts = [weights[arg] for arg in node.args]
        weights[node] = weigh(node, parts)
        if node._value is None:
            make = _VALUES[node.head]
            if parts and max(parts) > HEAVY:
                make = _HEAVY_VALUES.get(node.head, make)
            forms._set_value(node, make(node, [arg._value for arg in node.args]))
    return form._value


def _number_value(form: Form, _: list[Any]) -> Any:
    label = form.label
    if isinstance(label, Fraction):
        return sympy.Rational(label.numerator, label.denominator)
    return sympy.Integer(label)


def _letter_value(form: Form, _: list[Any]) -> Any:
    name, assumptions, index = forms.letter_label(form)
    if index:
        return sympy.Dummy(name, dummy_index=index, **dict(assumptions))
    return sympy.Symbol(name, **dict(assumptions))


def _quotient_value(form: Form, _: list[Any]) -> Any:
    """One product of the numerator and of the inverse of each factor below the line.

    A numeral below the line is divided by on its own: 2 (x+1) there must not become 2x+2.
    """
    above, below = (
        [p._value for p in side.args] if side.head == "product" else [side._value] for side in form.args
    )
    return product_of([*above, *(inverse(factor) for factor in below)])


def _call_value(form: Form, args: list[Any]) -> Any:
    name = str(form.label)
    entry = FUNCTIONS.get(name)
    made = _SPECIAL_CALLS.get(name)
    if made is None:
        made = getattr(sympy, entry.sympy) if entry is not None and entry.sympy else sympy.Function(name)
    if len(args) == 1 and isinstance(made, type) and _is_enormous(args[0]):
        return made(args[0], evaluate=False)  # SymPy would ask whether the number is prime
    try:
        return made(*args)
    except (TypeError, ValueError) as problem:
        # SymPy compares numbers in min, max and their kin, and finds that one of them is not real.
        raise NotDerivableError(say("no-value", name=name), code="no-value") from problem


def _is_enormous(value: Any) -> bool:
    return isinstance(value, sympy.Integer) and abs(value.p).bit_length() > MOST_BITS_FACTORED


def _of_the_reals(function: Any) -> Callable[[Any], Any]:
    """A function that SymPy writes with real parts where it does not know that a letter is real."""

    def made(argument: Any) -> Any:
        found = function(argument)
        if found.has(sympy.re, sympy.im, sympy.arg) and not argument.has(sympy.re, sympy.im, sympy.arg):
            return function(argument, evaluate=False)
        return found

    return made


real_abs: Final = _of_the_reals(sympy.Abs)
real_sign: Final = _of_the_reals(sympy.sign)


def _relation_value(form: Form, args: list[Any]) -> Any:
    """The relation; SymPy refuses to compare what it knows not to be real, so that is left as it stands."""
    if any(arg is sympy.nan or (arg.is_number and arg.is_extended_real is False) for arg in args):
        return _unevaluated_relation(form, args)
    return _RELATION_VALUES[str(form.label)](*args)


def _unevaluated_relation(form: Form, args: list[Any]) -> Any:
    options = {} if form.label in ("in", "not in") else {"evaluate": False}
    return _RELATION_VALUES[str(form.label)](*args, **options)


def _piecewise(*pairs: Any) -> Any:
    return sympy.Piecewise(*((pair[0], pair[1]) for pair in pairs))


_SPECIAL_CALLS: Final[Mapping[str, Callable[..., Any]]] = {
    "digamma": lambda u: sympy.polygamma(0, u),
    "piecewise": _piecewise,
    "abs": real_abs,
    "sign": real_sign,
    "integral": lambda u, t, low, high: sympy.Integral(u, (t, low, high)),
}


def _derived_value(form: Form, args: list[Any]) -> Any:
    if len(set(args)) < len(args):
        return _derived_apart(form, args)
    name, orders = forms.derived_label(form)
    function = sympy.Function(name)
    dummies = sympy.symbols(f"xi_1:{len(args) + 1}", cls=sympy.Dummy)
    plain = all(arg.is_Symbol for arg in args)
    slots = args if plain else dummies
    repeated = [(slot, order) for slot, order in zip(slots, orders, strict=True) if order]
    derivative = sympy.Derivative(function(*slots), *repeated)
    if plain:
        return derivative
    return sympy.Subs(derivative, tuple(dummies), tuple(args))


def _derived_apart(form: Form, args: list[Any]) -> Any:
    """What ``Subs`` makes, but with a letter for each place.

    SymPy takes one letter for places at which the same stands, so that the two derivatives of f(x, x) are one; and
    it puts what stands there in order, which takes long where that is involved.
    """
    name, orders = forms.derived_label(form)
    slots = [sympy.Symbol(f"_{place}") for place in range(len(args))]
    repeated = [(slot, order) for slot, order in zip(slots, orders, strict=True) if order]
    derivative = sympy.Derivative(sympy.Function(name)(*slots), *repeated)
    made = sympy.Expr.__new__(sympy.Subs, derivative, sympy.Tuple(*slots), sympy.Tuple(*args))
    made._expr = derivative
    return made


def _matrix_value(form: Form, args: list[Any]) -> Any:
    rows, columns, places = matrix_label(form)
    if places is None:
        return sympy.ImmutableMatrix(rows, columns, args)
    return sympy.ImmutableSparseMatrix(rows, columns, dict(zip(places, args, strict=True)))


_VALUES: Final[Mapping[str, Callable[[Form, list[Any]], Any]]] = {
    "number": _number_value,
    "letter": _letter_value,
    "constant": lambda form, _: _CONSTANT_VALUES[str(form.label)],
    "sum": lambda _, args: sum_of(args),
    "product": lambda _, args: product_of(args),
    "quotient": _quotient_value,
    "power": lambda _, args: power_of(args[0], args[1]),
    "root": lambda _, args: power_of(args[0], power_of(args[1], sympy.S.NegativeOne)),
    "call": _call_value,
    "derived": _derived_value,
    "vector": lambda _, args: sympy.Tuple(*args),
    "matrix": _matrix_value,
    "relation": _relation_value,
    "logic": lambda form, args: _LOGIC_VALUES[str(form.label)](*args),
    "goal": lambda _, args: sympy.Derivative(*args),
    "reference": lambda form, _: sympy.Symbol(f"[{form.label}]"),
}


def _heavy_power(_: Form, args: list[Any]) -> Any:
    base, exponent = args
    if exponent in (0, 1) or base in (0, 1):
        return sympy.Pow(base, exponent)
    if base is sympy.E:
        return sympy.exp(exponent, evaluate=False)
    return sympy.Pow(base, exponent, evaluate=False)


def _heavy_call(form: Form, args: list[Any]) -> Any:
    name = str(form.label)
    if name == "piecewise":
        return sympy.Piecewise(*((pair[0], pair[1]) for pair in args), evaluate=False)
    if name == "log" and len(args) == 2:
        return sympy.log(args[0], evaluate=False) / sympy.log(args[1], evaluate=False)
    if name == "digamma":
        return sympy.polygamma(0, *args, evaluate=False)
    entry = FUNCTIONS.get(name)
    if name == "integral" or entry is None or entry.sympy is None:
        return _call_value(form, args)
    made = getattr(sympy, entry.sympy)(*args, evaluate=False)
    assert (
        made.is_commutative
    )  # asked level by level, SymPy remembers it; asked of the whole, it would recurse
    return made


def _heavy_product(_: Form, args: list[Any]) -> Any:
    """The product with only its numbers and letters multiplied out."""
    plain = sympy.Mul(*(factor for factor in args if factor.is_Number or factor.is_Symbol))
    others = [factor for factor in args if not (factor.is_Number or factor.is_Symbol)]
    if plain is sympy.S.Zero:
        return plain
    flat = [part for factor in [plain, *others] for part in sympy.Mul.make_args(factor)]
    coefficient = sympy.Mul(*(part for part in flat if part.is_Number))
    flat = [part for part in flat if not part.is_Number]
    if len(flat) <= _MOST_SORTED:
        flat.sort(key=_args_sortkey)
    if coefficient is not sympy.S.One:
        flat.insert(0, coefficient)
    return sympy.Mul._from_args(flat, is_commutative=True)


_MOST_SORTED: Final = 12
"""SymPy compares two deep expressions down to the leaves; more factors than these stay in the order written."""


def _heavy_quotient(form: Form, args: list[Any]) -> Any:
    above, below = args
    inverses = [_heavy_inverse(factor) for factor in sympy.Mul.make_args(below)]
    return _heavy_product(form, [above, *inverses])


def _heavy_inverse(factor: Any) -> Any:
    if factor.is_Pow and factor.args[1].is_Rational:
        return sympy.Pow(factor.args[0], -factor.args[1], evaluate=False)
    return 1 / factor if factor.is_Number else sympy.Pow(factor, -1, evaluate=False)


_HEAVY_VALUES: Final[Mapping[str, Callable[[Form, list[Any]], Any]]] = {
    "derived": _derived_apart,
    "product": _heavy_product,
    "quotient": _heavy_quotient,
    "power": _heavy_power,
    "root": lambda _, args: sympy.Pow(args[0], 1 / args[1], evaluate=False),
    "call": _heavy_call,
    "relation": lambda form, args: _unevaluated_relation(form, args),
    "sum": lambda _, args: sympy.Add(*args, evaluate=False),
}
"""How what has heavy parts is made: SymPy is asked nothing."""
