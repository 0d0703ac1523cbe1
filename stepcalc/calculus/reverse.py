"""Reverse accumulation: the derivatives of one function with respect to all its inputs, in one pass.

This is back-propagation. The adjoint of an intermediate v is the derivative of the function with respect to v;
it is the sum, over the places where v is used, of the adjoint there times the slope of that use. Each
intermediate is visited once, whatever the number of inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stepcalc.notation.arithmetic import plus, times
from stepcalc.notation.forms import ONE, ZERO, Form, call, goal
from stepcalc.rulebook.accumulation import Graph
from stepcalc.rulebook.book import Rulebook
from stepcalc.trace.conditions import Judge
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step


def accumulate(
    book: Rulebook, root: Form, letters: Sequence[Form], prefer: Sequence[str] = ()
) -> Iterator[tuple[Form, Step]]:
    """The partial derivatives of a function with respect to all its inputs.

    Args:
        book: The rules.
        root: The function.
        letters: Its inputs.
        prefer: The laws to choose where cards offer several.

    Yields:
        For each letter the goal (a partial derivative) and the step that answers it. The steps of the backward
        pass are shared: each rests on those of the intermediates in which its own is used.

    Raises:
        NotDerivableError: There is no rule for some part of the function.
    """
    graph = Graph(book, root, letters, prefer)
    judge = Judge(book)
    adjoints: dict[Form, Step] = {}
    for node in graph.backward:
        adjoints[node] = _adjoint(graph, node, adjoints, book, judge)
    read_off = book.card("accumulated")
    for letter in letters:
        wanted = goal(root, letter, kind="partial")
        step = adjoints.get(letter)
        if step is None:
            yield wanted, Step(book.card("constant"), None, wanted, {"c": root}, (), ZERO)
        else:
            yield wanted, Step(read_off, None, wanted, {}, (step,), outcome(step))


def _adjoint(graph: Graph, node: Form, known: dict[Form, Step], book: Rulebook, judge: Judge) -> Step:
    """The step for the adjoint of one intermediate, those of all that use it being known."""
    wanted = call("adjoint", graph.root, node)
    uses = graph.uses(node)
    found = graph.applications.get(node)
    conditions = judge.kept(found.conditions) if found is not None and found.conditions else ()
    substeps = tuple(dict.fromkeys(known[used_in] for used_in, _ in uses))
    bindings = {"uses": tuple(used_in for used_in, _ in uses), "slopes": tuple(slope for _, slope in uses)}
    terms = [times(known[used_in].result, slope) for used_in, slope in uses]
    result = ONE if node is graph.root else plus(*terms)
    return Step(book.card("adjoint"), None, wanted, bindings, substeps, result, conditions)
