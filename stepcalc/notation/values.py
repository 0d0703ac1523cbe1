"""Forms to SymPy expressions and back: ``value`` evaluates, ``form_of`` puts in textbook order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

import sympy
from sympy.core.function import AppliedUndef
from sympy.core.mul import _args_sortkey

from stepcalc.errors import LimitError, NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation import forms
from stepcalc.notation.arithmetic import in_order
from stepcalc.notation.forms import Form, matrix_label, postorder
from stepcalc.notation.functions import FUNCTIONS
from stepcalc.notation.limits import LIMITS
from stepcalc.notation.weight import HEAVY, weigh

# ------------------------------------------------------------------------------------------ form to value

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
    return product_of([*above, *(_inverse(factor) for factor in below)])


def product_of(factors: list[Any]) -> Any:
    """What ``Mul(*factors)`` gives, found without its questions where no two factors can join.

    SymPy takes every power apart and builds it anew to see whether it joins another one. Factors with bases
    that are different, and not numbers, never do: then only the order is to be found.
    """
    coefficient: Any = sympy.S.One
    flat: list[Any] = []
    for factor in factors:
        for part in factor.args if factor.is_Mul else (factor,):
            if part.is_Rational:
                coefficient = coefficient * part
            else:
                flat.append(part)
    if coefficient is sympy.S.One and len(flat) == 1:
        return flat[0]
    alone = len(flat) < 2 and (not flat or flat[0].is_Add)
    if alone or coefficient is sympy.S.Zero:
        return sympy.Mul(*factors)
    parts = _parts_apart(coefficient, flat)
    return sympy.Mul(*factors) if parts is None else _of_parts(parts)


def _parts_apart(coefficient: Any, factors: Sequence[Any]) -> list[Any] | None:
    """Factors of which no two can join, a rational number first; ``None`` where SymPy must say what joins."""
    exponents: dict[Any, Any] = {}
    whole: dict[Any, Any] = {}
    numbers: list[Any] = []
    for factor in factors:
        if factor.is_number:
            numbers.append(factor)
            continue
        base, exponent = _base_and_exponent(factor)
        if base.is_number and base is not sympy.S.Exp1:
            return None
        if base in exponents:
            joint = exponent.is_Rational and exponents[base].is_Rational and (base.is_Symbol or base.is_Add)
            if not joint:
                return None
            exponent, factor = exponents[base] + exponent, None
        exponents[base], whole[base] = exponent, factor
    front = _number_in_front(coefficient, numbers)
    rest = [
        power_of(base, exponents[base]) if factor is None else factor
        for base, factor in whole.items()
        if exponents[base] is not sympy.S.Zero
    ]
    if front is None or (len(front) == 1 == len(rest) and rest[0].is_Add):
        return None
    return [*front, *rest]


def _base_and_exponent(factor: Any) -> tuple[Any, Any]:
    if factor.is_Pow:
        return factor.args[0], factor.args[1]
    if isinstance(factor, sympy.exp):
        return sympy.S.Exp1, factor.args[0]
    return factor, sympy.S.One


_WITHOUT_SIZE: Final = (sympy.oo, -sympy.oo, sympy.zoo, sympy.nan)


def _number_in_front(coefficient: Any, numbers: Sequence[Any]) -> list[Any] | None:
    """The rational coefficient, if it is not 1, and the other numbers; ``None`` where they are involved."""
    if numbers:
        if any(item.is_Add or item in _WITHOUT_SIZE for item in numbers):
            return None
        if len(numbers) == 1 and not numbers[0].is_Pow:  # nothing that a rational number could join
            return [part for part in (coefficient, numbers[0]) if part is not sympy.S.One]
        coefficient = sympy.Mul(coefficient, *numbers)
    parts = list(coefficient.args) if coefficient.is_Mul else [coefficient]
    return [part for part in parts if part is not sympy.S.One]


def _of_parts(parts: list[Any]) -> Any:
    """The product of factors that do not join, in SymPy's order."""
    if len(parts) < 2:
        return parts[0] if parts else sympy.S.One
    front = parts[:1] if parts[0].is_Rational else []
    return sympy.Mul._from_args(front + sorted(parts[len(front) :], key=_args_sortkey))


def _inverse(factor: Any) -> Any:
    if factor.is_Pow and factor.args[1].is_Rational:
        return power_of(factor.args[0], -factor.args[1])
    if factor.is_Mul:
        return product_of([_inverse(part) for part in factor.args])
    return power_of(factor, sympy.S.NegativeOne)


_MOST_FACTORS: Final = 50
_MOST_BITS_FACTORED: Final = 1_000
"""SymPy looks for factors of a radicand that can leave the root."""


