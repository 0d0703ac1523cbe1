"""Verification: every step of a derivation tested three ways, by arithmetic that knows nothing of the engine.

1. The goal against the result: real central differences at 50 digits, at points inside the domain.
2. The law with the step's bindings against what the step records, by structure: the same open goals, the same
   conditions, the same rule.
3. The law's right-hand side with the substeps' results put back against the result.

Off the real axis (where no real point satisfies all conditions) the first test uses principal values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import StepcalcError
from stepcalc.messages import say
from stepcalc.notation.arithmetic import as_fraction
from stepcalc.notation.forms import ZERO, Form, entries_of, letters_of, postorder
from stepcalc.rulebook.application import again
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.cards import Card
from stepcalc.rulebook.limits.lookup import rule_of
from stepcalc.rulebook.limits.rule import is_limit
from stepcalc.rulebook.strategy import Strategy, is_derivative, letters_asked, strategy, strategy_of
from stepcalc.rulebook.varying import Varying
from stepcalc.trace.approaching import TOO_SLOW, limit_fault
from stepcalc.trace.backward import BackwardPasses
from stepcalc.trace.conditions import Judge
from stepcalc.trace.display import outcome
from stepcalc.trace.domain import stated_domain
from stepcalc.trace.shapes import fits
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    from stepcalc.trace.derivation import Derivation

FEWEST_POINTS: Final = 3
MOST_ENTRIES: Final = 64
"""Of the entries of a large matrix so many are compared with what they are by definition."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome of checking a derivation; true only if every step was checked.

    Args:
        status: ``"checked"``, ``"failed"`` or ``"unchecked"``.
        points: At how many points.
        reasons: What failed, or why nothing could be said, as sentences.
        outcomes: The status of each step.
        off_axis: Whether the points lie off the real axis, because no real point satisfies all conditions.
        notes: What else there is to say about how it was checked, as sentences.
    """

    status: str
    points: int
    reasons: tuple[str, ...] = ()
    outcomes: Mapping[Step, str] = field(default_factory=dict, repr=False)
    off_axis: bool = False
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.status == "checked"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two forms that must be equal, and the step that says so."""

    step: Step | None
    left: Form
    right: Form

    @property
    def subject(self) -> Form:
        """What the left side is the derivative of, if it is one."""
        return self.left.args[0] if self.left.head == "goal" else self.left


def verify(derivation: Derivation, *, points: int = 8) -> Verification:
    """Check every step of a derivation.

    Args:
        derivation: Any derivation.
        points: At how many points inside the domain.

    Returns:
        The outcome. Fewer than three usable points give ``"unchecked"``, never ``"checked"``.

    Examples:
        >>> from stepcalc import diff
        >>> verify(diff("x**2*sin(x)")).status
        'checked'
    """
    from stepcalc.numeric.agreement import differ

    faults = dict(_structural_faults(derivation))
    pairs = list(_pairs(derivation))
    samples, off_axis = _sample(derivation, pairs, points)
    slow = [step for step, fault in faults.items() if fault == say(TOO_SLOW)]
    for step in slow:
        del faults[step]
    branches = False
    for place, pair in enumerate(pairs):
        if pair.step in faults:
            continue
        wrong = [differ(sample, 3 * place, 3 * place + 1, 3 * place + 2) for sample in samples]
        if any(wrong) and off_axis and not all(wrong):
            branches = True  # an identity of the reals may hold on some branches of a root only
        elif any(wrong):
            faults[pair.step] = say("step-wrong-value")
    untested = dict(_by_values(derivation, faults))
    enough = len(samples) >= FEWEST_POINTS and not untested and not branches and not slow
    outcomes = {
        step: "failed" if step in faults else "checked" if enough else "unchecked"
        for step in derivation.steps
    }
    if faults:
        return Verification("failed", len(samples), tuple(dict.fromkeys(faults.values())), outcomes, off_axis)
    if not enough:
        reason = (
            say(TOO_SLOW) if slow
            else say("off-axis-branches") if branches
            else say("steps-untested") if untested and len(samples) >= FEWEST_POINTS
            else say("too-few-points", count=len(samples))
        )  # fmt: skip
        return Verification("unchecked", len(samples), (reason,), outcomes, off_axis)
    return Verification("checked", len(samples), (), outcomes, off_axis, tuple(_notes(derivation)))


def together(found: Sequence[Verification]) -> Verification:
    """The outcome of checking several derivations: the worst, at the fewest points."""
    worst = max(found, key=lambda each: _RANKS[each.status])
    reasons = tuple(dict.fromkeys(reason for each in found for reason in each.reasons))
    outcomes = {step: status for each in found for step, status in each.outcomes.items()}
    fewest = min(each.points for each in found)
    notes = tuple(dict.fromkeys(note for each in found for note in each.notes))
    off_axis = any(each.off_axis for each in found)
    return Verification(worst.status, fewest, reasons, outcomes, off_axis, notes)


_RANKS: Final = {"checked": 0, "unchecked": 1, "failed": 2}


