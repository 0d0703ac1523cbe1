"""The rules of limits: what each opens, how the answers are put together, and what it takes for granted.

A rule is replayed by whoever checks a step: :meth:`LimitRule.apply` gives the result from the step's bindings
and the answers to its goals. Which rule to take is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import StepcalcError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import as_fraction, over, plus, times
from stepcalc.notation.forms import (
    INFINITY,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Form,
    add,
    call,
    constant,
    depending,
    divide,
    exp,
    goal,
    letter,
    letters_of,
    logic,
    multiply,
    negate,
    postorder,
    power,
    rational,
    rebuild,
    relation,
    subtract,
    vector,
    with_args,
)
from stepcalc.rulebook.dependence import logarithmically

if TYPE_CHECKING:
    from stepcalc.rulebook.cards import Card
    from stepcalc.rulebook.law import Bindings

Solve = Callable[[Form], Form]
Pairs = tuple[tuple[Form, Form], ...]

MINUS_INFINITY: Final = negate(INFINITY)
UNDEFINED: Final = constant("undefined")
INFINITE: Final = (INFINITY, MINUS_INFINITY)


class UnfitError(StepcalcError):
    """A rule of limits was asked for where its hypotheses do not hold."""

    def __init__(self) -> None:
        super().__init__(say("limit-rule-unfit"), code="limit-rule-unfit")


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One rule of limits.

    Args:
        compose: Puts the answer together from those of the goals that it asks ``solve`` for.
        holds: Whether the answers are such that the rule may be used.
        equal: Pairs of expressions that must be equal close to the point.
        passes: Whether "does not exist" may be handed on.
        numbers: Whether the answers are put together as numbers are, not as expressions in the letter.
    """

    compose: Callable[[Form, Mapping[str, Form], Solve], Form]
    holds: Callable[[Form, Mapping[str, Form], Solve], bool] = lambda *_: True
    equal: Callable[[Form, Mapping[str, Form]], Pairs] = lambda *_: ()
    passes: bool = False
    numbers: bool = True

    def apply(self, wanted: Form, bindings: Bindings, solve: Solve) -> Form:
        """The result of the rule for a goal.

        Raises:
            UnfitError: The rule does not say anything here.
        """
        bound = single(bindings)

        def answered(sought: Form) -> Form:
            answer = solve(sought)
            if answer is UNDEFINED and not self.passes:
                raise UnfitError
            return answer

        found = self.compose(wanted, bound, answered)
        if not self.holds(wanted, bound, answered):
            raise UnfitError
        return evaluated(found) if self.numbers else found

    def shown(self, wanted: Form, bindings: Bindings) -> Form:
        """What the rule turns a goal into, with the goals that it leaves open."""
        return self.compose(wanted, single(bindings), lambda sought: sought)


def single(bindings: Bindings) -> dict[str, Form]:
    """Bindings of single expressions."""
    return {name: bound for name, bound in bindings.items() if isinstance(bound, Form)}


def limit(subject: Form, variable: Form, point: Form, side: int = 0) -> Form:
    """The goal: the limit of ``subject`` as a letter goes to a point, from the right (1), left (−1), or both.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> len(limit(letter("x"), letter("x"), ZERO, 1).args)
        4
    """
    sides = {1: (ONE,), -1: (MINUS_ONE,), 0: ()}[side]
    return call("limit", subject, variable, point, *sides)


def side_of(wanted: Form) -> int:
    """The side from which a limit is sought: 1 right, −1 left, 0 both."""
    return 0 if len(wanted.args) == 3 else 1 if wanted.args[3] is ONE else -1


def is_limit(form: Form) -> bool:
    """Whether a form is the goal of finding a limit."""
    return form.head == "call" and form.label == "limit" and len(form.args) in (3, 4)


