"""Which parts of a line are marked: what a step has put in, and what a move of tidying has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from stepcalc.notation.forms import ONE, ZERO, Form, with_args

LARGEST: Final = 400
"""In a line of more nodes than this nothing is looked for."""

_VANISHING: Final = frozenset({ONE, ZERO})
"""Results that leave no trace in a product or a sum."""


def put_in(shown: Form, before: Form, results: Mapping[Form, Form]) -> frozenset[Form]:
    """The results of substeps where they stand in a line, once they have been put back.

    Args:
        shown: The line.
        before: The line with the goals still open.
        results: What came of each goal.

    Returns:
        The results; the whole line where one of them has become part of something else, or stands there
        more often than its goal did, so that the eye could not tell which is meant.

    Examples:
        >>> from stepcalc.notation.forms import TWO, add, call, goal, letter, multiply, power
        >>> x = letter("x")
        >>> square, sine = goal(power(x, TWO), x), goal(call("sin", x), x)
        >>> line = add(multiply(TWO, x), call("cos", x))
        >>> results = {square: multiply(TWO, x), sine: call("cos", x)}
        >>> put_in(line, add(square, sine), results) == set(results.values())
        True
        >>> put_in(multiply(TWO, x, x), multiply(square, x), {square: x}) == {multiply(TWO, x, x)}
        True
    """
    there, already = _parts(shown), _parts(before)
    wanted: Counter[Form] = Counter()
    for open_goal, result in results.items():
        if result not in _VANISHING:
            wanted[result] += already[open_goal]
    if wanted and all(0 < count == there[result] for result, count in wanted.items()):
        return frozenset(wanted)
    return frozenset({shown})


def _parts(form: Form) -> Counter[Form]:
    """How often each form stands in a line, runs of factors and of terms among them, but nothing in a goal."""
    found: Counter[Form] = Counter()
    stack = [form]
    seen = 0
    while stack:
        node = stack.pop()
        seen += 1
        if seen > LARGEST:
            return Counter()
        found[node] += 1
        if node.head == "goal":
            continue
        stack.extend(node.args)
        count = len(node.args)
        if node.head in ("sum", "product") and count <= _LONGEST_RUN:
            found.update(
                with_args(node, node.args[start:end])
                for start in range(count)
                for end in range(start + 2, count + (start > 0))
            )
    return found


_LONGEST_RUN: Final = 12


def changed(before: Form, after: Form) -> tuple[Form, Form] | None:
    """The part that a move has changed, before and after; ``None`` where that is the whole, or several parts.

    Args:
        before: The line before the move.
        after: The line after it.

    Returns:
        The innermost part that stands in each line once only, so that a mark on it says which is meant.

    Examples:
        >>> from stepcalc.notation.forms import TWO, call, divide, letter, multiply
        >>> x = letter("x")
        >>> old = multiply(call("sin", x), divide(multiply(TWO, x), x))
        >>> changed(old, multiply(call("sin", x), TWO)) == (divide(multiply(TWO, x), x), TWO)
        True
    """
    path = [(before, after)]
    while True:
        old, new = path[-1]
        same = old.head == new.head and old.label == new.label and old.name == new.name
        inner = _apart(old, new) if same else None
        if inner is None:
            break
        path.append(inner)
    olds, news = _parts(before), _parts(after)
    for old, new in reversed(path[1:]):
        if olds[old] == news[new] == 1:
            return old, new
    return None


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
