"""Strategies for fitting by chi-squared: its gradient, the normal equations, the straight line, a step for curves.

The goals have the same arguments: the model at the i-th point, the parameters as a vector, the response there, its
standard deviation (1 where none is given), and then the measured letters, whose values differ from point to point.
A sum over the points is ``over_points(term)``; the letter n is how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any, Final

from stepcalc.notation.appearance import without_minus
from stepcalc.notation.arithmetic import combine, opposite, over, plus, raised, times
from stepcalc.notation.forms import (
    ONE,
    TWO,
    ZERO,
    Form,
    add,
    call,
    column,
    divide,
    goal,
    letter,
    letter_label,
    letters_of,
    make,
    matrix,
    multiply,
    negate,
    number,
    postorder,
    power,
    rebuild,
    relation,
    subtract,
    vector,
    with_args,
)
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.strategy import Strategy, by_values, within_second

COUNT: Final = letter("n")
"""How many points there are."""

POINTS: Final = 2
"""At so many points beyond the number of parameters sums over points are compared."""


def arguments(form: Form) -> tuple[Form, tuple[Form, ...], Form, Form, tuple[Form, ...]]:
    """The model, the parameters, the response, its standard deviation and the measured letters of a goal."""
    model, parameters, response, sigma, *measured = form.args
    return model, parameters.args, response, sigma, tuple(measured)


def over_points(term: Form) -> Form:
    """The sum of a term over all points.

    Examples:
        >>> over_points(ONE) is COUNT
        True
    """
    return COUNT if term is ONE else call("over_points", term)


def weighted(term: Form, sigma: Form) -> Form:
    """A term over σ²."""
    return term if sigma is ONE else over(term, raised(sigma, TWO))


def residual(form: Form) -> Form:
    """What the model leaves of the response at a point: y − f."""
    model, _, response, _, _ = arguments(form)
    parts = model.args if model.head == "sum" else (model,)
    return add(response, *(opposite(part) for part in parts))


# ------------------------------------------------------------------------------------------ chi-squared


def chi_squared(form: Form, _: Solve) -> Form:
    """χ² = Σ ((y − f)/σ)²."""
    sigma = arguments(form)[3]
    left = residual(form)
    return over_points(power(left if sigma is ONE else divide(left, sigma), TWO))


def chi_slope(form: Form, solve: Solve) -> Form:
    """∂χ²/∂p = −2 Σ (y − f)/σ²·∂f/∂p; the parameter is the first of the goal's vector."""
    model, (parameter, *_), _, sigma, _ = arguments(form)
    slope = solve(goal(model, parameter, kind="partial"))
    if slope is ZERO:
        return ZERO
    positive = slope if without_minus(slope) is None else opposite(slope)
    doubled = multiply(TWO, over_points(_product(residual(form), positive, sigma)))
    return doubled if positive is not slope else negate(doubled)


def _product(left: Form, slope: Form, sigma: Form) -> Form:
    """(y − f)·∂f/∂p over σ²."""
    factors = slope.args if slope.head == "product" else (slope,)
    above = left if slope is ONE else multiply(left, *factors)
    return above if sigma is ONE else divide(above, power(sigma, TWO))


def chi_gradient(form: Form, solve: Solve) -> Form:
    """The column of the derivatives of χ² with respect to the parameters."""
    model, parameters, response, sigma, measured = arguments(form)
    solve(call("chi_squared", *form.args))
    return column(
        [solve(call("chi_slope", model, vector(each), response, sigma, *measured)) for each in parameters]
    )


# ------------------------------------------------------------------------------------- normal equations


def normal_equations(form: Form, solve: Solve) -> Form:
    """N·p = b: the gradient set to 0, of a model that is linear in its parameters."""
    model, parameters, response, sigma, _ = arguments(form)
    slopes = [solve(goal(model, each, kind="partial")) for each in parameters]
    rest = combine(rebuild(model, dict.fromkeys(parameters, ZERO)))
    left = response if rest is ZERO else subtract(response, rest)
    entries: dict[tuple[int, int], Form] = {}
    for one, other in combinations_with_replacement(range(len(parameters)), 2):
        entry = over_points(combine(weighted(times(slopes[one], slopes[other]), sigma)))
        entries[one, other] = entries[other, one] = entry
    places = range(len(parameters))
    rows = [[entries[row, place] for place in places] for row in places]
    target = column([over_points(combine(weighted(times(slope, left), sigma))) for slope in slopes])
    return relation("=", multiply(matrix(rows), column(parameters)), target)