def evaluated(form: Form) -> Form:
    """The value of an expression in which numbers stand where the letter stood.

    Raises:
        UnfitError: It has none, as 0/0 or ∞ − ∞.
    """
    if not form.args:
        return form
    import sympy

    from stepcalc.notation.values import form_of, value

    found: Any = value(form)
    if found is sympy.oo:
        return INFINITY
    if found is -sympy.oo:
        return MINUS_INFINITY
    if found.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.AccumBounds, sympy.I):
        raise UnfitError
    if any(part.base == 0 for part in found.atoms(sympy.Pow)):
        raise UnfitError  # 0 to an exponent of unknown sign
    if found.is_Add and sympy.expand(found) == 0:
        return ZERO
    return form_of(found.replace(_is_root_of_square, lambda part: sympy.Abs(part.base.base)))


def _is_root_of_square(part: Any) -> bool:
    """√(a²), which is |a| for real a."""
    return bool(part.is_Pow and part.exp == _HALF and part.base.is_Pow and part.base.exp == 2)


_HALF: Final = Fraction(1, 2)


def of(wanted: Form, subject: Form) -> Form:
    """The same limit of another expression."""
    return with_args(wanted, (subject, *wanted.args[1:]))


# --------------------------------------------------------------------------------------- laws of limits


def _substitution(wanted: Form, _: Mapping[str, Form], __: Solve) -> Form:
    subject, variable, point = wanted.args[:3]
    if point in INFINITE:
        raise UnfitError
    return rebuild(subject, {variable: point})


def _constant(wanted: Form, _: Mapping[str, Form], __: Solve) -> Form:
    subject, variable = wanted.args[:2]
    if depending([subject], frozenset({variable})):
        raise UnfitError
    return subject


def _variable(wanted: Form, _: Mapping[str, Form], __: Solve) -> Form:
    if wanted.args[0] is not wanted.args[1]:
        raise UnfitError
    return wanted.args[2]


