"""A problem worked: its question in words and its solution as blocks, ready to go from process to process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stepcalc.notation.forms import Form
from stepcalc.render.builder import parts
from stepcalc.render.document import Answer, Block, Equation, Inline, Prose, Words
from stepcalc.render.presentation import Presentation
from stepcalc.sheets import asking
from stepcalc.sheets.problem import Problem
from stepcalc.trace.derivation import Derivation


@dataclass(frozen=True, slots=True)
class Worked:
    """A problem with its solution.

    Args:
        problem: The problem.
        asked: The question as a sentence.
        briefly: The question as it stands below an instruction.
        opening: What was chosen in reading the question.
        working: The steps.
        closing: The answer, where it holds, how it was checked.
        answer: The answer alone.
        question: The expression.
        result: The answer as a form.
        hint: The rule to begin with.
        rules: The short names of the rules used, in the order of their first use.
        steps: How many steps there are.
        status: ``"checked"``, ``"failed"`` or ``"unchecked"``.
    """

    problem: Problem
    asked: Inline
    briefly: Inline
    opening: tuple[Block, ...]
    working: tuple[Block, ...]
    closing: tuple[Block, ...]
    answer: tuple[Block, ...]
    question: Form
    result: Form
    hint: Inline
    rules: tuple[str, ...]
    steps: int
    status: str

    @property
    def solution(self) -> tuple[Block, ...]:
        """Everything below the question."""
        return (*self.opening, *self.working, *self.closing)


def work(problem: Problem, told: Presentation) -> Worked:
    """The problem with its solution, each step checked.

    Args:
        problem: The problem.
        told: How the solution is told.

    Raises:
        StepcalcError: Its question cannot be read or answered.
    """
    derivation = problem.derivation
    verification = problem.verification
    found = parts(derivation, told, verification=verification)
    return Worked(
        problem=problem,
        asked=asking.asked(derivation),
        briefly=asking.briefly(derivation),
        opening=tuple(block for block in found.opening if isinstance(block, Prose) and block.role == "note"),
        working=found.working,
        closing=found.closing,
        answer=answer_of(found.closing),
        question=derivation.question.form,
        result=derivation.answer,
        hint=hint_of(derivation),
        rules=rules_used(derivation),
        steps=len(derivation.steps),
        status=verification.status,
    )


def answer_of(closing: Iterable[Block]) -> tuple[Block, ...]:
    """The answer among the blocks that close a derivation; a sentence if there is no formula."""
    blocks = tuple(closing)
    answers = [block for block in blocks if isinstance(block, Answer)]
    matrices = [
        block for block in blocks if isinstance(block, Equation) and block.right.form.head == "matrix"
    ]
    if answers or matrices:
        return tuple(answers or matrices[:1])
    return tuple(block for block in blocks if isinstance(block, Prose) and block.role != "note")


def hint_of(derivation: Derivation) -> Inline:
    """The rule to begin with, and what it says."""
    told = parts(derivation, Presentation(hint=True)).working
    pieces: list[Words] = []
    for block in told:
        if not isinstance(block, Prose):
            continue
        if block.role == "note":
            pieces.extend(part for part in block.content if isinstance(part, Words))
            break
        named = (part for part in block.content if isinstance(part, Words) and part.role == "rule")
        pieces.extend(Words(f"{part.text}. ") for part in named)
    return tuple(pieces)


def rules_used(derivation: Derivation) -> tuple[str, ...]:
    """The short names of the rules, in the order of their first use."""
    return tuple(dict.fromkeys(rule.id for step in derivation.steps for rule in step.rules))
