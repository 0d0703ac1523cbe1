"""Strategies: rules that open goal after goal and put the results together, which no single law can say.

A strategy is one function, ``compose(goal, solve)``. The engine calls it with a ``solve`` that derives;
verification calls it again with one that looks up what was recorded. ``entry`` says what each part of the
answer is by plain derivatives, which is what numerical checking compares with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, Final

from stepcalc.notation.arithmetic import as_fraction, opposite, over, plus, raised, times
from stepcalc.notation.forms import TWO, ZERO, Form, call, column, goal, matrix, rational, root, sparse_matrix
from stepcalc.rulebook import dependence, differences, equations, fitting, network_checks, optimisation
from stepcalc.rulebook.goals import Solve
from stepcalc.rulebook.limits.rule import is_limit
from stepcalc.rulebook.taylor import bounds, centre, checking, expansion

LARGEST_FULL_MATRIX: Final = 64
"""Of a Jacobian with more entries only those are derived, and kept, whose component has the letter."""

Holds = Callable[[Form, Form, Mapping[str, Any]], bool | None]


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a goal is answered.

    Args:
        compose: Puts the answer together from those of the goals it asks ``solve`` for.
        shape: The rows and columns of the answer; ``None`` for a single expression.
        entry: What the entry in a row and a column is, by plain derivatives.
        divides: Whether the answer divides by something that the parts do not, which must not be 0.
        settle: Puts an answer into the letters that ``entry`` is in, so that the two can be compared.
        holds: A test by values, where no plain derivative says what the answer is: from the goal, the answer
            and the functions that cards define; ``None`` where it could not be made.
        tested: What that test has done, as a sentence about a goal, where more is to be said than at how many
            points.
    """

    compose: Callable[[Form, Solve], Form]
    shape: Callable[[Form], tuple[int, int] | None]
    entry: Callable[[Form, int, int], Form]
    settle: Callable[[Form, Form], Form] = lambda _, result: result
    divides: bool = False
    holds: Holds | None = None
    tested: Callable[[Form], str] | None = None


def operator(name: str, subject: Form, letters: Sequence[Form], *more: Form) -> Form:
    """The goal of a strategy: an operator such as the gradient, what it is applied to, and the letters.

    Examples:
        >>> from stepcalc.notation.forms import letter
        >>> operator("gradient", letter("x"), [letter("x")]).name
        'gradient'
    """
    return call(name, subject, *more, *letters)


def strategy_of(form: Form) -> str:
    """The card of the strategy for a goal; empty for a single derivative, which laws answer."""
    if form.head == "goal":
        return "repeated" if len(form.args) > 2 else ""
    return str(form.label) if form.head == "call" and form.label in STRATEGIES else ""


def is_derivative(form: Form) -> bool:
    """Whether a goal asks for something to be differentiated, by a law or by a strategy."""
    return form.head == "goal" or bool(strategy_of(form))


def letters_asked(form: Form) -> tuple[Form, ...]:
    """The letters that a goal differentiates with respect to; none for an expression that is rewritten."""
    if is_limit(form):
        return form.args[1:2]
    if not is_derivative(form):
        return ()
    return _LETTERS.get(str(form.label), _all_but_first)(form)


def _all_but_first(form: Form) -> tuple[Form, ...]:
    return form.args[1:]


def _second(form: Form) -> tuple[Form, ...]:
    return form.args[1:2]


_LETTERS: Final[Mapping[str, Callable[[Form], tuple[Form, ...]]]] = {
    "directional": lambda form: form.args[2:],
    "total": _second,
    "branches": _second,
    "implicit": _second,
    **dict.fromkeys(("taylor", "taylor_series", "coefficients", "limit_at", "derivative_bound"), _second),
    "value_at": _second,
    **dict.fromkeys(("taylor_several", "composed"), lambda form: form.args[1].args),
    **dict.fromkeys(("remainder_bound", *fitting.COMPOSED), lambda form: form.args[1].args),
    "forward_difference": _second,
    "central_difference": _second,
    "behind": _second,
    "implicit_again": lambda form: (form.args[1], form.args[1]),
    "backprop": lambda form: form.args[2:],
    "descent_step": lambda form: form.args[2:],
    **dict.fromkeys(
        ("lagrangian", "lagrange", "constrained", "constrained_found"), lambda form: form.args[3:]
    ),
    **dict.fromkeys(equations.STEPS, lambda _: ()),
}
"""Which arguments of a goal are the letters it differentiates with respect to, if not all but the first."""


