"""The work on one question: steps are derived, tidied and put together, and where they hold is collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from stepcalc.calculus.alike import Shape, renaming, shape_of
from stepcalc.calculus.decimals import in_decimals
from stepcalc.calculus.differentiate import Differentiator
from stepcalc.calculus.simplify_first import simplify_first
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import combine
from stepcalc.notation.forms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Form,
    depth,
    divide,
    multiply,
    negate,
    nodes_of,
    number,
    postorder,
    rebuild,
    size,
    size_up_to,
    with_args,
)
from stepcalc.notation.weight import is_too_heavy
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.strategy import strategy, strategy_of
from stepcalc.trace.conditions import Judge
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.domain import stated_domain
from stepcalc.trace.shapes import fits
from stepcalc.trace.step import Step

ANSWER_FORMS: Final = ("textbook", "expanded", "factored", "raw")
"""How an answer may be written."""

MOST_TERMS_SHOWN_TWICE: Final = 40
LARGEST_TIDIED: Final = 6000
LARGEST_MATRIX_TIDIED: Final = 20_000
DEEPEST_TIDIED: Final = 150
"""An answer that is larger or nested deeper than this is left as the rules gave it."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The moves that bring the result of a step into the form in which it is shown.

    Args:
        steps: The moves, each starting where the one before ended.
        form: What is reached.
    """

    steps: tuple[Step, ...]
    form: Form

    def renamed(self, change: Mapping[Form, Form]) -> Trail:
        """The same moves in other letters; in the same letters they are these, and need not be made again."""
        if all(before is after for before, after in change.items()):
            return self

        def inside(step: Step) -> Step:
            conditions = tuple(
                replace(each, relation=rebuild(each.relation, change)) for each in step.conditions
            )
            return replace(
                step,
                goal=rebuild(step.goal, change),
                result=rebuild(step.result, change),
                conditions=conditions,
            )

        return Trail(tuple(map(inside, self.steps)), rebuild(self.form, change))


class Working:
    """The work on one question: what was derived is used again, and nothing is kept afterwards.

    Args:
        book: The rules.
        prefer: The laws to choose where cards offer several.
        form: The form of answers: ``"textbook"``, ``"expanded"``, ``"factored"``, or ``"raw"``.
        tidy: Whether answers are tidied at all; if not their form is ``"raw"``.

    Raises:
        UsageError: There is no such form.
    """

    def __init__(
        self, book: Rulebook, prefer: Sequence[str] = (), form: str = "textbook", *, tidy: bool = True
    ) -> None:
        if form not in ANSWER_FORMS:
            known = ", ".join(ANSWER_FORMS)
            raise UsageError(say("form-unknown", form=form, known=known), code="form-unknown")
        self.book = book
        self.prefer = tuple(prefer)
        self.form = form if tidy else "raw"
        self.judge = Judge(book)
        self.untidied = False
        self._engines: dict[tuple[Form, str], Differentiator] = {}
        self._solved: dict[Form, Step] = {}
        self._moves: dict[tuple[str, Form, Form], Step] = {}
        self._trails: dict[Shape, tuple[tuple[Form, ...], Trail]] = {}

    # ---------------------------------------------------------------------------------------- single goals

    def derivative(self, subject: Form, variable: Form, kind: str = "D") -> Step:
        """The step for the derivative of an expression with respect to a letter, as the rules give it.

        Raises:
            NotDerivableError: There is no rule for some part of it.
        """
        engine = self._engines.get((variable, kind))
        if engine is None:
            engine = self._engines[variable, kind] = Differentiator(self.book, variable, self.prefer, kind)
        return engine.derive(subject)

    def solve(self, goal: Form) -> Step:
        """The step that answers a goal: a derivative with its tidying, or what a strategy makes of it."""
        found = self._solved.get(goal)
        if found is None:
            found = self._solved[goal] = self._solve(goal)
        return found

    def _solve(self, goal: Form) -> Step:
        name = strategy_of(goal)
        if name:
            return self.by_strategy(name, goal)
        subject, variable = goal.args
        step = self.derivative(subject, variable, str(goal.label))
        trail = self.tidied(outcome(step))
        if not trail.steps:
            return step
        return Step(self.book.card("working"), None, goal, {}, (step, *trail.steps), trail.form)

    def accumulate(self, root: Form, letters: Sequence[Form]) -> None:
        """Find the partial derivatives with respect to all letters in one pass, for :meth:`solve` to give."""
        from stepcalc.calculus.reverse import accumulate

        for wanted, step in accumulate(self.book, root, letters, self.prefer):
            self._solved[wanted] = step

    def by_strategy(self, card: str, goal: Form) -> Step:
        """The step that a strategy makes of a goal, with a substep for each goal it opens on the way."""
        substeps: dict[Form, Step] = {}

        def solve(wanted: Form) -> Form:
            step = substeps[wanted] = self.solve(wanted)
            return outcome(step)

        wanted = strategy(card)
        result = wanted.compose(goal, solve)
        conditions = self.judge.kept(self.judge.of_function(result)) if wanted.divides else ()
        return Step(self.book.card(card), None, goal, {}, tuple(substeps.values()), result, conditions)

    # ------------------------------------------------------------------------------------------- rewriting

    def rewrite(self, rule: str, before: Form, after: Form) -> Step:
        """A step that writes an expression in another way; the one that did it before, if one did."""
        step = self._moves.get((rule, before, after))
        if step is None:
            step = self._moves[rule, before, after] = self._rewritten(rule, before, after)
        return step

    def _rewritten(self, rule: str, before: Form, after: Form) -> Step:
        # A name that does not fit what the forms show gives way to one that does.
        cards = (self.book.card(id) for id in (rule, "factor", "cancel", "like_terms", "arithmetic"))
        card = next(card for card in cards if fits(card, before, after))
        return Step(card, None, before, {}, (), after, self.judge.lost(before, after))

    def tidied(self, shown: Form) -> Trail:
        """The moves that bring an expression into the form asked for.

        What was found for an expression that differs in the numbers of its letters alone is not sought again:
        the same moves are made in its own letters.
        """
        if self.form == "raw" or not shown.args:
            return Trail((), shown)
        shape, letters = shape_of(shown)
        known = self._trails.get(shape)
        if known is not None:
            return known[1].renamed(renaming(known[0], letters))
        trail = self._tidied_anew(shown)
        self._trails[shape] = letters, trail
        return trail

    def _tidied_anew(self, shown: Form) -> Trail:
        if size(shown) > LARGEST_TIDIED or depth(shown) > DEEPEST_TIDIED or is_too_heavy(shown):
            self.untidied = True
            return Trail((), shown)
        from stepcalc.calculus.tidying import tidy
        from stepcalc.notation.values import manner_of, value

        manner = manner_of(shown)
        form_of = _written_with(shown)
        start = value(shown)
        tidied = tidy(start, form=self.form)  # type: ignore[arg-type]
        self.untidied = self.untidied or tidied.refused
        steps: list[Step] = []
        now, before = shown, form_of(start, manner=manner)
        if _content(before) != _content(now) and (tidied.changes or not _has_pieces(now)):
            steps.append(self.rewrite(_evaluated_by(now, before), now, before))
            now = before
        for change in tidied.changes:
            after = form_of(change.after, manner=manner)
            if after is not now:
                bar = change.rule != "one_fraction" or any(
                    node.head == "quotient" for node in postorder(after)
                )
                steps.append(self.rewrite(change.rule if bar else "factor", now, after))
                now = after
        if not steps and not _has_pieces(shown) and _raised_below(before) == _raised_below(shown):
            # Nothing to tidy: only the order in which a textbook writes it.
            now = before
        content, rest = tidied.result.primitive()
        if self.form == "factored" and content != 1 and rest.is_Add:
            # SymPy distributes a number over a sum at once: this bracket can only be written as a form.
            after = _number_in_front(int(content.p), int(content.q), form_of(rest, manner=manner))
            steps.append(self.rewrite("factor", now, after))
            now = after
        return Trail(tuple(steps), now)

    def tidied_matrix(self, shown: Form) -> Trail:
        """One move that brings every entry of a matrix into the form asked for; none where it is large."""
        if self.form == "raw":
            return Trail((), shown)
        if size_up_to(shown, LARGEST_MATRIX_TIDIED) is None:
            self.untidied = True
            return Trail((), shown)
        after = with_args(shown, tuple(map(self._entry, shown.args)))
        return Trail((self.rewrite("simplify_terms", shown, after),) if after is not shown else (), after)

    def _entry(self, entry: Form) -> Form:
        """An entry of a matrix in the form asked for; where no move is to be made its own order stays."""
        combined = combine(entry, cancel=True)
        trail = self.tidied(combined)
        return trail.form if trail.steps else combined

    # ------------------------------------------------------------------------------------- whole questions

    def differentiated(self, question: Question) -> Derivation:
        """The derivation for one derivative after another, each with its tidying."""
        stages: list[Step] = []
        now, also = question.form, None
        simpler = simplify_first(now) if question.text else None
        if simpler is not None:
            stages.append(self.rewrite("simplify_first", now, simpler))
            now = simpler
        for variable in question.letters:
            step = self.derivative(now, variable)
            trail = self.tidied(outcome(step))
            stages += (step, *trail.steps)
            now = trail.form
            also = _other_shape(step, trail) if len(question.letters) == 1 else None
        return self.finished(question, stages, now, also)

    def finished(
        self, question: Question, stages: Sequence[Step], answer: Form, also: Form | None = None
    ) -> Derivation:
        """The derivation that these stages make, with where it holds."""
        return Derivation(
            question=question,
            stages=tuple(stages),
            answer=answer,
            also=also,
            conditions=stated_domain(question, stages, self.judge),
            rulebook=self.book,
            untidied=self.untidied,
        )


def _other_shape(step: Step, trail: Trail) -> Form | None:
    """The sum that the product rule gave, where the answer is that sum with something factored out."""
    if step.card.id != "product" or {move.card.id for move in trail.steps} != {"factor"}:
        return None
    shown = outcome(step)
    return shown if shown.head == "sum" and size(shown) <= MOST_TERMS_SHOWN_TWICE else None


def _content(form: Form) -> Counter[object]:
    """The letters, functions and numerals of a form written out; the same for another order."""
    found: Counter[object] = Counter()
    stack = [form]
    while stack:
        node = stack.pop()
        stack.extend(node.args)
        if node.head == "call" or (not node.args and node not in (ONE, MINUS_ONE)):
            found[node.label] += 1
    return found


def _raised_below(form: Form) -> int:
    """How many powers have a letter with a minus sign in their exponent; they may stand below a line instead."""
    from stepcalc.notation.appearance import without_minus

    found = 0
    for node in postorder(form):
        exponent = node.args[1] if node.head == "power" else ZERO
        first = exponent.args[0] if exponent.head == "sum" else exponent
        found += exponent.head != "number" and without_minus(first) is not None
    return found


def _written_with(shown: Form) -> Callable[..., Form]:
    """What writes values beside a form: with decimals where it has some."""
    from stepcalc.notation.values import form_of

    if not any(node.head == "number" and isinstance(node.label, Fraction) for node in postorder(shown)):
        return form_of
    return lambda expression, **manner: in_decimals(form_of(expression, **manner))


def _number_in_front(above: int, below: int, rest: Form) -> Form:
    """A number times a sum; what the number is divided by goes below the bar."""
    top = rest if abs(above) == 1 else multiply(number(abs(above)), rest)
    whole = top if below == 1 else divide(top, number(below))
    return whole if above > 0 else negate(whole)


def _evaluated_by(before: Form, after: Form) -> str:
    """The card for what SymPy does by itself when a form becomes a value."""
    if _terms(after) < _terms(before):
        return "like_terms"
    if any(map(_shares_factor, postorder(before))):
        return "cancel"
    return "expand" if _brackets_with_number(after) < _brackets_with_number(before) else "arithmetic"


def _brackets_with_number(form: Form) -> int:
    """How many sums have nothing but a number in front: 2(x + 1)."""
    return sum(
        1
        for node in postorder(form)
        if node.head == "product"
        and [factor.head for factor in node.args].count("sum") == 1
        and all(factor.head in ("number", "sum") for factor in node.args)
    )


def _shares_factor(form: Form) -> bool:
    """Whether a fraction has the same factor above and below."""
    return form.head == "quotient" and not _bases(form.args[0]).isdisjoint(_bases(form.args[1]))


def _bases(form: Form) -> set[Form]:
    """The factors of a product that have letters, without their exponents."""
    found: set[Form] = set()
    stack = [form]
    while stack:
        node = stack.pop()
        if node.head == "product":
            stack.extend(node.args)
        elif node.head == "power":
            stack.append(node.args[0])
        elif node.head != "number":
            found.add(node)
    return found


def _has_pieces(form: Form) -> bool:
    """Whether there are pieces in a form, whose conditions SymPy would rewrite (x ≥ 0 as "otherwise")."""
    return any(node.head == "call" and node.label == "piecewise" for node in nodes_of(form))


def _terms(form: Form) -> int:
    return sum(len(node.args) for node in nodes_of(form) if node.head == "sum")
