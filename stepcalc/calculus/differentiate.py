"""Differentiation: a goal goes in, the step that answers it comes out, with one for every goal it opened."""

from __future__ import annotations

from collections.abc import Sequence

from stepcalc.notation.forms import Form
from stepcalc.notation.limits import check_derivative
from stepcalc.rulebook.application import Application, apply_rule
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.varying import Varying
from stepcalc.trace.conditions import Judge
from stepcalc.trace.step import Step


class Differentiator:
    """Derives expressions with respect to one letter, each expression once.

    Args:
        book: The rules.
        variable: The letter.
        prefer: The laws to choose where cards offer several.
        kind: How derivatives are written: ``"D"`` or ``"partial"``.
    """

    def __init__(self, book: Rulebook, variable: Form, prefer: Sequence[str] = (), kind: str = "D") -> None:
        self.book = book
        self.varying = Varying(variable, kind)
        self.prefer = tuple(prefer)
        self.judge = Judge(book)
        self._steps: dict[Form, Step] = {}

    def derive(self, form: Form) -> Step:
        """The step for d/dx[form]; derivatives found earlier are used again.

        Raises:
            NotDerivableError: Some part of the form is of a kind that no rule is about.
            LimitError: The derivative would be too large.
        """
        check_derivative(form)
        top = self.varying.goal(form)
        steps = self._steps
        waiting: dict[Form, tuple[Application, tuple[Form, ...]]] = {}
        stack = [top]
        while stack:
            wanted = stack[-1]
            if wanted in steps:
                stack.pop()
                continue
            known = waiting.get(wanted)
            if known is None:
                application = apply_rule(self.book, wanted.args[0], self.varying, self.prefer)
                goals = application.goals()
                missing = [part for part in goals if part not in steps]
                if missing:
                    waiting[wanted] = (application, goals)
                    stack.extend(reversed(missing))
                    continue
            else:
                application, goals = known
                del waiting[wanted]
            stack.pop()
            steps[wanted] = self._step(wanted, application, goals)
        return steps[top]

    def _step(self, wanted: Form, application: Application, goals: tuple[Form, ...]) -> Step:
        substeps = tuple([self._steps[part] for part in goals])
        return Step(
            card=application.card,
            law=application.law,
            goal=wanted,
            bindings=application.bindings,
            substeps=substeps,
            result=application.resolve({step.goal: step.result for step in substeps}),
            conditions=self.judge.kept(application.conditions) if application.conditions else (),
            chain=self.book.card("chain") if application.chained else None,
        )
