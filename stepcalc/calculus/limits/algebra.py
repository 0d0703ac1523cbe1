"""The algebra of limits: other ways to write an expression, each with the card that says so.

Each function looks at an expression near a point and gives a rewriting that may help, or nothing. A rewriting
is only a proposal: it is compared with the expression by numbers before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb, prod
from typing import Any, Final

import sympy

from stepcalc.errors import StepcalcError
from stepcalc.notation.forms import (
    INFINITY,
    MINUS_ONE,
    ONE,
    ZERO,
    Form,
    add,
    call,
    depending,
    divide,
    multiply,
    negate,
    number,
    numeral,
    postorder,
    power,
    rebuild,
    size,
    subtract,
)
from stepcalc.notation.values import form_of, value
from stepcalc.numeric.approach import Approach
from stepcalc.rulebook.limits.rule import INFINITE, MINUS_INFINITY, UnfitError, evaluated
from stepcalc.rulebook.limits.standard import U_TO_ONE

MOST_FACTORED: Final = 60
"""Larger expressions are not factored: that could take for ever."""

MOST_CANCELLED: Final = 250
"""Larger quotients of polynomials are not brought to lowest terms."""

MOST_TERMS: Final = 400
"""What may have more terms than this when it is multiplied out is not rewritten."""


@dataclass(frozen=True, slots=True)
class Near:
    """An expression near a point.

    Args:
        form: The expression.
        variable: Its letter.
        point: Where the letter goes.
        approach: Numbers on the way there.
    """

    form: Form
    variable: Form
    point: Form
    approach: Approach

    def varies(self, form: Form) -> bool:
        """Whether the letter stands in an expression."""
        return bool(depending([form], frozenset({self.variable})))

    def vanishes(self, form: Form) -> bool:
        """Whether an expression tends to 0, as far as numbers tell."""
        return self.approach.reaches(form, ZERO) is True


Proposal = tuple[str, Form]


Way = Callable[[Near], Proposal | None]


def proposals(near: Near, ways: Sequence[Way]) -> Iterator[Proposal]:
    """Rewritings that may help, the plainest first; of what would be very long there are none."""
    if terms_of(near.form) > MOST_TERMS:
        return
    for propose in ways:
        try:
            found = propose(near)
        except (StepcalcError, NotImplementedError, sympy.PolynomialError):
            continue
        if found is not None and found[1] is not near.form:
            yield found


def terms_of(form: Form) -> int:
    """How many terms an expression, or what stands above or below its bar, may have when it is multiplied out.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> terms_of(power(add(ONE, letter("x")), number(800)))
        801
    """
    counts: dict[Form, int] = {}
    for node in postorder(form):
        parts = [counts[arg] for arg in node.args]
        match node.head:
            case "sum":
                count = sum(parts)
            case "product":
                count = prod(parts)
            case "quotient":
                count = max(parts)
            case "power" if parts[0] > 1 and node.args[1].head == "number":
                times = min(abs(int(numeral(node.args[1]))), MOST_TERMS**2)
                # So many terms has a power of a sum of letters; MOST_COUNTED of them are enough to tell.
                count = comb(times + min(parts[0], MOST_COUNTED) - 1, times)
            case _:
                count = 1
        counts[node] = min(count, MOST_TERMS**2)
    return counts[form]


MOST_COUNTED: Final = 8


# ------------------------------------------------------------------------------------------- quotients


def fraction(form: Form) -> tuple[Form, Form]:
    """Top and bottom of an expression; products of quotients are taken together."""
    if form.head == "quotient":
        return form.args[0], form.args[1]
    if form.head == "product":
        pairs = [fraction(factor) if factor.head == "quotient" else (factor, ONE) for factor in form.args]
        above = [top for top, _ in pairs if top is not ONE]
        below = [bottom for _, bottom in pairs if bottom is not ONE]
        return multiply(*above), multiply(*below)
    return form, ONE


def _cancelled(near: Near) -> Proposal | None:
    """A rational function in lowest terms."""
    above, below = fraction(near.form)
    if below is ONE or not near.varies(below) or size(near.form) > MOST_CANCELLED:
        return None
    top, bottom = value(above), value(below)
    if not all(_is_polynomial(part, near) for part in (top, bottom)):
        if size(near.form) > MOST_FACTORED:
            return None
        plain = (top / bottom).is_rational_function(value(near.variable))
        return (_one_fraction(near) if plain else None) or _cancelled_generators(near)
    new = sympy.cancel(top / bottom)
    lower = sympy.fraction(new)[1]
    if sympy.degree(lower, value(near.variable)) >= sympy.degree(bottom, value(near.variable)):
        return None
    return "cancel", form_of(_factored_again(new))


def _factored_again(expr: Any) -> Any:
    top, bottom = sympy.fraction(expr)
    return top / sympy.factor(bottom) if bottom.is_Add else expr


def _cancelled_generators(near: Near) -> Proposal | None:
    """The same where functions of the letter stand in for letters, as in sin²(x)/(1 − cos(x))."""
    expr = value(near.form)
    if near.point in INFINITE:
        return None
    other = expr.replace(lambda part: part.is_Pow and part.exp == 2 and isinstance(part.base, sympy.sin),
                         lambda part: 1 - sympy.cos(part.base.args[0]) ** 2)  # fmt: skip
    for start in dict.fromkeys((expr, other)):
        new = sympy.cancel(start)
        if sympy.count_ops(new) < sympy.count_ops(expr) and not new.has(sympy.nan):
            return "cancel", form_of(new)
    return None


def _is_polynomial(expr: Any, near: Near) -> bool:
    return bool(expr.is_polynomial(value(near.variable)))


def _one_fraction(near: Near) -> Proposal | None:
    """Terms that are fractions, over one bar; complex fractions made plain."""
    if not any(_has_inner_fraction(part, near) for part in (near.form, *fraction(near.form))):
        return None
    above, below = fraction(near.form)
    if below is not ONE and _is_polynomial(value(below), near):
        # What can be cancelled stays, to be cancelled in a step of its own.
        top, bottom = sympy.fraction(sympy.together(value(above)))
        under = form_of(bottom)
        parts = [*(under.args if under.head == "product" else (under,)), below]
        parts.sort(key=lambda part: (part.head != "number", size(part) > 1))  # 2x (x−2)
        return "one_fraction", divide(form_of(sympy.factor_terms(sympy.expand(top))), multiply(*parts))
    top, bottom = sympy.fraction(sympy.together(value(near.form)))
    top = sympy.factor_terms(sympy.expand(top))
    new = form_of(top if bottom == 1 else sympy.Mul(top, 1 / bottom))
    return "one_fraction", new


def _has_inner_fraction(form: Form, near: Near) -> bool:
    """A sum in which a term is divided by something that varies."""
    parts = form.args if form.head == "product" else (form,)
    return any(
        part.head == "sum" and any(near.varies(fraction(term)[1]) for term in part.args) for part in parts
    )


def _as_quotient(near: Near) -> Proposal | None:
    """A product 0·∞ as a quotient: logarithms stay above, exponentials go below as their reciprocals."""
    above, below = fraction(near.form)
    factors = list(above.args) if above.head == "product" else [above]
    down = [factor for factor in factors if _shrinking_exponential(factor, near)]
    if down:
        up = [factor for factor in factors if factor not in down]
        flipped = [call("exp", evaluated(negate(factor.args[0]))) for factor in down]
        return "limit_as_quotient", divide(multiply(*up), multiply(*_kept(below), *flipped))
    if below is not ONE or len(factors) < 2:
        return None
    varying = [factor for factor in factors if near.varies(factor)]
    top = next((factor for factor in varying if _is_logarithmic(factor)), None)
    if top is None:
        top = next((factor for factor in varying if not _is_simple(factor)), None)
    if top is None or len(varying) < 2:
        return None
    rest = multiply(*(factor for factor in factors if factor is not top))
    return "limit_as_quotient", divide(top, form_of(1 / value(rest)))


def _kept(below: Form) -> tuple[Form, ...]:
    return () if below is ONE else (below,)


def _shrinking_exponential(factor: Form, near: Near) -> bool:
    return factor.head == "call" and factor.label == "exp" and near.vanishes(factor)


def _is_logarithmic(factor: Form) -> bool:
    inner = factor.args[0] if factor.head in ("power", "root") else factor
    return inner.head == "call" and inner.label == "log"


def _is_simple(factor: Form) -> bool:
    return factor.head in ("letter", "power", "root", "number")


# -------------------------------------------------------------------------------------- standard factors


def _standard_factors(near: Near) -> Proposal | None:
    """Factors such as sin(u) with u → 0 as u times a standard quotient."""
    above, below = fraction(near.form)
    kept: list[Form] = []
    rest: Any = sympy.Integer(1)
    for part, up in ((above, 1), (below, -1)):
        for factor in _factors(part):
            base, exponent = _base_and_exponent(factor)
            found = _standard_of(base, near) if near.varies(base) else None
            if found is None:
                rest *= value(base) ** (up * exponent)
            else:
                shape, left = found
                kept.append(_raised(shape, up * exponent))
                rest *= value(left) ** (up * exponent)
    if not kept:
        return None
    rest = sympy.cancel(rest) if sympy.count_ops(rest) < MOST_FACTORED else rest
    new = multiply(*(() if rest == 1 else (form_of(rest),)), *kept)
    return "limit_standard_factors", new


def _factors(form: Form) -> tuple[Form, ...]:
    return form.args if form.head == "product" else (form,)


def _base_and_exponent(factor: Form) -> tuple[Form, int]:
    if factor.head == "power" and factor.args[1].head == "number" and isinstance(factor.args[1].label, int):
        return factor.args[0], factor.args[1].label
    return factor, 1


def _raised(shape: Form, exponent: int) -> Form:
    return shape if exponent == 1 else power(shape, number(exponent))


def _standard_of(base: Form, near: Near) -> tuple[Form, Form] | None:
    """A standard quotient, and what it has to be multiplied with to be ``base``."""
    if base.head == "call" and base.label in U_TO_ONE and near.vanishes(base.args[0]):
        return divide(base, base.args[0]), base.args[0]
    if base.head == "call" and base.label == "log" and len(base.args) == 1:
        u = form_of(sympy.expand(value(base.args[0]) - 1))
        if near.vanishes(u):
            return divide(call("log", add(ONE, u)), u), u
    if base.head == "sum":
        return _standard_of_sum(base, near)
    return None


def _standard_of_sum(base: Form, near: Near) -> tuple[Form, Form] | None:
    """1 − cos(u) and e^u − 1, with either sign; e^u − e^v as e^v (e^(u − v) − 1)."""
    expr = value(base)
    functions = [part for part in expr.atoms(sympy.cos, sympy.exp, sympy.Pow) if near.varies(form_of(part))]
    for part in sorted(functions, key=sympy.default_sort_key):
        for sign in (1, -1):
            if isinstance(part, sympy.cos) and expr == sign * (1 - part):
                u = form_of(part.args[0])
                if near.vanishes(u):
                    shape = divide(subtract(ONE, call("cos", u)), power(u, number(2)))
                    return shape, form_of(sign * part.args[0] ** 2)
            elif expr == sign * (part - 1) and _is_exponential(part, near):
                u = form_of(part.exp)
                if near.vanishes(u):
                    return divide(subtract(form_of(part), ONE), u), form_of(sign * part.exp)
    exponentials = [part for part in functions if isinstance(part, sympy.exp)]
    if len(exponentials) == 2 and near.point not in INFINITE:
        for first, second in (exponentials, exponentials[::-1]):
            u = form_of(sympy.expand(first.exp - second.exp))
            if expr == first - second and near.vanishes(u):
                return divide(subtract(call("exp", u), ONE), u), form_of(second * value(u))
    return None


def _is_exponential(part: Any, near: Near) -> bool:
    return isinstance(part, sympy.exp) or (part.is_Pow and not near.varies(form_of(part.base)))


# ------------------------------------------------------------------------------------------ conjugates


def _conjugate(near: Near) -> Proposal | None:
    """A difference with a square root times the sum over the sum."""
    above, below = fraction(near.form)
    for part, other, up in ((above, below, True), (below, above, False)):
        halves = _halves(part, near)
        if halves is None or not _cancel_out(halves, near):
            continue
        first, second = halves
        square = sympy.expand(first**2 - second**2)
        ratio = sympy.factor(sympy.cancel(square / value(other)))
        top, bottom = sympy.fraction(ratio)
        if up:
            new = divide(form_of(top), _times(bottom, first - second))
        else:
            new = (
                divide(_times(bottom, first - second), form_of(top))
                if top != 1
                else _times(bottom, first - second)
            )
        return "limit_conjugate", new
    return None


def _cancel_out(halves: tuple[Any, Any], near: Near) -> bool:
    """Whether two terms come closer and closer to cancelling, so that their difference has to be freed."""
    first, second = halves
    if second == 0:
        return False
    return near.approach.reaches(form_of(first / second), MINUS_ONE) is True


def _times(factor: Any, total: Any) -> Form:
    return form_of(total) if factor == 1 else multiply(*_factors(form_of(factor)), form_of(total))


def _halves(form: Form, near: Near) -> tuple[Any, Any] | None:
    """A sum as two parts of which one is a square root, if the difference of squares is without roots."""
    if form.head != "sum":
        return None
    terms = [value(term) for term in form.args]
    rooted = [term for term in terms if _roots(term, near)]
    if not rooted or len(rooted) > 2:
        return None
    first = rooted[0]
    second = sympy.Add(*(term for term in terms if term is not first))
    if _roots(sympy.expand(first**2 - second**2), near) >= sum(_roots(term, near) for term in terms):
        return None
    return first, second


def _roots(expr: Any, near: Near) -> int:
    """How many square roots with the letter inside there are."""
    letter = value(near.variable)
    return sum(
        part.exp.is_Rational and part.exp.q == 2 and part.has(letter) for part in expr.atoms(sympy.Pow)
    )


# -------------------------------------------------------------------------------- towards infinity


def _dominant(near: Near) -> Proposal | None:
    """Top and bottom divided by the term of the bottom that grows fastest; a sum with its own taken out."""
    above, below = fraction(near.form)
    letter = value(near.variable)
    if near.point is not INFINITY and not (near.point is MINUS_INFINITY and _is_rational(near)):
        return None
    if below is ONE:
        if above.head != "sum":
            return None
        lead = _fastest(above, near)
        return "limit_dominant", multiply(form_of(lead), form_of(_divided(value(above), lead, letter)))
    if not any(node.head == "sum" for node in postorder(above, below)):
        return None
    lead = _fastest(below, near)
    return "limit_dominant", _over(_divided(value(above), lead, letter), _divided(value(below), lead, letter))


def _is_rational(near: Near) -> bool:
    return bool(value(near.form).is_rational_function(value(near.variable)))


def _over(top: Any, bottom: Any) -> Form:
    return form_of(top) if bottom == 1 else divide(form_of(top), form_of(bottom))


def _fastest(form: Form, near: Near) -> Any:
    """The fastest-growing term, without its coefficient; for a root or product, what it grows like."""
    letter = value(near.variable)
    expr = sympy.expand(value(form)) if size(form) < MOST_FACTORED else value(form)
    fastest: Any = None
    for term in sympy.Add.make_args(expr):
        bare = _growth(term, letter)
        if bare is None:
            raise UnfitError
        if fastest is None or near.approach.reaches(form_of(fastest / bare), ZERO):
            fastest = bare
    return fastest


def _growth(term: Any, letter: Any) -> Any:
    """What a term grows like: x² for 3x², x for √(x² + 1)."""
    result: Any = sympy.Integer(1)
    for factor in sympy.Mul.make_args(term):
        if not factor.has(letter):
            continue
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and base.is_polynomial(letter):
            result *= letter ** (sympy.degree(base, letter) * exponent)
        elif exponent.is_Rational and not exponent.is_Integer and base.is_Add:
            result *= _leading_power(base, letter) ** exponent
        elif not factor.has(sympy.sin, sympy.cos):
            result *= factor
    return sympy.powdenest(result, force=True)


def _leading_power(base: Any, letter: Any) -> Any:
    """The largest power of the letter among the terms of a sum of such powers."""
    found = [_growth(term, letter) for term in base.args]
    exponents = [sympy.log(part).expand(force=True).coeff(sympy.log(letter)) for part in found]
    if any(sympy.simplify(letter**size - part) != 0 for size, part in zip(exponents, found, strict=True)):
        raise UnfitError
    return letter ** max(exponents)


def _divided(expr: Any, lead: Any, letter: Any) -> Any:
    """Each term over ``lead``; a root keeps what it is divided by under itself."""
    terms = sympy.Add.make_args(sympy.expand(expr))
    return sympy.Add(*(_quotient(term, lead, letter) for term in terms))


def _quotient(term: Any, lead: Any, letter: Any) -> Any:
    result, under = term / lead, sympy.Integer(1)
    for factor in sympy.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if exponent.is_Rational and not exponent.is_Integer and base.is_Add:
            if base.is_polynomial(letter):
                degree = sympy.degree(base, letter)
            else:
                degree = sympy.log(_leading_power(base, letter)).expand(force=True).coeff(sympy.log(letter))
            inner = sympy.expand(base / letter**degree)
            result = result / factor * letter ** (degree * exponent)
            under *= inner**exponent
    return sympy.powsimp(sympy.powdenest(result, force=True)) * under


# ---------------------------------------------------------------------------------------- functions


def _joined_logs(near: Near) -> Proposal | None:
    """Sums of logarithms as one each."""
    change: dict[Form, Form] = {}
    for node in postorder(near.form):
        if node.head == "sum" and all(_is_log_term(term) for term in node.args):
            new = sympy.logcombine(value(node), force=True)
            if isinstance(new, sympy.log):
                change[node] = call("log", form_of(sympy.cancel(new.args[0])))
    return ("join_logs", rebuild(near.form, change)) if change else None


def _is_log_term(term: Form) -> bool:
    inner = term.args[1] if term.head == "product" and term.args[0] is MINUS_ONE else term
    return inner.head == "call" and inner.label == "log"


def _branch(near: Near) -> Proposal | None:
    """Absolute values, signs, whole parts and pieces as what they are on this side of the point."""
    if not near.approach.side:
        return None
    change: dict[Form, Form] = {}
    for node in postorder(near.form):
        if node.head == "call" and near.varies(node):
            settle = _ON_ONE_SIDE.get(str(node.label))
            new = settle(node, near) if settle else None
            if new is not None:
                change[node] = new
    return ("limit_branch", rebuild(near.form, change)) if change else None


def _absolute(node: Form, near: Near) -> Form | None:
    sign = near.approach.sign(node.args[0])
    return None if sign is None else evaluated(negate(node.args[0])) if sign < 0 else node.args[0]


def _sign(node: Form, near: Near) -> Form | None:
    sign = near.approach.sign(node.args[0])
    return None if sign is None else number(sign)


def _whole(node: Form, near: Near) -> Form | None:
    """The whole number that floor or ceiling is close to the point."""
    centre = (
        sympy.floor(value(rebuild(node.args[0], {near.variable: near.point})))
        if near.point not in INFINITE
        else None
    )
    if centre is None or not centre.is_Integer:
        return None
    for step in (0, -1, 1):
        if near.approach.same(node, number(int(centre) + step)):
            return number(int(centre) + step)
    return None


def _piece(node: Form, near: Near) -> Form | None:
    return next((case.args[0] for case in node.args if near.approach.same(node, case.args[0])), None)


_ON_ONE_SIDE: Final[Mapping[str, Callable[[Form, Near], Form | None]]] = {
    "abs": _absolute,
    "sign": _sign,
    "floor": _whole,
    "ceiling": _whole,
    "piecewise": _piece,
    "max": lambda node, near: next((arg for arg in node.args if near.approach.same(node, arg)), None),
    "min": lambda node, near: next((arg for arg in node.args if near.approach.same(node, arg)), None),
    "heaviside": lambda node, near: next((n for n in (ZERO, ONE) if near.approach.same(node, n)), None),
}


def _half_angle_free(near: Near) -> Proposal | None:
    """tan, cot, sec and csc in sines and cosines."""
    if not any(
        node.head == "call" and node.label in ("tan", "cot", "sec", "csc") for node in postorder(near.form)
    ):
        return None
    expr = value(near.form).replace(sympy.tan, lambda u: sympy.sin(u) / sympy.cos(u))
    expr = expr.replace(sympy.cot, lambda u: sympy.cos(u) / sympy.sin(u))
    expr = expr.replace(sympy.sec, lambda u: 1 / sympy.cos(u)).replace(sympy.csc, lambda u: 1 / sympy.sin(u))
    return "sines_and_cosines", form_of(expr)


def _simplified(near: Near) -> Proposal | None:
    """Whatever is shorter."""
    if size(near.form) > MOST_FACTORED:
        return None
    new = form_of(sympy.powsimp(sympy.cancel(sympy.powsimp(value(near.form)))))
    return ("limit_simplify", new) if size(new) < size(near.form) else None


WAYS: Final[tuple[Way, ...]] = (
    _branch,
    _cancelled,
    _joined_logs,
    _standard_factors,
    _conjugate,
    _dominant,
    _simplified,
    _half_angle_free,
    _one_fraction,
    _as_quotient,
)
