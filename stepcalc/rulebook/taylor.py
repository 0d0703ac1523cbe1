"""Taylor polynomials as strategies: derivatives and their values, or power series term by term."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import factorial
from typing import Any, Final

from stepcalc.errors import LimitError, NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import as_fraction, combine, opposite, over, plus, raised, times
from stepcalc.notation.forms import (
    ONE,
    ZERO,
    Form,
    call,
    entries_of,
    goal,
    letter,
    letters_of,
    nodes_of,
    number,
    numeral,
    postorder,
    rational,
    rebuild,
    vector,
    with_args,
)
from stepcalc.notation.pieces import without_minus

Solve = Callable[[Form], Form]

BREAKING: Final = frozenset({"abs", "sign", "floor", "ceiling", "heaviside", "min", "max", "piecewise"})


LARGEST_DERIVATIVES: Final = 25_000
"""How many different parts all derivatives of one polynomial have at most, together: a few seconds' work."""


class CentreError(UsageError):
    """A function has no value at the centre of its series; ``derivative`` names which: f, f′, ∂f/∂x."""

    derivative = ""


# ------------------------------------------------------------------------------------------ one variable


def taylor(form: Form, solve: Solve) -> Form:
    """The polynomial from the derivatives at the centre: f(a) + f′(a)(x − a) + f″(a)/2!·(x − a)² + ...

    The goal's arguments: the function, the variable, the centre, the order, what is raised to powers (x − a),
    and then, if a bound of the remainder is asked for, the ends of the interval and the function with all
    definitions written out.
    """
    subject, variable, centre, order, step, *bound = form.args
    now, terms = subject, list[Form]()
    last, written = int(numeral(order)), 0
    for k in range(last + 1):
        value = _value_at_centre(now, variable, centre, k, terms, subject, solve)
        terms.append(divided(value, factorial(k)))
        if k < last or bound:
            now = solve(goal(now, variable)) if now is not ZERO else ZERO
            written = _within_bounds(written, now, k + 1)
    if bound:
        solve(call("derivative_bound", bound[2], variable, centre, number(last + 1), *bound[:2]))
    return polynomial(terms, step)


def _within_bounds(written: int, derivative: Form, order: int) -> int:
    """How much is written with one derivative more.

    Raises:
        LimitError: It is too much; the error says which order can be had.
    """
    written += len(nodes_of(derivative))
    if written > LARGEST_DERIVATIVES:
        raise LimitError(say("taylor-too-long", order=order, most=order - 1), code="taylor-too-long")
    return written


def _value_at_centre(
    now: Form, variable: Form, centre: Form, k: int, before: list[Form], subject: Form, solve: Solve
) -> Form:
    wanted = "limit_at" if k and breaks_at(subject, variable, centre) else "value_at"
    try:
        if wanted == "limit_at" and k == 1:
            _assert_continuous(subject, variable, centre, before[0])
        return solve(call(wanted, now, variable, centre))
    except CentreError:
        raise centre_error(primes(k), variable, centre) from None


def centre_error(name: str, variable: Form, centre: Form) -> CentreError:
    """The error that says which derivative does not exist at the centre."""
    from stepcalc.notation.unicode import one_line

    place = ", ".join(
        f"{item.name} = {one_line(at)}"
        for item, at in (
            zip(variable.args, centre.args, strict=True)
            if variable.head == "vector"
            else [(variable, centre)]
        )
    )
    problem = CentreError(say("taylor-centre", name=name, place=place), code="taylor-centre")
    problem.derivative = name
    return problem


def primes(k: int, name: str = "f") -> str:
    """f, f′, f″, f‴, f⁽⁴⁾.

    Examples:
        >>> primes(2), primes(5)
        ('f″', 'f⁽⁵⁾')
    """
    if k < 4:
        return name + ("", "′", "″", "‴")[k]
    return f"{name}⁽{str(k).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}⁾"


def polynomial(coefficients: Sequence[Form], step: Form) -> Form:
    """The sum of coefficients times powers, lowest first.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> polynomial([ZERO, number(2)], letter("x")).args[0].label
        2
    """
    return plus(*(term(coefficient, [(step, k)]) for k, coefficient in enumerate(coefficients)))