def straight_line(form: Form, solve: Solve) -> Form:
    """The closed form for a straight line m·x + c, as equations to be worked out one after the other.

    The means, the slope, the intercept, their variances (with σ = 1 these are still to be multiplied by the
    variance of a point) and their covariance.
    """
    solve(call("normal_equations", *form.args))
    _, (slope, intercept), response, sigma, (x,) = arguments(form)
    weight = ONE if sigma is ONE else divide(ONE, power(sigma, TWO))
    mean_x, mean_y, spread = mean_letter(x, "x"), mean_letter(response, "y"), SPREAD
    total = over_points(weight)

    def averaged(value: Form) -> Form:
        return divide(over_points(combine(weighted(value, sigma))), total)

    away = subtract(x, mean_x)
    return vector(
        relation("=", mean_x, averaged(x)),
        relation("=", mean_y, averaged(response)),
        relation("=", spread, over_points(_over_sigma(power(away, TWO), sigma))),
        relation(
            "=", slope,
            divide(over_points(_over_sigma(multiply(away, subtract(response, mean_y)), sigma)), spread),
        ),
        relation("=", intercept, subtract(mean_y, multiply(slope, mean_x))),
        relation("=", call("variance", slope), divide(ONE, spread)),
        relation(
            "=", call("variance", intercept),
            add(divide(ONE, total), divide(power(mean_x, TWO), spread)),
        ),
        relation("=", call("covariance", vector(slope, intercept)), negate(divide(mean_x, spread))),
    )  # fmt: skip


SPREAD: Final = letter("S_x")


def mean_letter(measured: Form, usual: str) -> Form:
    """The letter for the mean of a measured letter: x_mean for x_i, the usual one for a longer name."""
    name = measured.name.removesuffix("_i")
    return letter(f"{name if len(name) == 1 else usual}_mean")


def _over_sigma(term: Form, sigma: Form) -> Form:
    return term if sigma is ONE else divide(term, power(sigma, TWO))


# ------------------------------------------------------------------------------------------------ curves


def gauss_newton(form: Form, solve: Solve) -> Form:
    """(JᵀWJ + λD)·δ = JᵀWr, the step for a model that is not linear in its parameters."""
    model, parameters, *_ = arguments(form)
    for each in parameters:
        solve(goal(model, each, kind="partial"))
    return STEP


STEP: Final = relation(
    "=",
    multiply(
        add(
            multiply(call("transposed", letter("J")), letter("W"), letter("J")),
            multiply(letter("lambda"), letter("D")),
        ),
        letter("delta"),
    ),
    multiply(call("transposed", letter("J")), letter("W"), letter("r")),
)  # fmt: skip


def fit(form: Form, solve: Solve) -> Form:
    """From the model to what gives the parameters: χ², its gradient, then the equations that set it to 0."""
    solve(call("chi_gradient", *form.args))
    return solve(call(way(form), *form.args))


def way(form: Form) -> str:
    """The card that a fit ends with: for a straight line, for a linear model, for a curve."""
    model, parameters, *_, measured = arguments(form)
    if line_of(model, parameters, measured) is not None:
        return "straight_line"
    return "normal_equations" if is_linear(model, parameters) else "gauss_newton"


def line_of(model: Form, parameters: Sequence[Form], measured: Sequence[Form]) -> tuple[Form, Form] | None:
    """Slope and intercept, where the model is m·x + c with these as its two parameters, slope first."""
    if len(parameters) != 2 or len(measured) != 1 or model.head != "sum" or len(model.args) != 2:
        return None
    for term, other in (model.args, model.args[::-1]):
        if (
            other is parameters[1]
            and term.head == "product"
            and set(term.args) == {parameters[0], measured[0]}
        ):
            return parameters[0], parameters[1]
    return None


