"""The derivative from its definition: rise over run, the algebra that frees the h, and the limit.

No rule of differentiation is used on the way: these are the derivations that the rules rest on.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from stepcalc.calculus.definition.ways import WAYS
from stepcalc.calculus.letters import free_letters, letter_form, variable_of
from stepcalc.calculus.limits.search import LimitSearch
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Working
from stepcalc.errors import NotDerivableError, UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, goal, letter
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.limits.rule import UnfitError
from stepcalc.rulebook.limits.table import RULES
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

RUNS: Final = ("h", "k", "t", "s", "w")
"""What the run is called: the first letter that the function does not have."""


def from_definition(
    expression: Any,
    variable: Any = None,
    *,
    tidy: bool = True,
    form: str = "textbook",
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The derivative of an expression as the limit of its difference quotient.

    Args:
        expression: Text or a SymPy expression.
        variable: The letter to differentiate with respect to; found as ``diff`` finds it, if not given.
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form, as for ``diff``.
        rulebook: The rules; those that come with StepCalc if not given.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation. None of its steps uses a rule of differentiation.

    Raises:
        ReadError: The text cannot be read.
        UsageError: It is not clear which letter varies.
        NotDerivableError: The algebra here does not free the h of this function.

    Examples:
        >>> derivation = from_definition("1/x")
        >>> derivation.result
        -1/x**2
        >>> [step.rule.id for step in derivation.steps][:3]
        ['definition', 'one_fraction', 'limit_constant_multiple']
    """
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    if asked.order > 1:
        raise UsageError(say("definition-once"), code="definition-once")
    notes = list(asked.notes)
    wanted = (
        letter_form(variable) if variable is not None else asked.variable or variable_of(asked.form, notes)
    )
    held = tuple(sorted(free_letters(asked.form) - {wanted}, key=lambda item: item.name))
    question = Question("definition", asked.form, (wanted,), held, asked.text, tuple(notes))
    working = Working(book, (), form, tidy=tidy)
    step = _by_definition(asked.form, wanted, working)
    trail = working.tidied(outcome(step))
    return working.finished(question, (step, *trail.steps), trail.form)


def _by_definition(subject: Form, variable: Form, working: Working) -> Step:
    """The step that answers the derivative by the limit of rise over run."""
    taken = {item.name for item in free_letters(subject)} | {variable.name}
    run = letter(next(name for name in (*RUNS, *(f"h_{n}" for n in range(99))) if name not in taken))
    search = LimitSearch(working, calculus=False, ways=WAYS)
    substeps: dict[Form, Step] = {}

    def solve(wanted: Form) -> Form:
        step = substeps[wanted] = search.solve(wanted)
        return outcome(step)

    wanted = goal(subject, variable)
    try:
        result = RULES["definition"].apply(wanted, {"h": run}, solve)
    except UnfitError:
        raise NotDerivableError(
            say("definition-not-freed", run=run.name), code="definition-not-freed"
        ) from None
    card = working.book.card("definition")
    return Step(card, None, wanted, {"h": run}, tuple(substeps.values()), result)
