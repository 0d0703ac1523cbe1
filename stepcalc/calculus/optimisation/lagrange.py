"""Optima under constraints: Lagrange's conditions, their solutions, what kind each is, and what exists at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from stepcalc.calculus.letters import by_name, free_letters, letters_given, listed
from stepcalc.calculus.optimisation.asking import (
    functions_of,
    letters_of_question,
    need_numpy,
    numbers,
    point_of,
    solved_exactly,
)
from stepcalc.calculus.optimisation.bounded import bounded_letters, witness
from stepcalc.calculus.optimisation.numerals import decimal_form, shorter, without_noise
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ZERO, Form, call, entries_of, goal, letter, letters_of, rebuild, vector
from stepcalc.notation.operators import rows_of
from stepcalc.numeric.newton import Run
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.equations.algebra import counters_of
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.report import Report

MOST_UNKNOWNS: Final = 16
NAMES: Final = ("lambda", "mu", "nu", "kappa")
SAME: Final = 1e-6
SINGULAR: Final = 1e-10


@dataclass(frozen=True, slots=True)
class Constrained:
    """One point where Lagrange's conditions hold, or where they need not.

    Args:
        point: Its coordinates.
        multipliers: One for each constraint; none where the constraints' gradients are dependent.
        value: The function there.
        places: The coordinates as floats.
        height: The value as a float.
        minors: The last leading minors of the bordered Hessian.
        verdict: ``"minimum"``, ``"maximum"``, ``"saddle"``, ``"undecided"``, ``"isolated"`` (the constraints
            leave no direction), or empty where there are no multipliers.
        everywhere: Whether the function is proved to be nowhere lower, or nowhere higher, at all.
    """

    point: tuple[Form, ...]
    multipliers: tuple[Form, ...]
    value: Form
    places: tuple[float, ...]
    height: float
    minors: tuple[Form, ...] = ()
    verdict: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Lagrange(Report):
    """Optima of a function under equality constraints.

    Args:
        derivation: The Lagrangian, the conditions, and the points.
        constraints: What is to be 0.
        equations: The constraints as they were given.
        multipliers: Their letters.
        points: Where the conditions hold.
        exceptions: Points of the constraints where their gradients are dependent.
        exceptions_known: Whether all such points were found.
        degenerate: The derivation of those points; ``None`` where they cannot be found exactly.
        hessian: The derivation of the bordered Hessian.
        bounded: Whether the constraints were seen to leave a bounded set.
        above: A point of the constraints with a larger value than all candidates, if one was found.
        below: The same with a smaller value.
        exact: Whether the points are exact; if not there may be others.
        run: Newton's iteration from a start, where one was given.
    """

    derivation: Derivation
    constraints: tuple[Form, ...]
    equations: tuple[Form | None, ...]
    multipliers: tuple[Form, ...]
    points: tuple[Constrained, ...]
    hessian: Derivation
    exceptions: tuple[Constrained, ...] = ()
    exceptions_known: bool = True
    degenerate: Derivation | None = None
    bounded: bool = False
    above: tuple[tuple[float, ...], float] | None = None
    below: tuple[tuple[float, ...], float] | None = None
    exact: bool = True
    run: Run | None = None
    others: tuple[Derivation, ...] = field(default=())

    kind = "lagrange"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Those of the conditions, of the bordered Hessian, and of the exceptions."""
        more = () if self.degenerate is None else (self.degenerate,)
        return (self.derivation, self.hessian, *more, *self.others)

    @property
    def letters(self) -> tuple[Form, ...]:
        """The letters that vary."""
        return self.derivation.question.letters

    @property
    def function(self) -> Form:
        """The function."""
        return self.derivation.question.form

    @property
    def candidates(self) -> tuple[Constrained, ...]:
        """All points that can be extremes."""
        return (*self.points, *self.exceptions)

    @property
    def largest(self) -> Constrained | None:
        """Where the function is largest on the constraints; ``None`` where no such point is known."""
        best = next((each for each in self.points if each.everywhere and each.verdict == "maximum"), None)
        settled = self.bounded and self.exact and self.exceptions_known
        if best or not self.candidates or self.above is not None or not settled:
            return best
        return max(self.candidates, key=lambda each: each.height)

    @property
    def smallest(self) -> Constrained | None:
        """Where the function is smallest on the constraints; ``None`` where no such point is known."""
        best = next((each for each in self.points if each.everywhere and each.verdict == "minimum"), None)
        settled = self.bounded and self.exact and self.exceptions_known
        if best or not self.candidates or self.below is not None or not settled:
            return best
        return min(self.candidates, key=lambda each: each.height)

    @property
    def failure(self) -> str:
        """That there is no candidate."""
        return "" if self.candidates else say("lagrange-none")

    @property
    def answer(self) -> Form:
        """The points as a vector of vectors."""
        return vector(*(vector(*each.point) for each in self.candidates))

    @property
    def data(self) -> dict[str, Any]:
        """The points with multipliers, values and verdicts."""
        from stepcalc.calculus.optimisation.newton import row_data
        from stepcalc.notation.unicode import one_line

        def point(each: Constrained | None) -> Any:
            return None if each is None else {
                "point": [one_line(part) for part in each.point],
                "multipliers": [one_line(part) for part in each.multipliers],
                "value": one_line(each.value),
                "places": list(each.places),
                "height": each.height,
                "minors": [one_line(part) for part in each.minors],
                "verdict": each.verdict,
            }  # fmt: skip

        return {
            "exact": self.exact,
            "bounded": self.bounded,
            "points": [point(each) for each in self.points],
            "exceptions": [point(each) for each in self.exceptions],
            "largest": point(self.largest),
            "smallest": point(self.smallest),
            "rows": [] if self.run is None else [row_data(row) for row in self.run.rows],
        }


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
        message = say("lagrange-as-many", **told)
        raise UsageError(message, code="lagrange-as-many")
    own = frozenset().union(*(free_letters(each) for each in whole))
    held = tuple(sorted(own - set(varying), key=by_name))
    notes = (say("critical-positive", letters=listed([item.name for item in held])),) if held else ()
    question = Question("lagrange", asked.forms[0], varying, held, asked.text, notes)
    begin = None if start is None else point_of(start, varying, book, "--from")
    taken = {item.name for item in own}
    multipliers = tuple(letter(name) for name in _names(len(given.forms), taken))
    search = _Search(Working(book, tuple(prefer), form), question, given.forms, multipliers)
    return search.answer(given.equations, begin)