def is_linear(model: Form, parameters: Sequence[Form]) -> bool:
    """Whether a model is a sum of parameters times what does not depend on them.

    Examples:
        >>> a, b, x = letter("a"), letter("b"), letter("x")
        >>> is_linear(add(multiply(a, x), b), [a, b]), is_linear(power(x, a), [a])
        (True, False)
    """
    sought = frozenset(parameters)
    degrees: dict[Form, int] = {}
    for node in postorder(model):
        below = [degrees[arg] for arg in node.args]
        if node in sought:
            degrees[node] = 1
        elif not any(below):
            degrees[node] = 0
        elif node.head == "sum":
            degrees[node] = max(below)
        elif node.head == "product":
            degrees[node] = sum(below)
        elif node.head == "quotient" and not below[1]:
            degrees[node] = below[0]
        else:
            degrees[node] = 2
    return degrees[model] <= 1


# ------------------------------------------------------------------------------------------ tests by values


def written_out(form: Form, measured: Sequence[Form], count: int) -> Form:
    """A form with every sum over points written out for so many points.

    Examples:
        >>> x = letter("x")
        >>> written_out(over_points(x), [x], 2).head
        'sum'
    """
    places = [{each: _at(each, place) for each in measured} for place in range(1, count + 1)]
    done: dict[Form, Form] = {}
    for node in postorder(form):
        if node is COUNT:
            done[node] = number(count)
            continue
        new = with_args(node, tuple(done[arg] for arg in node.args)) if node.args else node
        if node.head == "call" and node.label == "over_points":
            new = add(*(rebuild(new.args[0], place) for place in places))
        done[node] = new
    return done[form]


def _at(measured: Form, place: int) -> Form:
    """A measured letter at one of the points."""
    name, assumptions, _ = letter_label(measured)
    return make("letter", (name, assumptions, place), ())


def _agree(pairs: Sequence[tuple[Form, Form]], definitions: Mapping[str, Any]) -> bool | None:
    """Whether the two sides of each pair have the same values at points of their letters."""
    from stepcalc.numeric.agreement import differ
    from stepcalc.numeric.domain import samples
    from stepcalc.numeric.evaluate import compile_forms

    sides = [
        side for pair in pairs for side in (*pair, pair[0].args[0] if pair[0].head == "goal" else pair[0])
    ]
    program = compile_forms(sides, definitions)
    letters = sorted(letters_of(*sides), key=lambda each: (each.name, letter_label(each)[2]))
    found = samples(program, letters, count=4)
    if len(found) < 3:
        return None
    return not any(
        differ(sample, 3 * place, 3 * place + 1, 3 * place + 2)
        for sample in found
        for place in range(len(pairs))
    )


def _measured(form: Form) -> tuple[Form, ...]:
    _, _, response, sigma, measured = arguments(form)
    return (*measured, response, *(() if sigma is ONE else (sigma,)))


def _sum_of_squares(form: Form, count: int) -> Form:
    """χ² over some points, put together from the model anew."""
    model, _, response, sigma, _ = arguments(form)
    one = power(divide(subtract(response, model), sigma), TWO)
    places = [{each: _at(each, place) for each in _measured(form)} for place in range(1, count + 1)]
    return add(*(rebuild(one, place) for place in places))