def _scalar(_: Form) -> None:
    return None


def _partial(subject: Form, *letters: Form) -> Form:
    return goal(subject, *letters, kind="partial")


def _components(form: Form) -> tuple[Form, ...]:
    subject = form.args[0]
    return subject.args if subject.head == "vector" else (subject,)


# ------------------------------------------------------------------------------------------- derivatives


def _repeated(form: Form, solve: Solve) -> Form:
    """One derivative after another: ∂²f/∂x∂y is ∂/∂y of ∂f/∂x."""
    now = form.args[0]
    for variable in form.args[1:]:
        now = solve(goal(now, variable, kind=str(form.label)))
    return now


def _gradient(form: Form, solve: Solve) -> Form:
    """The column of partial derivatives."""
    subject, *letters = form.args
    return column([solve(_partial(subject, letter)) for letter in letters])


def _jacobian(form: Form, solve: Solve) -> Form:
    """Row i holds the partial derivatives of the i-th component; of a large one only what need not vanish."""
    letters, parts = form.args[1:], _components(form)
    if len(parts) * len(letters) <= LARGEST_FULL_MATRIX:
        return matrix([[solve(_partial(part, letter)) for letter in letters] for part in parts])
    place = {letter: index for index, letter in enumerate(letters)}
    entries: dict[tuple[int, int], Form] = {}
    for row, part in enumerate(parts):
        for letter in _letters_in(part, place):
            entry = solve(_partial(part, letter))
            if entry is not ZERO:
                entries[row, place[letter]] = entry
    return sparse_matrix(len(parts), len(letters), entries)


def _hessian(form: Form, solve: Solve) -> Form:
    """Each pair of letters once: mixed partial derivatives are equal where they are continuous (Clairaut).

    An entry is left out where the first derivative does not depend on the second letter: it is 0.
    """
    subject, *letters = form.args
    place = {letter: index for index, letter in enumerate(letters)}
    entries: dict[tuple[int, int], Form] = {}
    for row, letter in enumerate(letters):
        first = solve(_partial(subject, letter))
        for other in _letters_in(first, place):
            if place[other] >= row:
                entry = solve(_partial(first, other))
                if entry is not ZERO:
                    entries[row, place[other]] = entries[place[other], row] = entry
    return sparse_matrix(len(letters), len(letters), entries)


def _letters_in(form: Form, place: Mapping[Form, int]) -> list[Form]:
    """The letters among these that a form has, in their order."""
    seen: set[Form] = set()
    found: list[Form] = []
    stack = [form]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in place:
            found.append(node)
        stack.extend(node.args)
    return sorted(found, key=place.__getitem__)


def _laplacian(form: Form, solve: Solve) -> Form:
    """The sum of the second derivatives with respect to each letter."""
    subject, *letters = form.args
    return plus(*(solve(_partial(subject, letter, letter)) for letter in letters))


def _divergence(form: Form, solve: Solve) -> Form:
    """Each component differentiated with respect to its own letter, and added."""
    return plus(
        *(
            solve(_partial(part, letter))
            for part, letter in zip(_components(form), form.args[1:], strict=True)
        )
    )


def _curl(form: Form, solve: Solve) -> Form:
    """How much the field turns about each axis."""
    return column([_turn(form, axis, solve) for axis in range(3)])


def _turn(form: Form, axis: int, solve: Solve) -> Form:
    parts, letters = _components(form), form.args[1:]
    first, second = (axis + 1) % 3, (axis + 2) % 3
    return plus(
        solve(_partial(parts[second], letters[first])),
        opposite(solve(_partial(parts[first], letters[second]))),
    )


def _directional(form: Form, solve: Solve) -> Form:
    """The gradient times the direction, which is first brought to length 1."""
    subject, direction, *letters = form.args
    slope = plus(
        *(
            times(part, solve(_partial(subject, letter)))
            for part, letter in zip(direction.args, letters, strict=True)
        )
    )
    return over(slope, length(direction))


def length(direction: Form) -> Form:
    """The length of a vector.

    Examples:
        >>> from stepcalc.notation.forms import number, vector
        >>> length(vector(number(3), number(4))).label
        5
    """
    square = plus(*(raised(part, TWO) for part in direction.args))
    known = as_fraction(square)
    if known is not None and known >= 0:
        above, below = isqrt(known.numerator), isqrt(known.denominator)
        if above * above == known.numerator and below * below == known.denominator:
            return rational(Fraction(above, below))
    return root(square)


