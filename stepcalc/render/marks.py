"""Which parts of a line are marked: what a step has put in, and what a move of tidying has changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from stepcalc.notation.forms import ONE, ZERO, Form

LARGEST: Final = 400
"""In a line of more nodes than this nothing is looked for."""

_VANISHING: Final = frozenset({ONE, ZERO})
"""Results that leave no trace in a product or a sum."""


def put_in(shown: Form, before: Form, results: Collection[Form]) -> frozenset[Form]:
    """The results of substeps where they stand in a line, once they have been put back.

    Args:
        shown: The line.
        before: The line with the goals still open.
        results: What came of the goals.

    Returns:
        The results; the whole line where one of them has become part of something else, or stands there
        beside what was there before, so that the eye could not tell them apart.

    Examples:
        >>> from stepcalc.notation.forms import TWO, add, call, goal, letter, multiply, power
        >>> x = letter("x")
        >>> square, sine = power(x, TWO), call("sin", x)
        >>> open_line = add(goal(square, x), goal(sine, x))
        >>> line = add(multiply(TWO, x), call("cos", x))
        >>> put_in(line, open_line, [multiply(TWO, x), call("cos", x)]) == {multiply(TWO, x), call("cos", x)}
        True
        >>> put_in(multiply(TWO, x), goal(square, x), [power(x, TWO)]) == {multiply(TWO, x)}
        True
    """
    wanted = set(results) - _VANISHING
    there, already = _parts(shown), _parts(before)
    if wanted and there and already and wanted <= there and wanted.isdisjoint(already):
        return frozenset(wanted)
    return frozenset({shown})


def _parts(form: Form) -> set[Form]:
    """Every form that stands in a line, runs of factors and of terms among them, but nothing inside a goal."""
    from stepcalc.notation.forms import with_args

    found: set[Form] = set()
    stack = [form]
    seen = 0
    while stack:
        node = stack.pop()
        seen += 1
        if seen > LARGEST:
            return set()
        found.add(node)
        if node.head == "goal":
            continue
        stack.extend(node.args)
        if node.head in ("sum", "product"):
            count = len(node.args)
            if count <= _LONGEST_RUN:
                found.update(
                    with_args(node, node.args[start:end])
                    for start in range(count)
                    for end in range(start + 2, count + 1)
                )
    return found


_LONGEST_RUN: Final = 12


def changed(before: Form, after: Form) -> tuple[Form, Form] | None:
    """The part that a move has changed, before and after; ``None`` where that is the whole, or several parts.

    Args:
        before: The line before the move.
        after: The line after it.

    Examples:
        >>> from stepcalc.notation.forms import TWO, call, divide, letter, multiply
        >>> x = letter("x")
        >>> old = multiply(call("sin", x), divide(multiply(TWO, x), x))
        >>> changed(old, multiply(call("sin", x), TWO)) == (divide(multiply(TWO, x), x), TWO)
        True
    """
    start = (before, after)
    while before.head == after.head and before.label == after.label and before.name == after.name:
        pairs = _apart(before, after)
        if pairs is None:
            break
        before, after = pairs
    return None if (before, after) == start else (before, after)


def _apart(before: Form, after: Form) -> tuple[Form, Form] | None:
    """The only arguments in which two forms differ; of sums and products the only ones not in both."""
    if len(before.args) == len(after.args):
        found = [pair for pair in zip(before.args, after.args, strict=True) if pair[0] is not pair[1]]
        if len(found) == 1:
            return found[0]
    if before.head in ("sum", "product"):
        gone = [arg for arg in before.args if arg not in after.args]
        come = [arg for arg in after.args if arg not in before.args]
        if len(gone) == len(come) == 1:
            return gone[0], come[0]
    return None