def _usual(forms: Sequence[Form]) -> list[Form]:
    """Of x, y, z and a the ones among x, y, z vary; where there are none of these, all letters do."""
    own = frozenset().union(*(free_letters(form) for form in forms))
    usual = [item for item in own if item.name[0] in "xyzuvw"]
    return sorted(usual, key=by_name) if len(usual) > 1 else []


def _names(count: int, taken: Collection[str]) -> list[str]:
    free = [name for name in NAMES if name not in taken]
    return free[:count] if count <= len(free) else [f"lambda_{place + 1}" for place in range(count)]


@dataclass(slots=True)
class _Search:
    """The search for the points of one question."""

    working: Working
    question: Question
    constraints: tuple[Form, ...]
    multipliers: tuple[Form, ...]

    @property
    def letters(self) -> tuple[Form, ...]:
        return self.question.letters

    @property
    def goal(self) -> tuple[Form, ...]:
        return (self.question.form, vector(*self.constraints), vector(*self.multipliers), *self.letters)

    @property
    def definitions(self) -> Any:
        return self.working.book.definitions

    def answer(self, equations: tuple[Form | None, ...], begin: tuple[Form, ...] | None) -> Lagrange:
        derivation, rows, exact, run, others = self._solved(begin)
        lagrangian = outcome(self.working.solve(call("lagrangian", *self.goal)))
        unknowns = (*self.multipliers, *self.letters)
        bend = self.working.solve(call("hessian", lagrangian, *unknowns))
        hessian = self.working.finished(Question("hessian", lagrangian, unknowns), [bend], bend.result)
        points = self._judged(
            [each for row in rows if (each := self._point(row, hessian, exact=exact)) is not None],
            exact=exact,
        )
        degenerate, exceptions, known = self._exceptions()
        found = Lagrange(
            derivation, self.constraints, equations, self.multipliers, points, hessian, exceptions, known,
            degenerate, exact=exact, run=run, others=others,
        )  # fmt: skip
        everywhere = not self.working.judge.kept(self.working.judge.of_function(self.question.form))
        bounded = everywhere and bounded_letters(self.constraints, self.letters) == set(self.letters)
        if bounded or self.question.held or not found.candidates:
            return replace(found, bounded=bounded)
        heights = [each.height for each in found.candidates]
        if found.largest is not None and found.smallest is not None:
            return found
        above, below = witness(
            self.question.form, self.constraints, self.letters, max(heights), min(heights), self.definitions
        )
        return replace(found, above=above, below=below)

    # ---------------------------------------------------------------------------------------- conditions

    def _solved(
        self, begin: tuple[Form, ...] | None
    ) -> tuple[Derivation, list[tuple[Form, ...]], bool, Run | None, tuple[Derivation, ...]]:
        """The derivation and the points: in closed form, from a start, or from many."""
        if begin is None:
            step = solved_exactly(self.working, "constrained", self.goal)
            if step is not None and not counters_of(*step.result.args):
                derivation = self.working.finished(self.question, [step], step.result)
                return derivation, [tuple(row) for row in rows_of(step.result)], True, None, ()
        step = self.working.solve(call("lagrange", *self.goal))
        derivation = self.working.finished(self.question, [step], step.result)
        conditions = [part for (part,) in rows_of(step.result)]
        unknowns = (*self.letters, *self.multipliers)
        subject = vector(*conditions)
        bend = self.working.solve(call("jacobian", subject, *unknowns))
        jacobian = self.working.finished(Question("jacobian", subject, unknowns), [bend], bend.result)
        entries = entries_of(bend.result)
        count = len(unknowns)
        slopes = [[entries.get((row, column), ZERO) for column in range(count)] for row in range(count)]
        if self.question.held:
            raise UsageError(
                say("numbers-other-letters", letters=listed([item.name for item in self.question.held])),
                code="numbers-other-letters",
            )
        from stepcalc.numeric.constrained import Search

        search = Search(
            self.question.form, conditions, slopes, self.letters, self.multipliers, self.definitions
        )
        if begin is None:
            found, run = search.from_many(), None
        else:
            run = self._from(begin, conditions, slopes, unknowns)
            found = search.from_start([float(part) for part in numbers(begin, self.working.book)])
            if run.root is not None:
                found = [run.root, *(row for row in found if not self._is_near(row, run.root))]
        return derivation, [tuple(map(decimal_form, row)) for row in found], False, run, (jacobian,)

    def _is_near(self, row: Sequence[Any], other: Sequence[Any]) -> bool:
        """Whether two rows of coordinates and multipliers are of the same point."""
        pairs = list(zip(row, other, strict=True))[: len(self.letters)]
        return all(abs(a - b) <= SAME * (1 + abs(b)) for a, b in pairs)

    def _from(
        self,
        begin: tuple[Form, ...],
        conditions: Sequence[Form],
        slopes: Sequence[Sequence[Form]],
        unknowns: tuple[Form, ...],
    ) -> Run:
        """Newton's method for the conditions, with multipliers that fit the start best."""
        from stepcalc.numeric.evaluate import compile_forms
        from stepcalc.numeric.newton import iterate

        count = len(unknowns)
        program = compile_forms([*conditions, *(each for row in slopes for each in row)], self.definitions)

        def values(point: tuple[Any, ...]) -> Any:
            found = program.at(dict(zip(unknowns, point, strict=True)))
            if any(value is None for value in found[:count]):
                return None
            rows = tuple(tuple(found[count * (k + 1) : count * (k + 2)]) for k in range(count))
            return tuple(found[:count]), rows

        places = numbers(begin, self.working.book)
        start = (*places, *self._fitting(places))
        if values(start) is None:
            raise UsageError(say("newton-start-outside"), code="newton-start-outside")
        whole = iterate(values, start, most=100, tolerance=1e-14)
        return (
            whole
            if whole.root is not None
            else iterate(values, start, most=100, tolerance=1e-14, damped=True)
        )

    def _fitting(self, places: tuple[Any, ...]) -> list[Any]:
        """The multipliers that leave least of the Lagrangian's gradient at a point."""
        import numpy as np

        from stepcalc.numeric.evaluate import compile_forms
        from stepcalc.numeric.real import context

        slopes = [
            [outcome(self.working.solve(goal(part, item, kind="partial"))) for item in self.letters]
            for part in (self.question.form, *self.constraints)
        ]
        point = dict(zip(self.letters, places, strict=True))
        found = [compile_forms(row, self.definitions).at(point) for row in slopes]
        if any(part is None for row in found for part in row):
            return [context().mpf(0)] * len(self.constraints)
        first, *others = np.array([[float(part) for part in row] for row in found])
        fitted = np.linalg.lstsq(np.array(others).T, first, rcond=None)[0]
        return [context().mpf(float(part)) for part in fitted]

    # -------------------------------------------------------------------------------------------- points

    def _point(self, row: Sequence[Form], hessian: Derivation, *, exact: bool) -> Constrained | None:
        count = len(self.letters)
        found = self._candidate(row[:count], row[count:], exact=exact)
        if found is None:
            return None
        minors, verdict = self._bordered(found, hessian, exact=exact)
        return replace(found, minors=minors, verdict=verdict)

    def _judged(self, points: list[Constrained], *, exact: bool) -> tuple[Constrained, ...]:
        """The points, the lowest and the highest of them marked where the function is nowhere lower or higher."""
        if self.question.held or not points:
            return tuple(points)
        for verdict, choose in (("minimum", min), ("maximum", max)):
            best = choose(points, key=lambda each: each.height)
            if not self._is_bound(best, verdict, exact=exact):
                continue
            points = [
                replace(each, verdict=verdict, everywhere=True)
                if each.height == best.height and each.verdict != "isolated"
                else each
                for each in points
            ]
        return tuple(points)

    def _is_bound(self, point: Constrained, verdict: str, *, exact: bool) -> bool:
        """Whether the function is proved to be nowhere below, or above, its value at a point."""
        from stepcalc.calculus.optimisation.sections import everywhere
        from stepcalc.notation.forms import relation

        if point.verdict not in (verdict, "undecided"):
            return False
        if exact:
            return everywhere(self.working, self.question.form, self.letters, point.point)[0] == verdict
        sign = ">=" if verdict == "minimum" else "<="
        nought = point.height == 0
        return nought and not self.working.judge.kept([relation(sign, self.question.form, ZERO)])

    def _candidate(
        self, point: Sequence[Form], multipliers: Sequence[Form], *, exact: bool
    ) -> Constrained | None:
        from stepcalc.calculus.exact_values import value_at
        from stepcalc.notation.values import form_of
        from stepcalc.numeric.evaluate import compile_forms

        at = dict(zip(self.letters, point, strict=True))
        program = compile_forms([rebuild(self.question.form, at), *point], self.definitions)
        height, *places = program.at(dict.fromkeys(letters_of(*program.roots), 1))
        if height is None:
            return None
        height = height if exact else without_noise(height)
        value = (
            form_of(shorter(value_at(self.question.form, at, self.working.book)))
            if exact
            else decimal_form(height)
        )
        return Constrained(
            tuple(point), tuple(multipliers), value, tuple(float(part) for part in places), float(height)
        )

    def _bordered(
        self, found: Constrained, hessian: Derivation, *, exact: bool
    ) -> tuple[tuple[Form, ...], str]:
        """The last leading minors of the bordered Hessian, and what their signs mean."""
        import sympy

        from stepcalc.calculus.exact_values import value_at
        from stepcalc.notation.values import form_of, value

        free, many = len(self.letters), len(self.constraints)
        if free == many:
            return (), "isolated"
        unknowns = (*self.multipliers, *self.letters)
        point = dict(zip(unknowns, (*found.multipliers, *found.point), strict=True))
        whole = sympy.Matrix(value_at(hessian.answer, point, self.working.book))
        own = {value(item) for item in self.letters}
        change = {each: sympy.Dummy(str(each), positive=True) for each in whole.free_symbols - own}
        back = {dummy: name for name, dummy in change.items()}
        whole = whole.xreplace(change)
        sizes = range(2 * many + 1, free + many + 1)
        if exact:
            minors = [shorter(sympy.expand(whole[:size, :size].det())) for size in sizes]
            signs = [1 if each.is_positive else -1 if each.is_negative else 0 for each in minors]
        else:
            return _by_numbers(whole.evalf(30), many, sizes)
        return tuple(form_of(each.xreplace(back)) for each in minors), _verdict(signs, many)

    # ---------------------------------------------------------------------------------------- exceptions

    def _exceptions(self) -> tuple[Derivation | None, tuple[Constrained, ...], bool]:
        """The points of the constraints where their gradients are dependent."""
        subject = vector(*self.constraints)
        try:
            step = self.working.solve(call("degenerate", subject, *self.letters))
        except NotDerivableError as problem:
            if problem.code != "no-exact-solution":
                raise
            return None, (), self._is_regular()
        question = Question("degenerate", subject, self.letters)
        derivation = self.working.finished(question, [step], step.result)
        rows = [tuple(row) for row in rows_of(step.result)]
        found = (self._candidate(row, (), exact=True) for row in rows)
        return derivation, tuple(each for each in found if each is not None), True

    def _is_regular(self) -> bool:
        """Whether some constraint alone has a gradient that is proved never to be 0, and there is only one."""
        from stepcalc.notation.forms import relation

        if len(self.constraints) > 1:
            return False
        slopes = [
            outcome(self.working.solve(goal(self.constraints[0], item, kind="partial")))
            for item in self.letters
        ]
        return any(not self.working.judge.kept([relation("!=", slope, ZERO)]) for slope in slopes)