def _by_values(derivation: Derivation, faults: dict[Step | None, str]) -> Iterator[tuple[Step, str]]:
    """The strategies' own tests by values: failures are added to the faults, what was not tested is given."""
    for step in derivation.steps:
        name = strategy_of(step.goal)
        test = strategy(name).holds if name else None
        if test is None or step in faults:
            continue
        try:
            outcome_ = test(step.goal, step.result, derivation.rulebook.definitions)
        except (ValueError, LookupError, TypeError, AttributeError):
            # A document from elsewhere may hold a result of any shape: what cannot be taken apart was not tested.
            outcome_ = None
        if outcome_ is False:
            faults[step] = say("step-wrong-value")
        elif outcome_ is None:
            yield step, name


def _notes(derivation: Derivation) -> Iterator[str]:
    """What the strategies' own tests have done, where that is not said by a number of points."""
    for step in derivation.steps:
        name = strategy_of(step.goal)
        tested = strategy(name).tested if name else None
        if tested is not None:
            yield tested(step.goal)


def _pairs(derivation: Derivation) -> Iterator[_Pair]:
    """What must be equal: each goal and its result, and what one stage hands to the next."""
    accumulated = [step for step in derivation.steps if step.card.id == "accumulated"]
    compared = set(accumulated[:: max(1, len(accumulated) // MOST_ENTRIES)])
    for step in derivation.steps:
        name = strategy_of(step.goal)
        if step.card.id == "adjoint" or (step.card.id == "accumulated" and step not in compared):
            continue
        if is_limit(step.goal):
            continue  # compared where it is looked at as a whole: no single point tells a limit
        if name:
            if strategy(name).holds is not None:
                continue
            yield from _entry_pairs(step, strategy(name))
        elif step.goal.head == "matrix":
            before, after = entries_of(step.goal), entries_of(step.result)
            yield from (_Pair(step, entry, after.get(place, ZERO)) for place, entry in before.items())
        else:
            yield _Pair(step, step.goal, step.result)
    reached: Form | None = None
    for stage in derivation.stages:
        start = _start(stage)
        if reached is not None and reached is not start:
            yield _Pair(stage, reached, start)
        reached = outcome(stage)
    if reached is not None and reached is not derivation.answer:
        yield _Pair(None, reached, derivation.answer)
    if derivation.also is not None:
        yield _Pair(None, derivation.also, derivation.answer)


def _entry_pairs(step: Step, wanted: Strategy) -> Iterator[_Pair]:
    """What each entry of a strategy's answer is by definition, and what was found; some of many."""
    shape = wanted.shape(step.goal)
    if shape is None:
        yield _Pair(step, wanted.entry(step.goal, 0, 0), wanted.settle(step.goal, step.result))
        return
    found = entries_of(step.result)
    places = list(found) if len(found) <= MOST_ENTRIES else list(found)[:: len(found) // MOST_ENTRIES]
    rows, columns = shape
    for place in dict.fromkeys(
        [*places, *((k * 7 % rows, k * 5 % columns) for k in range(MOST_ENTRIES // 4))]
    ):
        yield _Pair(step, wanted.entry(step.goal, *place), found.get(place, ZERO))


def _start(stage: Step) -> Form:
    return stage.goal.args[0] if is_derivative(stage.goal) or is_limit(stage.goal) else stage.goal


def _sample(derivation: Derivation, pairs: Sequence[_Pair], count: int) -> tuple[list[Any], bool]:
    """Points with the values of all pairs there; off the real axis if there are none on it."""
    from stepcalc.numeric.domain import samples
    from stepcalc.numeric.evaluate import compile_forms

    sides = [form for pair in pairs for form in (pair.left, pair.right, pair.subject)]
    conditions = [condition.relation for condition in derivation.conditions]
    letters = list(
        dict.fromkeys([*derivation.question.letters, *sorted(letters_of(*sides), key=lambda x: x.name)])
    )
    definitions = derivation.rulebook.definitions
    if not any(condition.status == "impossible" for condition in derivation.conditions):
        program = compile_forms([*sides, *conditions], definitions)
        found = samples(program, letters, count=count)
        if len(found) >= FEWEST_POINTS or not letters:
            return found * (FEWEST_POINTS if not letters else 1), False
    if not all(_is_analytic(node) for node in postorder(*sides)):
        return [], False
    # What holds between analytic functions off the real axis holds on it, too.
    program = compile_forms(sides, definitions)
    return samples(program, letters, count=count, complex_ok=True), True


_NOT_ANALYTIC: Final = frozenset(
    "abs sign floor ceiling heaviside dirac min max piecewise atan2 integral factorial".split()
)


def _is_analytic(node: Form) -> bool:
    """Whether a node means the same on the real axis and off it; odd roots and pieces do not."""
    match node.head:
        case "call":
            return node.label not in _NOT_ANALYTIC
        case "root":
            return node.args[1].head == "number" and node.args[1].label % 2 == 0  # type: ignore[operator]
        case "power":
            exponent = as_fraction(node.args[1])
            return exponent is None or exponent.denominator == 1 or exponent.denominator % 2 == 0
    return True


# --------------------------------------------------------------------------------------------- structure


def _structural_faults(derivation: Derivation) -> Iterator[tuple[Step | None, str]]:
    judge = Judge(derivation.rulebook)
    passes = BackwardPasses(derivation, judge)
    varying: dict[tuple[Form, str], Varying] = {}
    for step in derivation.steps:
        if step.card.id == "working":
            fault = _sequence_fault(step, derivation.rulebook)
        elif step.card.id in ("adjoint", "accumulated"):
            fault = passes.fault(step)
        elif rule_of(step.card, step.goal):
            fault = limit_fault(step, derivation.rulebook, rewrites(step.card))
        elif strategy_of(step.goal):
            fault = _strategy_fault(step, derivation.rulebook, judge)
        elif is_derivative(step.goal):
            variable, kind = step.goal.args[1], str(step.goal.label)
            known = varying.setdefault((variable, kind), Varying(variable, kind))
            fault = _rule_fault(step, derivation.rulebook, judge, known)
        else:
            fault = _rewrite_fault(step, derivation.rulebook, judge)
        if fault:
            yield step, say(fault, rule=step.rule.name)
    if stated_domain(derivation.question, derivation.stages, judge) != derivation.conditions:
        yield None, say("step-wrong-domain")
    if derivation.stages and _start(derivation.stages[0]) is not derivation.question.form:
        yield derivation.stages[0], say("step-wrong-start")
    asked = [letter for stage in derivation.stages for letter in letters_asked(stage.goal)]
    if asked != list(derivation.question.letters):
        yield None, say("step-wrong-letters")


def _rule_fault(step: Step, book: Rulebook, judge: Judge, varying: Varying) -> str:
    """What is wrong with a step of differentiation, as the key of a message; empty if nothing is."""
    form = step.goal.args[0]
    try:
        if book.card(step.card.id) is not step.card or not _law_fits(step, book, varying):
            return "step-wrong-rule"
        applied = again(book, step.card, step.law, form, step.bindings, varying)
    except StepcalcError:
        return "step-wrong-rule"
    if step.law is None and dict(applied.bindings) != dict(step.bindings):
        return "step-wrong-bindings"
    if applied.chained != (step.chain is not None) or (step.chain and step.chain is not book.card("chain")):
        return "step-wrong-rule"
    if applied.goals() != tuple(substep.goal for substep in step.substeps):
        return "step-wrong-goals"
    if judge.kept(applied.conditions) != step.conditions:
        return "step-wrong-conditions"
    put_back = applied.resolve({substep.goal: substep.result for substep in step.substeps})
    return "" if put_back is step.result else "step-wrong-result"


def _strategy_fault(step: Step, book: Rulebook, judge: Judge) -> str:
    """What is wrong with a step that puts the answers to several goals together."""
    name = strategy_of(step.goal)
    if step.card is not book.card(name) or step.law or step.chain or step.bindings:
        return "step-wrong-rule"
    divides = strategy(name).divides
    if step.conditions != (judge.kept(judge.of_function(step.result)) if divides else ()):
        return "step-wrong-conditions"
    answers = {substep.goal: outcome(substep) for substep in step.substeps}
    asked: dict[Form, None] = {}

    def recorded(wanted: Form) -> Form:
        asked[wanted] = None
        return answers[wanted]

    try:
        result = strategy(name).compose(step.goal, recorded)
    except KeyError:
        return "step-wrong-goals"
    if list(asked) != list(answers):
        return "step-wrong-goals"
    return "" if result is step.result else "step-wrong-result"


def _sequence_fault(step: Step, book: Rulebook) -> str:
    """What is wrong with a derivative that is tidied before it is used: its parts must follow one another."""
    if step.card is not book.card("working") or step.law or step.chain or step.bindings or step.conditions:
        return "step-wrong-rule"
    if not step.substeps or step.substeps[0].goal is not step.goal:
        return "step-wrong-goals"
    now = outcome(step.substeps[0])
    for move in step.substeps[1:]:
        if move.goal is not now:
            return "step-wrong-goals"
        now = outcome(move)
    return "" if now is step.result else "step-wrong-result"


def _law_fits(step: Step, book: Rulebook, varying: Varying) -> bool:
    """Whether the law is on the card and, matched anew, gives the step's bindings."""
    if step.law is None:
        return True
    if step.law not in book.laws_of(step.card):
        return False
    found = step.law.match(step.goal.args[0], varying)
    return found is not None and found == dict(step.bindings)


def _rewrite_fault(step: Step, book: Rulebook, judge: Judge) -> str:
    card = step.card
    if book.card(card.id) is not card or not rewrites(card) or step.law or step.substeps or step.chain:
        return "step-wrong-rule"
    if judge.lost(step.goal, step.result) != step.conditions:
        return "step-wrong-conditions"
    return "" if fits(card, step.goal, step.result) else "step-wrong-rule"


def rewrites(card: Card) -> bool:
    """Whether a card is about rewriting an expression, not about derivatives."""
    return not card.matcher and card.id != "chain" and not any(law.text.startswith("D(") for law in card.laws)
