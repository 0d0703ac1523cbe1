"""Critical points: where the gradient vanishes, what kind of point each is, and the boundary of a region."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any, Final

from stepcalc.calculus.letters import by_name, free_letters, letters_given, listed
from stepcalc.calculus.optimisation.asking import (
    functions_of,
    letters_of_question,
    need_numpy,
    solved_exactly,
    usual_letters,
)
from stepcalc.calculus.optimisation.families import counters_in, in_region, split, value_on
from stepcalc.calculus.optimisation.numerals import decimal_form
from stepcalc.calculus.optimisation.sections import Section, everywhere, follow_up
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import (
    ZERO,
    Form,
    call,
    entries_of,
    goal,
    rebuild,
    relation,
    subtract,
    vector,
)
from stepcalc.notation.operators import rows_of
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.equations.algebra import is_integer_letter, is_rounded, written
from stepcalc.trace.derivation import Derivation, Question, reading_order
from stepcalc.trace.display import outcome
from stepcalc.trace.report import Report

MOST_LETTERS: Final = 6
MOST_LETTERS_OF_BOX: Final = 3
WINDOW: Final = {1: (-10.0, 10.0)}
USUAL_WINDOW: Final = (-5.0, 5.0)
"""Where points are sought by numbers, if no region was given."""

LEVEL: Final = 1e-5
"""A smaller slope, by a difference, may be 0; one that is larger than its inverse may have no bounds."""

ROUNDING: Final = 1e-20
"""A value at a point of 15 digits that is smaller than this is 0."""

Box = tuple[tuple[Form, Form], ...]
Row = tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class CriticalPoint:
    """One point.

    Args:
        point: Its coordinates, exact or as decimals; with integers in them, it is a family of points.
        value: The function there.
        places: The coordinates as floats; of a family those of its first point, k = 0.
        height: The value there as a float.
        verdict: ``"minimum"``, ``"maximum"``, ``"saddle"`` (for one letter: neither), ``"constant"`` (the
            function is so everywhere), or ``"undecided"``; empty
            for a point on a boundary, where only values count.
        how: What decided: ``"second"``, ``"higher"``, ``"everywhere"`` (the function is nowhere below, or
            above), ``"beside"`` (values beside a corner of the graph), ``"curve"`` (the eigenvalues across a
            curve of points), ``"constant"``; empty where nothing did.
        minors: The leading minors of the Hessian.
        eigenvalues: The Hessian's eigenvalues, by numbers.
        where: ``"inside"``, ``"edge"`` or ``"corner"``.
        sections: Lines and curves through the point along which the function was followed.
    """

    point: tuple[Form, ...]
    value: Form
    places: tuple[float, ...]
    height: float
    verdict: str = ""
    how: str = ""
    minors: tuple[Form, ...] = ()
    eigenvalues: tuple[float, ...] = ()
    where: str = "inside"
    sections: tuple[Section, ...] = ()
    counters: tuple[Form, ...] = ()
    """The integers of a family."""

    @property
    def rounded(self) -> bool:
        """Whether coordinates are decimals that were rounded."""
        return any(map(is_rounded, self.point))


@dataclass(frozen=True, slots=True)
class Critical(Report):
    """The critical points of a function.

    Args:
        derivation: The gradient, and the points where it is 0; the gradient alone where they were found by
            numbers.
        hessian: The derivation of the Hessian.
        points: The points inside, in the order of their coordinates.
        exact: Whether all points are exact.
        complete: Whether these are all points; if not there may be others.
        box: The region, if there is one.
        boundary: The candidates on its boundary.
        edges: The derivations of the critical points on the edges.
        outside: How many critical points lie outside the region.
    """

    derivation: Derivation
    hessian: Derivation
    points: tuple[CriticalPoint, ...]
    exact: bool = True
    box: Box | None = None
    boundary: tuple[CriticalPoint, ...] = ()
    edges: tuple[Derivation, ...] = ()
    outside: int = 0
    complete: bool = True

    kind = "critical"

    @property
    def derivations(self) -> tuple[Derivation, ...]:
        """Those of the gradient, of the Hessian, of edges and of sections."""
        sections = (section.derivation for point in self.points for section in point.sections)
        return (self.derivation, self.hessian, *self.edges, *sections)

    @property
    def letters(self) -> tuple[Form, ...]:
        """The letters that vary."""
        return self.derivation.question.letters

    @property
    def function(self) -> Form:
        """The function."""
        return self.derivation.question.form

    def _extreme(self, sign: int) -> CriticalPoint | None:
        if self.box is None:
            return None
        candidates = (*self.points, *self.boundary)
        return max(candidates, key=lambda each: sign * each.height) if candidates else None

    @property
    def largest(self) -> CriticalPoint | None:
        """The point of the region where the function is largest; ``None`` without a region."""
        return self._extreme(1)

    @property
    def smallest(self) -> CriticalPoint | None:
        """The point of the region where the function is smallest; ``None`` without a region."""
        return self._extreme(-1)

    @property
    def unseen(self) -> bool:
        """Whether there may be extremes where a function of several letters has no derivatives."""
        return len(self.letters) > 1 and bool(self.derivation.conditions)

    @property
    def failure(self) -> str:
        """That there is no critical point."""
        return "" if self.points or self.boundary else say("critical-none")

    @property
    def answer(self) -> Form:
        """The points as a vector of vectors, of a function of one letter as a vector."""
        found = [each.point for each in self.points]
        return vector(*(vector(*point) if len(point) > 1 else point[0] for point in found))

    @property
    def data(self) -> dict[str, Any]:
        """The points with their values and verdicts."""
        return {
            "exact": self.exact,
            "complete": self.complete,
            "points": [_as_data(each) for each in self.points],
            "boundary": [_as_data(each) for each in self.boundary],
            "largest": None if self.largest is None else _as_data(self.largest),
            "smallest": None if self.smallest is None else _as_data(self.smallest),
            "outside": self.outside,
        }


def _as_data(found: CriticalPoint) -> dict[str, Any]:
    from stepcalc.notation.unicode import one_line

    return {
        "point": [one_line(each) for each in found.point],
        "value": one_line(found.value),
        "places": list(found.places),
        "height": found.height,
        "verdict": found.verdict,
        "how": found.how,
        "minors": [one_line(each) for each in found.minors],
        "eigenvalues": list(found.eigenvalues),
        "where": found.where,
        "family": [item.name for item in found.counters],
    }


def critical(
    expression: Any,
    letters: Any = (),
    *more: Any,
    on: Any = None,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Critical:
    """The critical points of a function, each with what kind of point it is.

    Args:
        expression: Text or a SymPy expression.
        letters: The letters that vary; those of the expression by name, if not given. Others stand for positive
            numbers. In a sequence, one by one, or in one text, as for ``gradient``.
        more: Further letters, where they are given one by one.
        on: A region, closed: ``"-1,2"`` for one letter, ``"-1,2; 0,3"`` (or a sequence of pairs) for several.
            Its boundary is looked at, too, and the largest and smallest values are found.
        form: The form of derivatives, as for ``diff``.
        prefer: The laws to choose where teachers differ, as for ``diff``.
        rulebook: The rules.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The points, exact where they can be found so within bounds, and their classification.

    Raises:
        ReadError: A text cannot be read.
        UsageError: The region does not fit the letters.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> [(point.places, point.verdict) for point in critical("x^3 + y^3 - 3x y").points]
        [((0.0, 0.0), 'saddle'), ((1.0, 1.0), 'minimum')]
        >>> critical("x^3 - 3x", on="0,3").largest.value.label
        18
    """
    need_numpy("what-critical")
    book = rulebook or default_book()
    asked = functions_of(expression, book, declared, functions)
    if len(asked.forms) != 1 or asked.equations[0] is not None:
        raise UsageError(say("critical-one-function"), code="critical-one-function")
    (subject,) = asked.forms
    named = letters_given(letters, *more)
    varying = letters_of_question(named or usual_letters(asked.forms), asked.forms, named)
    if len(varying) > MOST_LETTERS:
        raise UsageError(say("critical-many", most=MOST_LETTERS), code="critical-many")
    held = tuple(sorted(free_letters(subject) - set(varying), key=by_name))
    notes = (say("critical-positive", letters=listed([item.name for item in held])),) if held else ()
    search = _Search(Working(book, tuple(prefer), form), varying, box_of(on, varying, book), subject)
    question = Question("critical", subject, varying, held, asked.text, notes)
    return search.answer(question)


def box_of(on: Any, letters: Sequence[Form], book: Rulebook) -> Box | None:
    """The region: for each letter its lower and its upper end.

    Raises:
        UsageError: There are not two numbers for each letter, the lower first.
    """
    from stepcalc.calculus.optimisation.asking import numbers, split_numbers

    if on is None:
        return None
    found = split_numbers(on, book)
    if len(found) != 2 * len(letters):
        example = "; ".join("0,1" for _ in letters)
        raise UsageError(say("box-ends", letters=len(letters), example=example), code="box-ends")
    pairs = tuple(zip(found[::2], found[1::2], strict=True))
    for low, high in pairs:
        below, above = numbers([low, high], book)
        if not below < above:
            raise UsageError(say("box-order"), code="box-order")
    if len(letters) > MOST_LETTERS_OF_BOX:
        raise UsageError(say("box-many", most=MOST_LETTERS_OF_BOX), code="box-many")
    return pairs


@dataclass(slots=True)
class _Search:
    """The search for the points of one function."""

    working: Working
    letters: tuple[Form, ...]
    box: Box | None
    subject: Form
    exact: bool = True
    edges: list[Derivation] = field(default_factory=list)

    @property
    def definitions(self) -> Any:
        return self.working.book.definitions

    def answer(self, question: Question) -> Critical:
        subject = question.form
        hessian = self._hessian(replace(question, notes=()))
        derivation, rows, exact = self._stationary(question, self.box)
        self.exact = exact
        ends = self._ends(self.box)
        bends = [each for row in seconds_of(hessian) for each in row]
        rows = sorted(self._one_by_one(subject, self.letters, rows, ends, bends), key=self._places)
        inside = [row for row in rows if self._is_inside(row, self.letters, ends)]
        outside = len(rows) - len(inside)
        inside += [row for row in self._corners_of_graph(derivation, subject, ends) if row not in inside]
        inside.sort(key=self._places)
        points = [self._classified(subject, hessian, row) for row in inside]
        boundary = tuple(self._boundary(question)) if self.box else ()
        found = tuple(point for point in points if point is not None)
        return Critical(
            derivation, hessian, found, self.exact and not any(each.rounded for each in (*found, *boundary)),
            self.box, boundary, tuple(self.edges), outside, self.exact,
        )  # fmt: skip

    def _one_by_one(
        self, subject: Form, letters: Sequence[Form], rows: Sequence[Row], ends: Sequence[tuple[float, float]],
        bends: Sequence[Form] = (),
    ) -> Iterator[Row]:  # fmt: skip
        """Points as they are; of families the parts of one kind, or in a region its points."""
        for row in rows:
            if not counters_in(row, subject):
                yield row
            elif not ends:
                yield from split(subject, letters, row, bends, self.definitions)
            else:
                listed_ = in_region(subject, row, ends, self.definitions)
                yield from (each for each in listed_ if self._is_inside(each, letters, ends))

    def _hessian(self, question: Question) -> Derivation:
        """The second derivatives; of a function of one letter the second derivative."""
        subject, letters = question.form, self.letters
        if len(letters) > 1:
            step = self.working.solve(call("hessian", subject, *letters))
            return self.working.finished(replace(question, kind="hessian"), [step], step.result)
        step = self.working.solve(goal(subject, *letters, *letters))
        twice = replace(question, kind="diff", letters=letters * 2)
        return self.working.finished(twice, [step], outcome(step))

    def _stationary(self, question: Question, box: Box | None) -> tuple[Derivation, list[Row], bool]:
        """The derivation and the points, exactly or by numbers."""
        subject, letters = question.form, question.letters
        if len(letters) > 1:
            self.working.solve(call("gradient", subject, *letters))
        step = solved_exactly(self.working, "stationary", (subject, *letters))
        if step is not None:
            derivation = self.working.finished(question, [step], step.result)
            return derivation, [tuple(row) for row in rows_of(step.result)], True
        if len(letters) == 1:
            step = self.working.solve(goal(subject, *letters))
            derivation = self.working.finished(replace(question, kind="diff"), [step], outcome(step))
        else:
            step = self.working.solve(call("gradient", subject, *letters))
            derivation = self.working.finished(replace(question, kind="gradient"), [step], step.result)
        if self._is_never_nought(slopes_of(derivation)):
            return derivation, [], True
        return derivation, self._by_numbers(subject, letters, box), False

    def _is_never_nought(self, slopes: Sequence[Form]) -> bool:
        """Whether some first derivative is proved to be different from 0 everywhere."""
        return any(not self.working.judge.kept([relation("!=", slope, ZERO)]) for slope in slopes)

    def _by_numbers(self, subject: Form, letters: Sequence[Form], box: Box | None) -> list[tuple[Form, ...]]:
        from stepcalc.calculus.optimisation.asking import refuse_held
        from stepcalc.numeric.stationary import common_zeros

        refuse_held([subject], letters)
        count = len(letters)
        firsts = [outcome(self.working.solve(goal(subject, item, kind="partial"))) for item in letters]
        matrix = [
            [outcome(self.working.solve(goal(slope, item, kind="partial"))) for item in letters]
            for slope in firsts
        ]
        window = self._ends(box) or [WINDOW.get(count, USUAL_WINDOW)] * count
        found = common_zeros(firsts, matrix, letters, window, self.definitions)
        found = [point for point in found if not self._creeps(subject, letters, point)]
        return [tuple(decimal_form(part) for part in point) for point in found]

    def _creeps(self, subject: Form, letters: Sequence[Form], point: Sequence[Any]) -> bool:
        """Whether a point is one at which the function has no value, as near as an iteration comes to it."""
        from stepcalc.numeric.evaluate import compile_forms

        if not any(0 < abs(part) < ROUNDING for part in point):
            return False
        rounded = [part if abs(part) >= ROUNDING else part * 0 for part in point]
        return (
            compile_forms([subject], self.definitions).at(dict(zip(letters, rounded, strict=True)))[0] is None
        )

    def _ends(self, box: Box | None) -> list[tuple[float, float]]:
        from stepcalc.calculus.optimisation.asking import numbers

        return [tuple(map(float, numbers(pair, self.working.book))) for pair in box or ()]  # type: ignore[misc]

    def _is_inside(
        self, row: Sequence[Form], letters: Sequence[Form], ends: Sequence[tuple[float, float]]
    ) -> bool:
        if not ends:
            return True
        places = self._places(row, letters, ends)
        return all(low < place < high for place, (low, high) in zip(places, ends, strict=True))

    def _places(
        self, row: Sequence[Form], letters: Sequence[Form] = (), ends: Sequence[tuple[float, float]] = ()
    ) -> tuple[float, ...]:
        """The coordinates as floats; letters that may have any value in the middle, and 0 for integers."""
        from stepcalc.numeric.evaluate import compile_forms

        middle = {item: (low + high) / 2 for item, (low, high) in zip(letters, ends, strict=False)}
        program = compile_forms(row, self.definitions)
        for free in (1, 0.4, 0.05, 3):
            at = {item: 0 if is_integer_letter(item) else middle.get(item, free) for item in program.letters}
            found = program.at(at)
            if all(part is not None for part in found):
                return tuple(float(part) for part in found)
        return tuple(float("nan") if part is None else float(part) for part in found)

    # --------------------------------------------------------------------------------------- one point

    def _value(
        self, subject: Form, row: Sequence[Form], letters: Sequence[Form]
    ) -> tuple[Form, float] | None:
        from stepcalc.calculus.exact_values import value_at
        from stepcalc.numeric.evaluate import compile_forms

        put_in = rebuild(subject, dict(zip(letters, row, strict=True)))
        program = compile_forms([put_in], self.definitions)
        heights = (
            program.at({item: 0 if is_integer_letter(item) else free for item in program.letters})[0]
            for free in (1, 0.4, 0.05, 3)
        )
        height = next((each for each in heights if each is not None), None)
        if height is None:
            return None
        if not self.exact or any(map(is_rounded, row)):
            height = height if abs(height) > ROUNDING else height * 0
            return decimal_form(height), float(height)
        if counters_in(row, subject):
            found = value_on(subject, letters, tuple(row))
            if found is None:
                return decimal_form(height), float(height)
        else:
            found = value_at(subject, dict(zip(letters, row, strict=True)), self.working.book)
        return written(shorter(found)), float(height)

    def _classified(self, subject: Form, hessian: Derivation, row: tuple[Form, ...]) -> CriticalPoint | None:
        from stepcalc.calculus.optimisation.signs import Curvature, along_curve

        known = self._value(subject, row, self.letters)
        if known is None:
            return None  # where the equations were multiplied out it may have lost its value
        exact = (self.exact or self._is_exact(row)) and not any(map(is_rounded, row))
        bend = Curvature(hessian, row, exact=exact)
        found = CriticalPoint(
            row, *known[:1], self._places(row), known[1], bend.verdict, "second" if bend.verdict else "",
            bend.minors, bend.eigenvalues, counters=tuple(counters_in(row, subject)),
        )  # fmt: skip
        if bend.verdict:
            return found
        if bend.missing and len(self.letters) > 1:
            verdict, how, sections = (
                everywhere(self.working, subject, self.letters, row) if exact else ("", "", ())
            )
            return replace(found, verdict=verdict or "undecided", how=how, sections=sections)
        if bend.missing:
            verdict = self._beside(subject, found.places)
            return replace(found, verdict=verdict, how="beside")
        if row == self.letters:
            return replace(found, verdict="constant", how="constant")
        verdict, how, sections = follow_up(self.working, subject, self.letters, row, exact=exact)
        if not verdict and set(self.letters) & free_letters(vector(*row)):
            verdict, how = along_curve(hessian, row), "curve"
        return replace(found, verdict=verdict or "undecided", how=how if verdict else "", sections=sections)

    def _is_exact(self, row: Sequence[Form]) -> bool:
        """Whether a point that was found by numbers is exact: the gradient there is 0 and not only small."""
        from stepcalc.calculus.exact_values import value_at

        point = dict(zip(self.letters, row, strict=True))
        slopes = (
            outcome(self.working.solve(goal(self.subject, item, kind="partial"))) for item in self.letters
        )
        return all(value_at(slope, point, self.working.book) == 0 for slope in slopes)

    def _corners_of_graph(
        self, derivation: Derivation, subject: Form, ends: Sequence[tuple[float, float]]
    ) -> list[tuple[Form, ...]]:
        """Of a function of one letter the points that have a value and no slope."""
        from stepcalc.rulebook.systems import real_solutions

        if len(self.letters) != 1 or len(free_letters(subject)) != 1:
            return []
        found: dict[Form, None] = {}
        for step in reading_order(derivation.stages):
            for condition in step.conditions:
                needed = condition.relation
                if needed.head != "relation" or needed.label not in ("!=", ">", "<"):
                    continue
                try:
                    rows = real_solutions([subtract(*needed.args)], self.letters)
                except NotDerivableError:
                    continue
                found.update(dict.fromkeys(row[0] for row in rows))
        rows_ = [(each,) for each in found if not free_letters(each)]
        return [
            row
            for row in rows_
            if self._is_inside(row, self.letters, ends) and self._value(subject, row, self.letters) is not None
            and self._has_both_sides(subject, row) and not self._goes_on(subject, row)
        ]  # fmt: skip

    def _goes_on(self, subject: Form, row: Sequence[Form]) -> bool:
        """Whether a graph goes on at a point as steeply as it came, not level, as that of x|x| − x does at 0."""
        from stepcalc.numeric.evaluate import compile_forms

        (place,) = compile_forms(list(row), self.definitions).at({})
        if place is None:
            return False
        program, width = compile_forms([subject], self.definitions), (1 + abs(place)) / 10**12
        before, here, after = (program.at({self.letters[0]: place + side * width})[0] for side in (-1, 0, 1))
        if None in (before, here, after):
            return False
        came, goes = (here - before) / width, (after - here) / width
        steep = max(abs(came), abs(goes))
        return bool(LEVEL < steep < 1 / LEVEL and abs(goes - came) < LEVEL * steep)

    def _has_both_sides(self, subject: Form, row: Sequence[Form]) -> bool:
        return all(value is not None for value in self._neighbours(subject, self._places(row)))

    def _neighbours(self, subject: Form, places: Sequence[float]) -> list[Any]:
        from stepcalc.numeric.evaluate import compile_forms

        program = compile_forms([subject], self.definitions)
        size = 1e-5 * max(1.0, abs(places[0]))
        return [program.at({self.letters[0]: places[0] + side * size})[0] for side in (-1, 1)]

    def _beside(self, subject: Form, places: Sequence[float]) -> str:
        from stepcalc.numeric.evaluate import compile_forms

        (here,) = compile_forms([subject], self.definitions).at({self.letters[0]: places[0]})
        left, right = self._neighbours(subject, places)
        if None in (left, here, right):
            return "undecided"  # at an end of the domain
        if left > here < right:
            return "minimum"
        return "maximum" if left < here > right else "saddle"

    # ---------------------------------------------------------------------------------------- boundary

    def _boundary(self, question: Question) -> Iterator[CriticalPoint]:
        """The candidates on every edge, then the corners."""
        assert self.box is not None
        places = range(len(self.letters))
        for count in range(1, len(self.letters)):
            for fixed in combinations(places, count):
                for ends in product((0, 1), repeat=count):
                    at = {self.letters[k]: self.box[k][end] for k, end in zip(fixed, ends, strict=True)}
                    yield from self._edge(question, at)
        for ends in product((0, 1), repeat=len(self.letters)):
            corner = tuple(self.box[k][end] for k, end in enumerate(ends))
            known = self._value(question.form, corner, self.letters)
            if known is None:
                raise UsageError(say("box-no-value"), code="box-no-value")
            yield CriticalPoint(corner, known[0], self._places(corner), known[1], where="corner")

    def _edge(self, question: Question, at: dict[Form, Form]) -> Iterator[CriticalPoint]:
        assert self.box is not None
        free = tuple(item for item in self.letters if item not in at)
        subject = simplified(rebuild(question.form, at))
        if not free_letters(subject) & set(free):
            return  # the same value all along: that of the corners
        own = tuple(item for item in free if item in free_letters(subject))
        box = tuple(pair for item, pair in zip(self.letters, self.box, strict=True) if item in own)
        edge = Question("critical", subject, own, tuple(item for item in question.held))
        derivation, rows, exact = self._stationary(edge, box)
        self.edges.append(derivation)
        self.exact = self.exact and exact
        for row in self._one_by_one(subject, own, rows, self._ends(box)):
            if self._is_inside(row, own, self._ends(box)):
                whole = {**at, **dict(zip(own, row, strict=True))}
                point = tuple(
                    whole.get(item, pair[0]) for item, pair in zip(self.letters, self.box, strict=True)
                )
                known = self._value(question.form, point, self.letters)
                if known is not None:
                    yield CriticalPoint(point, known[0], self._places(point), known[1], where="edge")


def slopes_of(derivation: Derivation) -> list[Form]:
    """The first derivatives that the first step of a derivation found or rests on."""
    stage = derivation.stages[0]
    step = stage.substeps[0] if stage.card.matcher == "stationary" else stage
    found = outcome(step)
    return [slope for (slope,) in rows_of(found)] if found.head == "matrix" else [found]


def seconds_of(hessian: Derivation) -> list[list[Form]]:
    """The second derivatives, row by row."""
    letters = tuple(dict.fromkeys(hessian.question.letters))
    if hessian.answer.head != "matrix" or len(letters) == 1:
        return [[hessian.answer]]
    entries = entries_of(hessian.answer)
    return [
        [entries.get((row, column), ZERO) for column in range(len(letters))] for row in range(len(letters))
    ]


def simplified(form: Form) -> Form:
    """A form with numbers put in, as SymPy writes it."""
    from stepcalc.notation.values import form_of, value

    return form_of(value(form))


def shorter(found: Any) -> Any:
    """A value as a textbook writes it."""
    import sympy

    if found.is_Rational or found.count_ops() > 80:
        return found
    candidates = [found, sympy.radsimp(sympy.expand(found)), sympy.factor_terms(sympy.radsimp(found))]
    return min(candidates, key=lambda each: each.count_ops())