def term(coefficient: Form, powers: Sequence[tuple[Form, int]]) -> Form:
    """A coefficient times powers, as people write it: 2x³/3, −x⁴/6."""
    factors = [raised(base, number(k)) for base, k in powers if k]
    if not factors:
        return coefficient
    known = as_fraction(coefficient)
    if known is not None:
        above = times(number(abs(known.numerator)), *factors)
        found = over(above, number(known.denominator))
        return opposite(found) if known < 0 else found
    settled = combine(coefficient, ordered=False)
    sign, settled = (opposite, opposite(settled)) if _is_negative(settled) else (_same, settled)
    if settled.head == "quotient":
        if _is_negative(settled.args[0]):
            sign, settled = (
                (_same if sign is opposite else opposite),
                with_args(settled, (opposite(settled.args[0]), settled.args[1])),
            )
        return sign(over(_with(settled.args[0], factors), settled.args[1]))
    return sign(_with(settled, factors))


def _with(coefficient: Form, powers: Sequence[Form]) -> Form:
    """A coefficient before powers, without a bracket around its factors."""
    return times(*(coefficient.args if coefficient.head == "product" else (coefficient,)), *powers)


def divided(value: Form, by: int) -> Form:
    """A value over a factorial, with its sign in front.

    Examples:
        >>> from stepcalc.notation.forms import letter, negate
        >>> divided(negate(letter("a")), 2).head
        'product'
    """
    known = as_fraction(value)
    if known is not None:
        return rational(known / by)
    if _is_negative(value):
        return opposite(divided(opposite(value), by))
    return combine(over(value, number(by)), ordered=False)


def _is_negative(form: Form) -> bool:
    return without_minus(form) is not None


def _same(form: Form) -> Form:
    return form


# ------------------------------------------------------------------------------------------ values


def value_at(form: Form, _: Solve) -> Form:
    """The value of an expression at a point.

    Raises:
        CentreError: It has none.
    """
    from stepcalc.notation.values import form_of, value

    subject, variables, centres = form.args
    put_in = substituted(subject, variables, centres)
    if put_in is subject or not put_in.args:
        return put_in
    found = value(put_in)
    if not _is_real(found):
        raise CentreError(say("taylor-no-value"), code="taylor-centre")
    return form_of(found)


def substituted(subject: Form, variables: Form, centres: Form) -> Form:
    """The expression with the centre put in for the variable, or for each of several."""
    if variables.head == "vector":
        return rebuild(subject, dict(zip(variables.args, centres.args, strict=True)))
    return rebuild(subject, {variables: centres})


def _is_real(found: Any) -> bool:
    import sympy

    if found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.S.NegativeInfinity, sympy.I, sympy.AccumBounds):
        return False
    return found.is_extended_real is not False


def limit_at(form: Form, _: Solve) -> Form:
    """What an expression tends to at a point, from both sides the same.

    If f is continuous at a and f′ tends to a number there, that is f′(a) (from the mean value theorem).

    Raises:
        CentreError: It does not tend to one number.
    """
    from stepcalc.notation.values import form_of

    subject, variable, centre = form.args
    found = _limits(subject, variable, centre)
    if found is None:
        raise CentreError(say("taylor-no-value"), code="taylor-centre")
    return form_of(found)


def _limits(subject: Form, variable: Form, centre: Form) -> Any:
    """The limit that both sides share, ``None`` if there is none."""
    import sympy

    from stepcalc.notation.values import value

    x, a, sides = value(variable), value(centre), []
    for direction in ("-", "+"):
        side = value(_beside(subject, variable, centre, 1 if direction == "+" else -1))
        try:
            sides.append(
                sympy.S.Zero if _dies_out(side, x, a, direction) else sympy.limit(side, x, a, direction)
            )
        except (NotImplementedError, ValueError, TypeError):
            return None
    same = _is_real(sides[0]) and _is_real(sides[1]) and sympy.simplify(sides[0] - sides[1]) == 0
    return sides[1] if same else None


def _dies_out(expression: Any, x: Any, a: Any, direction: str) -> bool:
    """Whether every term is a rational function times an exponential that beats every power."""
    import sympy

    for part in sympy.Add.make_args(sympy.expand(expression)):
        found = sympy.powsimp(part)
        exponents = [factor.args[0] for factor in sympy.Mul.make_args(found) if isinstance(factor, sympy.exp)]
        if len(exponents) != 1 or not exponents[0].is_rational_function(x):
            return False
        rest = sympy.cancel(found / sympy.exp(exponents[0]))
        tends = sympy.limit(exponents[0], x, a, direction)
        if not rest.is_rational_function(x) or tends != sympy.S.NegativeInfinity:
            return False
    return True


