"""``stepcalc.lagrange``: optima under constraints, what kind each is, and what exists at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from stepcalc.calculus.exact_values import value_at
from stepcalc.calculus.letters import by_name, free_letters, letters_given, listed
from stepcalc.calculus.optimisation.asking import functions_of, letters_of_question, need_numpy, point_of
from stepcalc.calculus.optimisation.bordered import bordered
from stepcalc.calculus.optimisation.bounded import bounded_letters, witness
from stepcalc.calculus.optimisation.conditions import Problem, conditions_solved
from stepcalc.calculus.optimisation.constrained_points import Constrained, Lagrange
from stepcalc.calculus.optimisation.numerals import decimal_form, shorter, without_noise
from stepcalc.calculus.optimisation.region import trials
from stepcalc.calculus.optimisation.sections import everywhere
from stepcalc.calculus.optimisation.stationary import is_never_nought
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, goal, letter, letters_of, rebuild, relation, vector
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome

MOST_UNKNOWNS: Final = 16
NAMES: Final = ("lambda", "mu", "nu", "kappa")


def lagrange(
    expression: Any,
    subject: Any,
    letters: Any = (),
    *more: Any,
    start: Any = None,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Lagrange:
    """Optima of a function under equality constraints, by Lagrange's multipliers.

    Args:
        expression: The function, as text or a SymPy expression.
        subject: The constraints: one equation or several, as one text with commas or semicolons, or a sequence.
        letters: The letters that vary; those of the expressions by name, if not given. Others stand for positive
            numbers. In a sequence, one by one, or in one text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        start: A point from which to solve the conditions by Newton's method, instead of in closed form.
        form: The form of derivatives, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The conditions with their steps, the points, their classification, and whether there is a largest and a
        smallest value.

    Raises:
        ReadError: A text cannot be read.
        UsageError: There are not fewer constraints than letters, or none.
        NotDerivableError: There is no rule for some part.

    Examples:
        >>> found = lagrange("x y", "x^2 + y^2 = 1")
        >>> found.largest.value.args[1].label, [point.verdict for point in found.points]
        (2, ['maximum', 'minimum', 'minimum', 'maximum'])
    """
    need_numpy("what-lagrange")
    book = rulebook or default_book()
    asked = functions_of(expression, book, declared, functions)
    given = functions_of(subject, book, declared, functions)
    if len(asked.forms) != 1 or asked.equations[0] is not None:
        raise UsageError(say("critical-one-function"), code="critical-one-function")
    whole = (*asked.forms, *given.forms)
    varying = letters_of_question(letters_given(letters, *more) or _usual(whole), whole)
    if len(given.forms) > len(varying) or len(given.forms) + len(varying) > MOST_UNKNOWNS:
        told = {"constraints": len(given.forms), "letters": len(varying), "most": MOST_UNKNOWNS}
        raise UsageError(say("lagrange-as-many", **told), code="lagrange-as-many")
    own = frozenset().union(*(free_letters(each) for each in whole))
    held = tuple(sorted(own - set(varying), key=by_name))
    notes = (say("critical-positive", letters=listed([item.name for item in held])),) if held else ()
    question = Question("lagrange", asked.forms[0], varying, held, asked.text, notes)
    begin = None if start is None else point_of(start, varying, book, "--from")
    taken = {item.name for item in own}
    multipliers = tuple(letter(name) for name in _names(len(given.forms), taken))
    problem = Problem(Working(book, tuple(prefer), form), question, given.forms, multipliers)
    return _found(problem, given.equations, begin)


def _usual(forms: Sequence[Form]) -> list[Form]:
    """Of x, y, z and a the ones among x, y, z vary; where there are none of these, all letters do."""
    own = frozenset().union(*(free_letters(form) for form in forms))
    usual = [item for item in own if item.name[0] in "xyzuvw"]
    return sorted(usual, key=by_name) if len(usual) > 1 else []


def _names(count: int, taken: Collection[str]) -> list[str]:
    """Names for the multipliers that no letter has."""
    free = [name for name in NAMES if name not in taken]
    return free[:count] if count <= len(free) else [f"lambda_{place + 1}" for place in range(count)]


def _found(problem: Problem, equations: tuple[Form | None, ...], begin: tuple[Form, ...] | None) -> Lagrange:
    """The candidates, what kind each is, and whether the function has larger or smaller values elsewhere."""
    working, question = problem.working, problem.question
    solved = conditions_solved(problem, begin)
    hessian = _bordered_hessian(problem)
    found = (_candidate(problem, row, exact=solved.exact) for row in solved.points)
    points = [_with_kind(problem, each, hessian, exact=solved.exact) for each in found if each is not None]
    degenerate, exceptions, known = _exceptions(problem)
    answer = Lagrange(
        solved.derivation, problem.constraints, equations, problem.multipliers,
        _judged(problem, points, exact=solved.exact), hessian, exceptions, known, degenerate,
        exact=solved.exact, run=solved.run, others=solved.others,
    )  # fmt: skip
    is_everywhere = not working.judge.kept(working.judge.of_function(question.form))
    bounded = is_everywhere and bounded_letters(problem.constraints, problem.letters) == set(problem.letters)
    if question.held:
        return replace(answer, bounded=bounded, ranked=_are_ranked(answer.candidates))
    if bounded or not answer.candidates:
        return replace(answer, bounded=bounded)
    if answer.largest is not None and answer.smallest is not None:
        return answer
    heights = [each.height for each in answer.candidates]
    above, below = witness(
        question.form, problem.constraints, problem.letters, max(heights), min(heights), problem.definitions
    )
    return replace(answer, above=above, below=below)


def _are_ranked(candidates: Sequence[Constrained]) -> bool:
    """Whether letters that are held, which are positive, leave no doubt where the largest and smallest values are."""
    import sympy

    from stepcalc.notation.values import value

    if not candidates:
        return True
    values = [value(each.value) for each in candidates]
    positive = {each: sympy.Dummy(str(each), positive=True) for one in values for each in one.free_symbols}
    values = [each.xreplace(positive) for each in values]
    heights = [each.height for each in candidates]
    low, high = (values[heights.index(choose(heights))] for choose in (min, max))
    gaps = [gap for each in values for gap in (high - each, each - low)]
    return all(gap.is_nonnegative or sympy.factor(gap).is_nonnegative for gap in gaps)


def _bordered_hessian(problem: Problem) -> Derivation:
    """The second derivatives of the Lagrangian, the multipliers among its letters."""
    lagrangian = outcome(problem.working.solve(call("lagrangian", *problem.goal)))
    unknowns = (*problem.multipliers, *problem.letters)
    step = problem.working.solve(call("hessian", lagrangian, *unknowns))
    return problem.working.finished(Question("hessian", lagrangian, unknowns), [step], step.result)


def _candidate(problem: Problem, row: Sequence[Form], *, exact: bool) -> Constrained | None:
    """A row of coordinates and multipliers as a point; ``None`` where the function has no value."""
    from stepcalc.notation.values import form_of
    from stepcalc.numeric.evaluate import compile_forms

    subject, count = problem.question.form, len(problem.letters)
    point = tuple(row[:count])
    at = dict(zip(problem.letters, point, strict=True))
    program = compile_forms([rebuild(subject, at), *point], problem.definitions)
    found = (program.at(given) for given in trials(letters_of(*program.roots)))
    known = next((each for each in found if None not in each), None)
    if known is None:
        return None
    height, *places = known
    if exact:
        value = form_of(shorter(value_at(subject, at, problem.working.book)))
    else:
        height = without_noise(height)
        value = decimal_form(height)
    return Constrained(point, tuple(row[count:]), value, tuple(float(part) for part in places), float(height))


def _with_kind(problem: Problem, found: Constrained, hessian: Derivation, *, exact: bool) -> Constrained:
    minors, verdict = bordered(problem, found, hessian, exact=exact)
    return replace(found, minors=minors, verdict=verdict)


def _judged(problem: Problem, points: list[Constrained], *, exact: bool) -> tuple[Constrained, ...]:
    """The points, the lowest and the highest of them marked where the function is nowhere lower or higher."""
    if problem.question.held or not points:
        return tuple(points)
    for verdict, choose in (("minimum", min), ("maximum", max)):
        best = choose(points, key=lambda each: each.height)
        if not _is_bound(problem, best, verdict, exact=exact):
            continue
        points = [
            replace(each, verdict=verdict, everywhere=True)
            if each.height == best.height and each.verdict != "isolated"
            else each
            for each in points
        ]
    return tuple(points)


def _is_bound(problem: Problem, point: Constrained, verdict: str, *, exact: bool) -> bool:
    """Whether the function is proved to be nowhere below, or above, its value at a point."""
    working, subject = problem.working, problem.question.form
    if point.verdict not in (verdict, "undecided"):
        return False
    if exact:
        return everywhere(working, subject, problem.letters, point.point)[0] == verdict
    sign = ">=" if verdict == "minimum" else "<="
    return point.height == 0 and not working.judge.kept([relation(sign, subject, ZERO)])


def _exceptions(problem: Problem) -> tuple[Derivation | None, tuple[Constrained, ...], bool]:
    """The points of the constraints where their gradients are dependent, and whether these are all."""
    subject, letters = vector(*problem.constraints), problem.letters
    try:
        step = problem.working.solve(call("degenerate", subject, *letters))
    except NotDerivableError as error:
        if error.code != "no-exact-solution":
            raise
        return None, (), _is_regular(problem)
    derivation = problem.working.finished(Question("degenerate", subject, letters), [step], step.result)
    found = (_candidate(problem, row, exact=True) for row in rows_of(step.result))
    return derivation, tuple(each for each in found if each is not None), True


def _is_regular(problem: Problem) -> bool:
    """Whether there is only one constraint, and its gradient is proved never to be 0."""
    if len(problem.constraints) > 1:
        return False
    (constraint,) = problem.constraints
    slopes = [
        outcome(problem.working.solve(goal(constraint, item, kind="partial"))) for item in problem.letters
    ]
    return is_never_nought(problem.working, slopes)