def _by_numbers(whole: Any, many: int, sizes: Sequence[int]) -> tuple[tuple[Form, ...], str]:
    """The minors of a bordered Hessian of numbers, and what the eigenvalues along the constraints mean."""
    import numpy as np

    from stepcalc.numeric.constrained import null_space
    from stepcalc.numeric.real import context

    own = context()
    exact = own.matrix([[own.mpf(str(entry)) for entry in row] for row in whole.tolist()])
    minors = [own.det(exact[:size, :size]) for size in sizes]
    rough = np.array([[float(entry) for entry in row] for row in whole.tolist()])
    along = null_space(rough[:many, many:])
    bends = np.linalg.eigvalsh(along.T @ rough[many:, many:] @ along)
    least = SINGULAR * max(1.0, float(np.abs(bends).max(initial=0.0)))
    up, down = bends > least, bends < -least
    verdict = "minimum" if up.all() else "maximum" if down.all() else "undecided"
    verdict = "saddle" if up.any() and down.any() else verdict
    scale = max(1.0, float(np.abs(rough).max()))
    cut = [0.0 if abs(each) < SINGULAR * scale and verdict == "undecided" else float(each) for each in minors]
    return tuple(decimal_form(each, 6) for each in cut), verdict


def _verdict(signs: Sequence[int], constraints: int) -> str:
    """What the signs of the last leading minors of a bordered Hessian mean.

    Examples:
        >>> _verdict([-1], 1), _verdict([1], 1), _verdict([1, -1], 1), _verdict([0], 1)
        ('minimum', 'maximum', 'maximum', 'undecided')
    """
    if all(sign == (-1) ** constraints for sign in signs):
        return "minimum"
    if all(sign == (-1) ** (constraints + 1 + place) for place, sign in enumerate(signs)):
        return "maximum"
    # A last minor that is not 0 means that no direction is flat: then both signs occur.
    return "saddle" if signs[-1] else "undecided"