def _beside(subject: Form, variable: Form, centre: Form, side: int) -> Form:
    """The piece that holds just to one side of a point."""
    from stepcalc.numeric.evaluate import compile_forms

    at = plus(centre, rational(Fraction(side, 10**6)))
    change: dict[Form, Form] = {}
    for node in postorder(subject):
        if node.head == "call" and node.label == "piecewise":
            for pair in node.args:
                (holds,) = compile_forms([rebuild(pair.args[1], {variable: at})], {}).at({})
                if holds or pair.args[1].head == "constant":
                    change[node] = pair.args[0]
                    break
    return rebuild(subject, change) if change else subject


def _assert_continuous(subject: Form, variable: Form, centre: Form, value: Form) -> None:
    from stepcalc.notation.values import value as value_of

    found = _limits(subject, variable, centre)
    if found is None or (found - value_of(value)).simplify() != 0:
        raise CentreError(say("taylor-no-value"), code="taylor-centre")


def breaks_at(subject: Form, variable: Form, centre: Form) -> bool:
    """Whether a part of an expression changes its formula at a point: |x| at 0, the border of two pieces."""
    if centre is variable:
        return False
    return any(
        node.head == "call" and node.label in BREAKING and _has_border(node, variable, centre)
        for node in postorder(subject)
    )


def _has_border(node: Form, variable: Form, centre: Form) -> bool:
    from stepcalc.notation.values import value

    if node.label == "piecewise":
        pairs = [
            part.args for pair in node.args for part in postorder(pair.args[1]) if part.head == "relation"
        ]
    elif node.label in ("min", "max"):
        pairs = [(first, second) for place, first in enumerate(node.args) for second in node.args[:place]]
    elif node.label in ("floor", "ceiling"):
        return bool(value(rebuild(node.args[0], {variable: centre})).is_integer)
    else:
        pairs = [(node.args[0], ZERO)]
    return any(
        (value(rebuild(left, {variable: centre})) - value(rebuild(right, {variable: centre}))).is_zero
        is not False
        for left, right in pairs
        if variable in letters_of(left, right)
    )


# ------------------------------------------------------------------------------------------ by recurrences


def taylor_series(form: Form, solve: Solve) -> Form:
    """The polynomial from the coefficients that the recurrences give; arguments as for :func:`taylor`."""
    subject, variable, centre, order, step, *bound = form.args
    found = solve(call("coefficients", subject, variable, centre, order))
    if bound:
        last = int(numeral(order))
        solve(call("derivative_bound", bound[2], variable, centre, number(last + 1), *bound[:2]))
    return polynomial(found.args, step)


def coefficients(form: Form, solve: Solve) -> Form:
    """The coefficients of an expression's power series from those of its parts, as a list.

    Raises:
        CentreError: It has no power series about the centre.
    """
    from stepcalc.numeric.exact import Exact, exact_of_form, form_of_exact
    from stepcalc.numeric.jets import NoSeriesError, constant_jet, node_jet

    subject, variable, centre, order = form.args
    length, ring = int(numeral(order)) + 1, Exact()
    if subject is variable:
        jet = constant_jet(ring, exact_of_form(centre), length)
        jet[1:2] = [Fraction(1)] if length > 1 else []
        return vector(*(form_of_exact(part) for part in jet))
    parts = []
    for part in subject.args:
        if variable in letters_of(part):
            answer = solve(call("coefficients", part, variable, centre, order))
            parts.append([exact_of_form(entry) for entry in answer.args])
        else:
            parts.append(constant_jet(ring, exact_of_form(part), length))
    try:
        return vector(*(form_of_exact(part) for part in node_jet(ring, subject, parts, length)))
    except NoSeriesError:
        raise centre_error(primes(0), variable, centre) from None


# ------------------------------------------------------------------------------------------ the remainder


def derivative_bound(form: Form, _: Solve) -> Form:
    """A number that no value of |f⁽ᵐ⁾| exceeds between the centre and the ends of an interval.

    Raises:
        NotDerivableError: Interval arithmetic finds none.
    """
    from stepcalc.numeric.balls import bound_of_derivative

    subject, variable, centre, order, low, high = form.args
    ends = [as_fraction(end) for end in (centre, low, high)]
    if None in ends or letters_of(subject) - {variable}:
        raise NotDerivableError(say("taylor-bound-numbers"), code="taylor-bound-numbers")
    found = bound_of_derivative(
        subject, variable, int(numeral(order)), [end for end in ends if end is not None]
    )
    if found is None:
        raise NotDerivableError(say("taylor-no-bound"), code="taylor-no-bound")
    return number(found)