def power_of(base: Any, exponent: Any) -> Any:
    """``base**exponent``, without the questions that SymPy asks where their answer is known.

    A sum that is not a number, a symbol, or a function with no opinion on its powers stays as it is under a
    rational exponent; SymPy finds that out by asking whether each term is infinite, which costs more than all
    the rest.
    """
    if exponent.is_Rational and exponent is not sympy.S.Zero and exponent is not sympy.S.One:
        real = _real_power(base, exponent)
        if real is not None:
            return real
        if base.is_Integer and not exponent.is_Integer and abs(base.p).bit_length() > _MOST_BITS_FACTORED:
            return sympy.Pow(base, exponent, evaluate=False)
        if base.is_Mul and exponent.is_Integer and base.is_commutative and len(base.args) <= _MOST_FACTORS:
            return product_of([power_of(factor, exponent) for factor in base.args])
        plain = base.is_Symbol or (base.is_Add and not base.is_number) or _has_plain_powers(base.__class__)
        if plain and not (base.is_number or (base.is_Symbol and base._assumptions_orig)):
            return sympy.Pow(base, exponent, evaluate=False)
    return sympy.Pow(base, exponent)


def _real_power(base: Any, exponent: Any) -> Any:
    """A power in which an odd root of a negative number is real, where SymPy would take the principal root."""
    if exponent.q == 1:
        return None
    if base.is_Rational and base.p < 0 and exponent.q % 2:
        size = sympy.Pow(-base, exponent)
        return size if exponent.p % 2 == 0 else -size
    inner = base.args[1] if base.is_Pow else None
    if inner is not None and inner.is_Rational and inner.q % 2 and inner.q > 1 and inner.p % 2 == 0:
        # (x^(2/3))^(1/2): the inner power is that of |x|, and must not become x^(1/3).
        return sympy.Pow(sympy.Abs(base.args[0]), inner * exponent)
    return None


@cache
def _has_plain_powers(kind: Any) -> bool:
    return issubclass(kind, sympy.Function) and kind._eval_power is sympy.Expr._eval_power


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
    return isinstance(value, sympy.Integer) and abs(value.p).bit_length() > _MOST_BITS_FACTORED


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
    "sum": lambda _, args: sympy.Add(*args),
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

# ------------------------------------------------------------------------------------------ value to form


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


@dataclass(frozen=True, slots=True)
class Manner:
    """How a form is written where there is a choice.

    Args:
        places: Where each function first stands, so that others stand in the same order.
        functions_first: Whether terms with functions stand before those without.
        divides: Whether exponentials stand below the line (1/e^x) rather than above it (e^(-x)).
    """

    places: Mapping[Any, int]
    functions_first: bool
    divides: bool


def manner_of(form: Form) -> Manner:
    """How a form is written, for :func:`form_of` to write what is equal to it in the same way."""
    nodes = _leftmost_first(form)
    places = {value(node): place for place, node in enumerate(nodes) if node.head in ("call", "derived")}
    negative = any(
        node.label == "exp" and _is_negative(node.args[0]) for node in nodes if node.head == "call"
    )
    below = any(
        _is_exponential(factor)
        for node in nodes
        if node.head == "quotient"
        for factor in _factors(node.args[1])
    )
    mixed = (_function_first(node) for node in nodes if node.head == "sum")
    first = next((found for found in mixed if found is not None), True)
    return Manner(places, first, below and not negative)


def _function_first(total: Form) -> bool | None:
    """Whether a sum begins with a term that has a function; ``None`` where all terms have, or none has."""
    having = [any(part.head == "call" for part in postorder(term)) for term in total.args]
    return having[0] if any(having) and not all(having) else None


def _factors(form: Form) -> tuple[Form, ...]:
    return form.args if form.head == "product" else (form,)


def _is_exponential(form: Form) -> bool:
    return form.head == "call" and form.label == "exp"


def _leftmost_first(form: Form) -> list[Form]:
    """The nodes of a form, each once, from left to right as they are written."""
    found: dict[Form, None] = {}
    stack = [form]
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack.extend(reversed(node.args))
    return list(found)


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
    if _is_negative(written[0]) and (len(terms) == 2 or any(_has_function(term) for term in terms)):
        first = next((place for place, form in enumerate(written) if not _is_negative(form)), 0)
        written.insert(0, written.pop(first))
    return forms.add(*written)


def _is_negative(form: Form) -> bool:
    first = form.args[0] if form.head == "product" else form
    return first.head == "number" and forms.numeral(first) < 0


UNPLACED: Final = 10**6
_MAIN: Final = frozenset("rstuvwxyz")


def _term_key(term: Any, manner: _Manner) -> tuple[Any, ...]:
    """Falling degree in the usual variables; functions before what has none; then by the letters."""
    degree: int | Fraction = 0
    others: int | Fraction = 0
    place, functions = UNPLACED, 0
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
    if place < UNPLACED:
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
        elif done[factor].head == "quotient" and _is_exponential(done[factor].args[1]):
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
    if manner is not None and manner.divides and _is_negative(exponent):
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