def is_chi_squared(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether χ² is the sum of the squares of the weighted residuals."""
    return _agree(
        [(_sum_of_squares(form, POINTS), written_out(result, _measured(form), POINTS))], definitions
    )


def is_slope(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether a derivative of χ² is that of the sum, by differences."""
    parameter = arguments(form)[1][0]
    sought = goal(_sum_of_squares(form, POINTS), parameter, kind="partial")
    return _agree([(sought, written_out(result, _measured(form), POINTS))], definitions)


def is_gradient(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The same for all of them."""
    squares = _sum_of_squares(form, POINTS)
    pairs = [
        (goal(squares, parameter, kind="partial"), written_out(entry, _measured(form), POINTS))
        for parameter, entry in zip(arguments(form)[1], result.args, strict=True)
    ]
    return _agree(pairs, definitions)


def are_normal(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether N·p − b is half of the gradient of χ², for any parameters."""
    parameters = arguments(form)[1]
    count = len(parameters)
    (normal, _), target = result.args[0].args, result.args[1]
    squares = _sum_of_squares(form, POINTS)
    pairs = []
    for row, parameter in enumerate(parameters):
        entries = normal.args[row * count : (row + 1) * count]
        terms = [multiply(entry, each) for entry, each in zip(entries, parameters, strict=True)]
        side = multiply(TWO, add(*terms, negate(target.args[row])))
        pairs.append((goal(squares, parameter, kind="partial"), written_out(side, _measured(form), POINTS)))
    return _agree(pairs, definitions)


def is_line(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether slope and intercept solve the normal equations, and the variances are in their inverse matrix."""
    _, (slope, intercept), response, sigma, (x,) = arguments(form)
    known: dict[Form, Form] = {}
    for equation in result.args:
        name, body = equation.args
        known[name] = rebuild(body, known)
    weight = weighted(ONE, sigma)
    normal = [[over_points(combine(times(weight, *factors))) for factors in row]
              for row in (((x, x), (x,)), ((x,), ()))]  # fmt: skip
    target = [over_points(combine(times(weight, x, response))), over_points(combine(times(weight, response)))]
    found = known[slope], known[intercept]
    crossed = known[call("covariance", vector(slope, intercept))]
    inverse = [[known[call("variance", slope)], crossed], [crossed, known[call("variance", intercept)]]]
    pairs = [(_row(normal[row], found), target[row]) for row in range(2)]
    for row in range(2):
        for place in range(2):
            entry = _row(normal[row], (inverse[0][place], inverse[1][place]))
            pairs.append((add(ONE, entry), number(2 if row == place else 1)))
    measured = _measured(form)
    written = [(written_out(left, measured, POINTS + 1), written_out(right, measured, POINTS + 1))
               for left, right in pairs]  # fmt: skip
    return _agree(written, definitions)


def _row(entries: Sequence[Form], values: Sequence[Form]) -> Form:
    return add(*(multiply(entry, value) for entry, value in zip(entries, values, strict=True)))


def is_step(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """Whether −2·JᵀWr is the gradient of χ², and JᵀWJ half its second derivatives but for those of the model."""
    if result is not STEP:
        return False
    return _agree(list(_curvature(form)), definitions)


def _curvature(form: Form) -> Iterator[tuple[Form, Form]]:
    model, parameters, response, sigma, _ = arguments(form)
    squares = _sum_of_squares(form, POINTS)
    measured = _measured(form)
    left = subtract(response, model)
    for parameter in parameters:
        slope = goal(model, parameter, kind="partial")
        side = multiply(number(-2), over_points(divide(multiply(left, slope), power(sigma, TWO))))
        yield goal(squares, parameter, kind="partial"), written_out(side, measured, POINTS)
    for one, other in combinations_with_replacement(parameters[:MOST_CURVED], 2):
        slopes = [goal(model, each, kind="partial") for each in (one, other)]
        bend = goal(model, one, other, kind="partial")
        term = divide(plus(multiply(*slopes), negate(multiply(left, bend))), power(sigma, TWO))
        yield (
            goal(squares, one, other, kind="partial"),
            written_out(multiply(TWO, over_points(term)), measured, POINTS),
        )


MOST_CURVED: Final = 3
"""The second derivatives of this many parameters are compared."""


def solved(form: Form, result: Form, definitions: Mapping[str, Any]) -> bool | None:
    """The test of the card that a fit ends with."""
    return TESTS[way(form)](form, result, definitions)


TESTS: Final[Mapping[str, Callable[[Form, Form, Mapping[str, Any]], bool | None]]] = {
    "chi_squared": is_chi_squared,
    "chi_slope": is_slope,
    "chi_gradient": is_gradient,
    "normal_equations": are_normal,
    "straight_line": is_line,
    "gauss_newton": is_step,
    "fit": solved,
}
"""By the name of the goal."""

COMPOSED: Final[Mapping[str, Callable[[Form, Solve], Form]]] = {
    "chi_squared": chi_squared,
    "chi_slope": chi_slope,
    "chi_gradient": chi_gradient,
    "normal_equations": normal_equations,
    "straight_line": straight_line,
    "gauss_newton": gauss_newton,
    "fit": fit,
}
"""How each goal is answered."""


STRATEGIES: Final[Mapping[str, Strategy]] = {
    name: by_values(compose, TESTS[name], letters=within_second) for name, compose in COMPOSED.items()
}
"""By the name of the goal."""