# ------------------------------------------------------------------------------------- several variables


def taylor_several(form: Form, solve: Solve) -> Form:
    """Σ ∂^α f(a)/α!·(x − a)^α over all multi-indices; through gradient and Hessian up to order 2."""
    subject, variables, centres, order, steps, *bound = form.args
    last = int(numeral(order))
    found: dict[tuple[int, ...], Form] = {}
    for index, derivative in partials(subject, variables.args, last, solve):
        if derivative is ZERO:
            found[index] = ZERO
            continue
        try:
            found[index] = solve(call("value_at", derivative, variables, centres))
        except CentreError:
            raise centre_error(partial_name(index, variables.args), variables, centres) from None
    if bound:
        solve(call("remainder_bound", bound[2], variables, centres, order, *bound[:2]))
    return plus(
        *(
            term(divided(value, factorials(index)), list(zip(steps.args, index, strict=True)))
            for index, value in found.items()
        )
    )


def partial_name(index: Sequence[int], letters: Sequence[Form]) -> str:
    """∂²f/∂x∂y, as a name."""
    total = sum(index)
    if not total:
        return "f"
    raise_ = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    above = "∂" + (str(total).translate(raise_) if total > 1 else "") + "f"
    below = "".join(
        f"∂{letter.name}" + (str(k).translate(raise_) if k > 1 else "")
        for letter, k in zip(letters, index, strict=True)
        if k
    )
    return f"{above}/{below}"


def remainder_bound(form: Form, _: Solve) -> Form:
    """A number that |Rₙ| does not exceed on a box.

    Raises:
        NotDerivableError: Interval arithmetic finds none.
    """
    from stepcalc.numeric.boxes import bound_of_remainder

    subject, variables, centres, order, lows, highs = form.args
    numbers = [[as_fraction(each) for each in part.args] for part in (centres, lows, highs)]
    middle, low, high = ([each for each in part if each is not None] for part in numbers)
    count = len(variables.args)
    if {len(middle), len(low), len(high)} != {count} or letters_of(subject) - set(variables.args):
        raise NotDerivableError(say("taylor-bound-numbers"), code="taylor-bound-numbers")
    box = tuple(zip(low, high, strict=True))
    found = bound_of_remainder(subject, variables.args, middle, int(numeral(order)), box)
    if found is None:
        raise NotDerivableError(say("taylor-no-bound"), code="taylor-no-bound")
    return number(found)


def factorials(index: Sequence[int]) -> int:
    """α! = α₁!·α₂!·...

    Examples:
        >>> factorials((2, 0, 3))
        12
    """
    found = 1
    for k in index:
        found *= factorial(k)
    return found


def partials(
    subject: Form, letters: Sequence[Form], last: int, solve: Solve
) -> Iterator[tuple[tuple[int, ...], Form]]:
    """Every partial derivative up to an order, each found from one of the order below.

    Raises:
        LimitError: They grow too long.
    """
    count = len(letters)
    yield (0,) * count, subject
    if last <= 2:
        yield from _from_matrices(subject, letters, last, solve)
        return
    row: Mapping[tuple[int, ...], Form] = {(0,) * count: subject}
    written = 0
    for order in range(1, last + 1):
        following: dict[tuple[int, ...], Form] = {}
        for index, derivative in row.items():
            # Each index comes from one other: letters are differentiated in their order.
            start = max((place for place, k in enumerate(index) if k), default=0)
            for place in range(start, count):
                new = tuple(k + (slot == place) for slot, k in enumerate(index))
                following[new] = (
                    ZERO if derivative is ZERO else solve(goal(derivative, letters[place], kind="partial"))
                )
                written = _within_bounds(written, following[new], order)
        yield from following.items()
        row = following


