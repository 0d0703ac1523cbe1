"""How a function is built up from its inputs: each intermediate, what uses it, and the slope of each use.

This is what reverse accumulation runs over. The slope of a use is the coefficient of D(u) in the law of the
card: the same cards, the same laws, as for differentiating forwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from stepcalc.notation.forms import ONE, ZERO, Form, constant
from stepcalc.rulebook.application import Application, apply_rule
from stepcalc.rulebook.book import Rulebook
from stepcalc.rulebook.law import Binding
from stepcalc.rulebook.varying import Varying

Use = tuple[Form, Form]
"""What an intermediate is used in, and the slope of that use."""

_NO_LETTER: Final = constant("undefined")


class Graph:
    """The intermediates of a function of many inputs.

    Args:
        book: The rules.
        root: The function.
        letters: Its inputs.
        prefer: The laws to choose where cards offer several.

    Raises:
        NotDerivableError: There is no rule for some intermediate.

    Examples:
        >>> from stepcalc.notation.forms import call, letter, multiply
        >>> from stepcalc.rulebook.book import default_book
        >>> x, y = letter("x"), letter("y")
        >>> graph = Graph(default_book(), multiply(x, call("sin", y)), [x, y])
        >>> [node.head for node in graph.backward]
        ['product', 'call', 'letter', 'letter']
    """

    def __init__(
        self, book: Rulebook, root: Form, letters: Sequence[Form], prefer: Sequence[str] = ()
    ) -> None:
        self.root = root
        self.varying = Varying(_NO_LETTER, also=letters)
        self.conditions: dict[Form, tuple[Form, ...]] = {}
        self.applications: dict[Form, Application] = {}
        self._uses: dict[Form, list[Use]] = {root: []}
        self.backward: tuple[Form, ...] = self._order(book, root, frozenset(letters), tuple(prefer))

    def __contains__(self, node: object) -> bool:
        return node in self._uses

    def uses(self, node: Form) -> tuple[Use, ...]:
        """Where an intermediate is used, each use with its slope."""
        return tuple(self._uses[node])

    def _order(
        self, book: Rulebook, root: Form, letters: frozenset[Form], prefer: tuple[str, ...]
    ) -> tuple[Form, ...]:
        """Every intermediate after all that use it, the root first."""
        finished: dict[Form, None] = {}
        inputs: dict[Form, list[Form]] = {}
        stack = [root]
        while stack:
            node = stack[-1]
            if node in finished:
                stack.pop()
                continue
            if node not in inputs:
                inputs[node] = self._open(book, node, prefer) if node not in letters else []
                stack.extend(part for part in reversed(inputs[node]) if part not in finished)
            else:
                finished[node] = None
                stack.pop()
        return tuple(reversed(finished))

    def _open(self, book: Rulebook, node: Form, prefer: tuple[str, ...]) -> list[Form]:
        """What an intermediate is made of, each part being told that it is used here."""
        if not self.varying(node):
            return []
        found = self.applications[node] = apply_rule(book, node, self.varying, prefer)
        parts: dict[Form, None] = {}
        for part, slope in slopes(found, self.varying):
            self._uses.setdefault(part, []).append((node, slope))
            parts[part] = None
        return list(parts)


def slopes(application: Application, varying: Varying) -> Iterator[Use]:
    """The parts of an expression that vary, with the coefficient that the rule gives the derivative of each."""
    nothing: dict[str, Binding] = {
        name: (ZERO,) * len(bound) if isinstance(bound, tuple) else ZERO
        for name, bound in application.open.items()
    }
    term = application.law.term if application.law is not None else None
    for name, bound in application.open.items():
        if not isinstance(bound, tuple):
            part = bound.args[0]
            if varying(part):
                yield part, application.build({**nothing, name: ONE})
            continue
        for place, wanted in enumerate(bound):
            part = wanted.args[0]
            if not varying(part):
                continue
            if term is not None:
                yield part, term(application.bindings, place, ONE)
            else:
                one = (*((ZERO,) * place), ONE, *((ZERO,) * (len(bound) - place - 1)))
                yield part, application.build({**nothing, name: one})