def _sum(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    return plus(*(solve(of(wanted, term)) for term in _parts(wanted, "sum")))


def _product(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    # Not the arithmetic that drops noughts: 0·∞ is no 0.
    return multiply(*(solve(of(wanted, factor)) for factor in _parts(wanted, "product")))


def _parts(wanted: Form, head: str) -> tuple[Form, ...]:
    subject = wanted.args[0]
    if subject.head != head:
        raise UnfitError
    return subject.args


def _quotient(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    above, below = _parts(wanted, "quotient")
    return over(solve(of(wanted, above)), solve(of(wanted, below)))


def _not_over_zero(wanted: Form, _: Mapping[str, Form], solve: Solve) -> bool:
    return solve(of(wanted, wanted.args[0].args[1])) is not ZERO


def constant_and_rest(wanted: Form) -> tuple[Form, Form]:
    """A subject as c·f with c free of the letter.

    Raises:
        UnfitError: There is no constant factor in it.
    """
    subject, variable = wanted.args[:2]
    varying = depending([subject], frozenset({variable}))
    above, below = subject.args if subject.head == "quotient" else (subject, ONE)
    factors = above.args if above.head == "product" else (above,)
    free = [factor for factor in factors if factor not in varying]
    rest = multiply(*(factor for factor in factors if factor in varying))
    if below in varying:
        return _checked(multiply(*free), divide(rest, below), subject)
    return _checked(over(multiply(*free), below), rest, subject)


def _checked(free: Form, rest: Form, subject: Form) -> tuple[Form, Form]:
    if free is ONE or rest is subject:
        raise UnfitError
    return free, rest


def _multiple(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    free, rest = constant_and_rest(wanted)
    return multiply(free, solve(of(wanted, rest)))


def _power(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    subject, variable = wanted.args[:2]
    if subject.head not in ("power", "root") or depending([subject.args[1]], frozenset({variable})):
        raise UnfitError
    found = solve(of(wanted, subject.args[0]))
    return with_args(subject, (found, subject.args[1]))


CONTINUOUS: Final = frozenset(
    "exp log sin cos tan cot sec csc asin acos atan acot sinh cosh tanh coth sech csch asinh acosh atanh"
    " abs erf erfc gamma".split()
)
"""Functions that are continuous wherever they are defined, and settle, if at all, towards infinity.

Only arccot(u) jumps, where u is 0.
"""


def _composite(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    subject = wanted.args[0]
    if subject.head != "call" or subject.label not in CONTINUOUS:
        raise UnfitError
    inner = solve(of(wanted, subject.args[0]))
    if subject.label == "log" and len(subject.args) == 1 and inner is ZERO:
        return MINUS_INFINITY
    if subject.label == "acot" and inner is ZERO:
        raise UnfitError  # arctan(1/u) jumps there
    return with_args(subject, (inner, *subject.args[1:]))


def _exponent(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    base, exponent = _parts(wanted, "power")
    return exp(solve(of(wanted, multiply(exponent, call("log", base)))))


def _pole(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """c over what vanishes, where that keeps the sign s."""
    above, below = _parts(wanted, "quotient")
    top, bottom = solve(of(wanted, above)), solve(of(wanted, below))
    if is_limit(top) or is_limit(bottom):
        return over(top, bottom)
    if bottom is not ZERO or top is ZERO:
        raise UnfitError
    return multiply(call("sign", top), bound["s"], INFINITY)


# ------------------------------------------------------------------------------------------ changing sides


def _sides(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    if side_of(wanted):
        raise UnfitError
    subject, variable, point = wanted.args
    right, left = (solve(limit(subject, variable, point, side)) for side in (1, -1))
    if right is left or is_limit(right):
        return right
    known = _same_number(right, left)
    if known is None:
        raise UnfitError
    return right if known else UNDEFINED


def _same_number(first: Form, second: Form) -> bool | None:
    """Whether two limits are one number, as ln(8) and 3 ln(2) are; ``None`` where that depends on letters."""
    import sympy

    from stepcalc.notation.values import value

    if {first, second} & {*INFINITE, UNDEFINED}:
        return False
    apart = sympy.simplify(value(first) - value(second))
    return None if apart.is_zero is None and apart.free_symbols else bool(apart.is_zero or apart == 0)


def with_sign(item: Form, sign: str) -> Form:
    """A letter of which it is assumed that it is positive, or negative."""
    import sympy

    from stepcalc.notation.values import form_of

    return form_of(sympy.Symbol(item.name, **{sign: True}))


def _cases(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The limit for each sign of another letter; for 0 only where the expression has a value then."""
    item = bound["a"]
    subject, *rest = wanted.args
    if item is wanted.args[1] or item not in depending([subject], frozenset({item})):
        raise UnfitError
    pieces: list[tuple[str, Form]] = []
    for label, sign in ((">", "positive"), ("<", "negative")):
        assumed = with_sign(item, sign)
        found = solve(with_args(wanted, (rebuild(subject, {item: assumed}), *rest)))
        pieces.append((label, rebuild(found, {assumed: item})))
    at_nought = _put_in(subject, {item: ZERO})
    if at_nought is not None:
        pieces.append(("=", solve(with_args(wanted, (at_nought, *rest)))))
    if any(is_limit(found) for _, found in pieces):
        return wanted
    if len({found for _, found in pieces}) == 1:
        raise UnfitError
    return call("piecewise", *(vector(found, relation(label, item, ZERO)) for label, found in pieces))


def _cases_of_base(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The limit for each kind of a base b = e^c: beyond 1, below 1, and 1 itself."""
    base = bound["b"]
    subject, *rest = wanted.args
    if base is wanted.args[1] or not any(
        node.head == "power" and node.args[0] is base for node in postorder(subject)
    ):
        raise UnfitError
    name = next(each for each in "ckmpq" if each not in {item.name for item in letters_of(wanted)})
    pieces: list[tuple[Form, Form]] = []
    for condition, sign in (
        (relation(">", base, ONE), "positive"),
        (logic("and", relation(">", base, ZERO), relation("<", base, ONE)), "negative"),
    ):
        exponent = with_sign(letter(name), sign)
        found = solve(with_args(wanted, (as_exponential(subject, base, exponent), *rest)))
        pieces.append((rebuild(found, {exponent: call("log", base)}), condition))
    at_one = _put_in(subject, {base: ONE})
    if at_one is not None:
        pieces.append((solve(with_args(wanted, (at_one, *rest))), relation("=", base, ONE)))
    if any(is_limit(found) for found, _ in pieces):
        return wanted
    if len({found for found, _ in pieces}) == 1:
        raise UnfitError
    return call("piecewise", *(vector(*piece) for piece in pieces))


def as_exponential(form: Form, base: Form, exponent: Form) -> Form:
    """An expression with e^c in the place of a letter b: b^x becomes e^(c·x).

    Examples:
        >>> from stepcalc.notation.unicode import one_line
        >>> b, c, x = letter("b"), letter("c"), letter("x")
        >>> one_line(as_exponential(multiply(x, power(b, x)), b, c))
        'x e^(cx)'
    """
    powers = {
        node: exp(times(exponent, node.args[1]))
        for node in postorder(form)
        if node.head == "power" and node.args[0] is base
    }
    return rebuild(rebuild(form, powers), {base: exp(exponent)})


def _put_in(form: Form, values: Mapping[Form, Form]) -> Form | None:
    try:
        return evaluated(rebuild(form, values))
    except StepcalcError:
        return None


def _only_side(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    subject, variable, point = wanted.args[:3]
    return solve(limit(subject, variable, point, 1 if bound["s"] is ONE else -1))


def _mirror(wanted: Form, _: Mapping[str, Form], solve: Solve) -> Form:
    subject, variable, point = wanted.args[:3]
    if point is not MINUS_INFINITY:
        raise UnfitError
    return solve(limit(evaluated(rebuild(subject, {variable: negate(variable)})), variable, INFINITY))


# ------------------------------------------------------------------------------------------ bounds, l'Hôpital

BOUNDED: Final = frozenset("sin cos atan acot tanh sech erf erfc sign asin acos".split())
"""Functions that take values between two bounds only."""


def is_bounded(form: Form) -> bool:
    """Whether a form is a bounded function, or a positive power of one."""
    if form.head == "power" and form.args[1].head == "number" and form.args[1].label > 0:  # type: ignore[operator]
        form = form.args[0]
    return form.head == "call" and form.label in BOUNDED


def _squeeze(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b·g with b bounded: between −|g| and |g| but for a constant."""
    if not is_bounded(bound["b"]):
        raise UnfitError
    found = solve(of(wanted, call("abs", bound["g"])))
    if found is not ZERO and not is_limit(found):
        raise UnfitError
    return found


def _comparison(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b + g with b bounded and g beyond all bounds."""
    if not is_bounded(bound["b"]):
        raise UnfitError
    found = solve(of(wanted, bound["g"]))
    if found not in INFINITE and not is_limit(found):
        raise UnfitError
    return found


def _bounded_factor(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b·g with b no closer to 0 than m, and m·g beyond all bounds."""
    least = least_of(bound["b"])
    if least is None:
        raise UnfitError
    found = solve(of(wanted, times(rational(least), bound["g"])))
    if found not in INFINITE and not is_limit(found):
        raise UnfitError
    return found


def least_of(form: Form) -> Fraction | None:
    """The number closest to 0 that an expression of one sign comes to; ``None`` where it may come to 0."""
    from stepcalc.rulebook.bounds import bounds_of

    low, high = bounds_of(form) or (Fraction(0), Fraction(0))
    return low if low > 0 else high if high < 0 else None


def _oscillation(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """b alone, b·g with g beyond all bounds or tending to a number but 0, b + g with g tending to a number."""
    subject, swinging = wanted.args[0], bound["b"]
    turning = swinging.args[0] if swinging.head == "power" else swinging
    if turning.head != "call" or turning.label not in ("sin", "cos") or not is_bounded(swinging):
        raise UnfitError
    reached = solve(of(wanted, turning.args[0]))
    if is_limit(reached):
        return subject
    if reached not in INFINITE or not _takes_all_values(turning.args[0]):
        raise UnfitError
    if "g" in bound:
        beside = solve(of(wanted, bound["g"]))
        if beside in INFINITE if subject.head == "sum" else not _is_not_nought(beside):
            raise UnfitError
    return UNDEFINED


def _takes_all_values(form: Form) -> bool:
    """Whether an expression on its way to infinity passes every number, as it does where it is continuous.

    x + arctan(tan(−x)) does not: it jumps from one multiple of π to the next.
    """
    swinging: set[Form] = set()
    for node in postorder(form):
        name = node.label if node.head == "call" else ""
        if node.head == "call" and name not in _STEADY:
            return False
        if any(arg in swinging for arg in node.args):
            natural = node.head == "power" and (as_fraction(node.args[1]) or 0) in _NATURAL
            if not (node.head in ("sum", "product") or name in _ENTIRE or natural):
                return False
            swinging.add(node)
        elif name in ("sin", "cos"):
            swinging.add(node)
    return True


_STEADY: Final = CONTINUOUS - set("tan cot sec csc acot gamma".split())
_ENTIRE: Final = frozenset("exp sin cos atan sinh cosh tanh asinh abs erf erfc".split())
_NATURAL: Final = range(1, 1000)


def _is_not_nought(form: Form) -> bool:
    """Whether a factor keeps what swings away from 0, whatever its letters are."""
    from stepcalc.notation.values import value

    return form in INFINITE or is_limit(form) or value(form).is_zero is False


def _whole(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    """A sum or product as its swinging part and the rest."""
    if "g" not in bound:
        return ((wanted.args[0], bound["b"]),)
    join = add if wanted.args[0].head == "sum" else multiply
    return ((wanted.args[0], join(bound["b"], bound["g"])),)


def _growth(wanted: Form, bound: Mapping[str, Form], _: Solve) -> Form:
    """A quotient of products whose orders of growth differ."""
    from stepcalc.rulebook.growth import growth_of

    variable, point = wanted.args[1:3]
    above, below = (growth_of(bound[name], variable) for name in "uv")
    if point is not INFINITY or above is None or below is None or not (above.sign > 0 and below.sign > 0):
        raise UnfitError
    sign = above.over(below).sign
    if sign < 0:
        return ZERO
    constant_part = evaluated(multiply(*_constants(bound["u"], variable), *_constants(bound["v"], variable)))
    if not sign:
        raise UnfitError
    return evaluated(multiply(call("sign", constant_part), INFINITY))


def _constants(form: Form, variable: Form) -> list[Form]:
    """The factors without the letter."""
    factors = form.args if form.head == "product" else (form,)
    return [factor for factor in factors if not depending([factor], frozenset({variable}))]


def _lhopital(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The hypotheses first: top and bottom both vanish, or both leave all bounds."""
    variable = wanted.args[1]
    above, below = bound["u"], bound["v"]
    top, bottom = solve(of(wanted, above)), solve(of(wanted, below))
    if not (is_limit(top) or (top is ZERO and bottom is ZERO) or (top in INFINITE and bottom in INFINITE)):
        raise UnfitError
    return solve(of(wanted, over(solve(goal(above, variable)), solve(goal(below, variable)))))


# ------------------------------------------------------------------------------------------ standard limits

U_TO_ONE: Final = ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh")


def _standard_sine(u: Form, form: Form) -> tuple[Form, Form]:
    name = str(form.args[0].label) if form.args and form.args[0].head == "call" else ""
    return (divide(call(name, u), u), ONE) if name in U_TO_ONE else (ZERO, ZERO)


def _standard_cosine(u: Form, form: Form) -> tuple[Form, Form]:
    above = subtract(ONE, call("cos", u))
    square = divide(above, power(u, TWO))
    return (square, over(ONE, TWO)) if form is square else (divide(above, u), ZERO)


def _standard_exponential(u: Form, form: Form) -> tuple[Form, Form]:
    natural = divide(subtract(exp(u), ONE), u)
    if form is natural:
        return natural, ONE
    base = form.args[0].args[0].args[0] if _is_power_less_one(form) else ONE
    return divide(subtract(power(base, u), ONE), u), call("log", base)


def _is_power_less_one(form: Form) -> bool:
    return form.head == "quotient" and form.args[0].head == "sum" and form.args[0].args[0].head == "power"


def _standard_logarithm(u: Form, _: Form) -> tuple[Form, Form]:
    return divide(call("log", add(ONE, u)), u), ONE


def _standard_e(u: Form, form: Form) -> tuple[Form, Form]:
    """(1 + 1/u)^u with u beyond all bounds."""
    return power(add(ONE, divide(ONE, u)), u), exp(ONE)


def _standard(pattern: Callable[[Form, Form], tuple[Form, Form]], to: tuple[Form, ...]) -> LimitRule:
    def compose(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
        shape, result = pattern(bound["u"], wanted.args[0])
        if shape is not wanted.args[0]:
            raise UnfitError
        reached = solve(of(wanted, bound["u"]))
        if reached not in to and not is_limit(reached):
            raise UnfitError
        return result

    return LimitRule(compose)


# ------------------------------------------------------------------------------------------------ the rules


def _rewritten(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    return solve(of(wanted, bound["g"]))


def _as_g(wanted: Form, bound: Mapping[str, Form]) -> Pairs:
    return ((wanted.args[0], bound["g"]),)


REWRITING: Final = LimitRule(_rewritten, equal=_as_g, passes=True)
"""The limit of what is equal close to the point: any card that rewrites an expression."""


def _definition(wanted: Form, bound: Mapping[str, Form], solve: Solve) -> Form:
    """The limit of rise over run."""
    if wanted.head != "goal" or len(wanted.args) != 2:
        raise UnfitError
    subject, variable = wanted.args
    run = bound["h"]
    ahead = rebuild(subject, {variable: add(variable, run)})
    return solve(limit(divide(subtract(ahead, subject), run), run, ZERO))


RULES: Final[Mapping[str, LimitRule]] = {
    "limit_substitution": LimitRule(_substitution),
    "limit_constant": LimitRule(_constant),
    "limit_variable": LimitRule(_variable),
    "limit_sum": LimitRule(_sum),
    "limit_product": LimitRule(_product),
    "limit_constant_multiple": LimitRule(_multiple),
    "limit_quotient": LimitRule(_quotient, _not_over_zero),
    "limit_power": LimitRule(_power),
    "limit_composite": LimitRule(_composite),
    "limit_exponent": LimitRule(_exponent),
    "limit_pole": LimitRule(_pole),
    "limit_sides": LimitRule(_sides, passes=True),
    "limit_cases": LimitRule(_cases, passes=True, numbers=False),
    "limit_base_cases": LimitRule(_cases_of_base, passes=True, numbers=False),
    "limit_only_side": LimitRule(_only_side, passes=True),
    "limit_mirror": LimitRule(_mirror, passes=True),
    "limit_squeeze": LimitRule(
        _squeeze, equal=lambda wanted, bound: ((wanted.args[0], multiply(bound["b"], bound["g"])),)
    ),
    "limit_comparison": LimitRule(
        _comparison, equal=lambda wanted, bound: ((wanted.args[0], add(bound["b"], bound["g"])),)
    ),
    "limit_bounded_factor": LimitRule(
        _bounded_factor, equal=lambda wanted, bound: ((wanted.args[0], multiply(bound["b"], bound["g"])),)
    ),
    "limit_oscillation": LimitRule(_oscillation, equal=_whole),
    "limit_growth": LimitRule(
        _growth, equal=lambda wanted, bound: ((wanted.args[0], divide(bound["u"], bound["v"])),)
    ),
    "limit_lhopital": LimitRule(
        _lhopital, equal=lambda wanted, bound: ((wanted.args[0], divide(bound["u"], bound["v"])),)
    ),
    "limit_sine": _standard(_standard_sine, (ZERO,)),
    "limit_cosine": _standard(_standard_cosine, (ZERO,)),
    "limit_exponential": _standard(_standard_exponential, (ZERO,)),
    "limit_logarithm": _standard(_standard_logarithm, (ZERO,)),
    "limit_e": _standard(_standard_e, INFINITE),
    "limit_unexplained": LimitRule(lambda _, bound, __: bound["L"], passes=True),
    "definition": LimitRule(_definition),
    "logarithmically": LimitRule(logarithmically, numbers=False),
}
"""By the short name of the card."""

OF_DERIVATIVES: Final = frozenset({"definition", "logarithmically"})
"""The rules that answer a derivative and not a limit."""


def rule_of(card: Card, wanted: Form) -> LimitRule | None:
    """The rule of limits that a card stands for where it answers this goal; ``None`` where it is none."""
    if is_limit(wanted):
        return RULES.get(card.id, REWRITING)
    return RULES[card.id] if card.id in OF_DERIVATIVES else None