def _from_matrices(
    subject: Form, letters: Sequence[Form], last: int, solve: Solve
) -> Iterator[tuple[tuple[int, ...], Form]]:
    count = len(letters)
    if last >= 1:
        slopes = entries_of(solve(call("gradient", subject, *letters)))
        for place in range(count):
            yield tuple(int(slot == place) for slot in range(count)), slopes.get((place, 0), ZERO)
    if last == 2:
        bends = entries_of(solve(call("hessian", subject, *letters)))
        for row in range(count):
            for column in range(row, count):
                index = tuple(int(slot == row) + int(slot == column) for slot in range(count))
                yield index, bends.get((row, column), ZERO)


# ------------------------------------------------------------------------------------------ checking


def touches_function(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether a Taylor polynomial agrees with its function to its order, by values close to the centre."""
    from stepcalc.numeric.contact import touches

    subject, variable, centre, order, step = form.args[:5]
    if variable.head == "vector":
        moving = [
            (item, at, _distance(item, of))
            for item, at, of in zip(variable.args, centre.args, step.args, strict=True)
        ]
    else:
        moving = [(variable, centre, _distance(variable, step))]
    return touches(subject, result, moving, int(numeral(order)), definitions)


def _distance(variable: Form, step: Form) -> Form:
    return step if step.head == "letter" else variable


def touches_coefficients(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The same of a list of coefficients."""
    from stepcalc.numeric.contact import touches

    subject, variable, centre, order = form.args
    step = variable if centre is ZERO else plus(variable, opposite(centre))
    written = polynomial(result.args, step)
    return touches(subject, written, [(variable, centre, variable)], int(numeral(order)), definitions)


def tends_to(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether an expression comes close to a value on both sides of a point."""
    from stepcalc.numeric.contact import touches

    subject, variable, centre = form.args
    return touches(subject, result, [(variable, centre, variable)], 0, definitions)


def is_value(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether a value at the centre is that of the expression with the centre put in."""
    from stepcalc.numeric.contact import same_value

    return same_value(substituted(*form.args), result, definitions)


def bounds_derivative(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether |f⁽ᵐ⁾| exceeds a bound nowhere on a grid, by differences; replaying its step proves it anew."""
    from stepcalc.numeric.evaluate import HIGHEST_ORDER

    subject, variable, centre, order, low, high = form.args
    bound, last = as_fraction(result), int(numeral(order))
    ends = [end for end in map(as_fraction, (centre, low, high)) if end is not None]
    if bound is None or len(ends) < 3 or last > HIGHEST_ORDER:
        return bound is not None
    slope = goal(subject, *[variable] * last) if last else subject
    places = (min(ends) + (max(ends) - min(ends)) * Fraction(part, GRID) for part in range(GRID + 1))
    return _stays_below(bound, slope, [{variable: place} for place in places], definitions)


def bounds_remainder(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether what a polynomial leaves out exceeds a bound at no corner of a box, along the lines to them."""
    from stepcalc.numeric.evaluate import HIGHEST_ORDER

    subject, variables, centres, order, lows, highs = form.args
    bound, last = as_fraction(result), int(numeral(order))
    if bound is None or last > HIGHEST_ORDER or len(variables.args) > MOST_CORNERS:
        return bound is not None
    run = letter("_t")
    for corner in product(*zip(lows.args, highs.args, strict=True)):
        line = {
            item: plus(at, times(run, plus(end, opposite(at))))
            for item, at, end in zip(variables.args, centres.args, corner, strict=True)
        }
        along = rebuild(subject, line)
        terms = (over(goal(along, *[run] * k) if k else along, number(factorial(k))) for k in range(last + 1))
        rest = plus(rebuild(along, {run: ONE}), *map(opposite, terms))
        if not _stays_below(bound, rest, [{run: Fraction(0)}], definitions):
            return False
    return True


GRID: Final = 8
MOST_CORNERS: Final = 4
"""With more variables than this a box has too many corners to look at."""


def _stays_below(
    bound: Fraction, form: Form, points: Sequence[Mapping[Form, Fraction]], definitions: Mapping[str, Any]
) -> bool:
    """Whether a form's absolute value exceeds a number at no point where it has a value, but for rounding."""
    from stepcalc.numeric.evaluate import compile_forms
    from stepcalc.numeric.real import context

    program = compile_forms([form], definitions)
    values = (program.at(point)[0] for point in points)
    most = bound + ROUNDING * (1 + bound)
    limit = context().mpf(most.numerator) / most.denominator
    return all(value is None or abs(value) <= limit for value in values)


ROUNDING: Final = Fraction(1, 10**12)