def _as_it_is(form: Form) -> Form:
    """A goal by plain derivatives: those of strategies are opened, others left as they are."""
    name = strategy_of(form)
    return STRATEGIES[name].compose(form, _as_it_is) if name and name != "repeated" else form


def _entry_of(form: Form, _: int, __: int) -> Form:
    """A scalar's meaning: its strategy with every goal left as it is."""
    return STRATEGIES[strategy_of(form)].compose(form, _as_it_is)


def _jacobian_entry(form: Form, row: int, column_: int) -> Form:
    return _partial(_components(form)[row], form.args[1 + column_])


def _series(
    compose: Callable[[Form, Solve], Form], holds: Holds, tested: Callable[[Form], str] | None = None
) -> Strategy:
    """A strategy with a test by values of its own."""
    return Strategy(compose, _scalar, _entry_of, holds=holds, tested=tested)


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "repeated": Strategy(_repeated, _scalar, lambda form, *_: form),
    "gradient": Strategy(
        _gradient,
        lambda form: (len(form.args) - 1, 1),
        lambda form, row, _: _partial(form.args[0], form.args[1 + row]),
    ),
    "jacobian": Strategy(
        _jacobian, lambda form: (len(_components(form)), len(form.args) - 1), _jacobian_entry
    ),
    "hessian": Strategy(
        _hessian,
        lambda form: (len(form.args) - 1, len(form.args) - 1),
        lambda form, row, column_: _partial(form.args[0], form.args[1 + row], form.args[1 + column_]),
    ),
    "laplacian": Strategy(_laplacian, _scalar, _entry_of),
    "divergence": Strategy(_divergence, _scalar, _entry_of),
    "curl": Strategy(_curl, lambda _: (3, 1), lambda form, row, _: _turn(form, row, _as_it_is)),
    "directional": Strategy(_directional, _scalar, _entry_of, divides=True),
    "total": Strategy(dependence.total, _scalar, dependence.total_entry),
    "branches": Strategy(dependence.branches, _scalar, dependence.total_entry, dependence.settle_branches),
    "composed": Strategy(dependence.composed, dependence.composed_shape, dependence.composed_entry),
    "implicit": Strategy(dependence.implicit, _scalar, _entry_of, divides=True),
    "implicit_again": Strategy(dependence.implicit_again, _scalar, _entry_of),
    "taylor": _series(expansion.taylor, checking.touches_function),
    "taylor_series": _series(expansion.taylor_series, checking.touches_function),
    "taylor_several": _series(expansion.taylor_several, checking.touches_function),
    "coefficients": _series(expansion.coefficients, checking.touches_coefficients),
    "limit_at": _series(centre.limit_at, checking.tends_to),
    "value_at": _series(centre.value_at, checking.is_value),
    "derivative_bound": _series(bounds.derivative_bound, bounds.bounds_derivative),
    "remainder_bound": _series(bounds.remainder_bound, bounds.bounds_remainder),
    "forward_difference": _series(differences.forward_difference, differences.touches_forward),
    "central_difference": _series(differences.central_difference, differences.touches_central),
    "behind": _series(differences.behind, differences.is_mirrored),
    **{name: _series(compose, fitting.TESTS[name]) for name, compose in fitting.COMPOSED.items()},
    **{
        name: _series(*found, network_checks.TESTED.get(name))
        for name, found in network_checks.NETWORK_STEPS.items()
    },
    "newton_step": Strategy(optimisation.newton_step, _scalar, _entry_of, divides=True),
    "descent_step": Strategy(
        optimisation.descent_step, lambda form: (len(form.args) - 2, 1), optimisation.descent_entry
    ),
    "lagrangian": Strategy(optimisation.lagrangian, _scalar, _entry_of),
    "lagrange": Strategy(optimisation.lagrange, optimisation.lagrange_shape, optimisation.lagrange_entry),
    "degenerate": Strategy(optimisation.degenerate, _scalar, _entry_of, holds=optimisation.are_degenerate),
    "stationary": Strategy(optimisation.stationary, _scalar, _entry_of, holds=optimisation.are_stationary),
    "constrained": _series(optimisation.constrained, optimisation.are_constrained),
    "stationary_found": _series(optimisation.stationary_found, optimisation.are_stationary),
    "constrained_found": _series(optimisation.constrained_found, optimisation.are_constrained),
    **{name: _series(*found) for name, found in equations.STEPS.items()},
}
"""By the short name of the card, which is also the name of the goal's operator."""
