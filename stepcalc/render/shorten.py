"""Expressions cut down to a size that can be read, with dots for what is left out."""

from __future__ import annotations

from typing import Final

from stepcalc.notation.forms import Form, letter, with_args

DOTS: Final = letter("...")
"""Stands for what is left out."""

QUOTED_DOTS: Final = '"..."'
"""How the writers print it: quoted, like any name that nobody could type. Here the quotes are taken off."""


DEEPEST: Final = 12
"""How deep an expression is shown that is too large to be shown in full."""


class Sizes:
    """The sizes of forms, each counted once however many formulas it occurs in."""

    def __init__(self) -> None:
        self._known: dict[Form, int] = {}

    def __getitem__(self, form: Form) -> int:
        known = self._known
        stack = [form]
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
                continue
            waiting = [arg for arg in node.args if arg not in known]
            if waiting:
                stack.extend(waiting)
            else:
                known[node] = 1 + sum(known[arg] for arg in node.args)
                stack.pop()
        return known[form]


def shorten(form: Form, most: int, sizes: Sizes | None = None) -> Form:
    """The form itself if it has at most ``most`` nodes, else its beginning and its outline.

    Long sums, products and lists keep their first parts and the last; deep expressions keep the outside.

    Args:
        form: The expression.
        most: About how many nodes may be left.
        sizes: Sizes that were counted before.

    Returns:
        A form in which :data:`DOTS` stands for what was left out.

    Examples:
        >>> from stepcalc.notation.forms import add, letter, size
        >>> long = add(*(letter(f"x{k}") for k in range(1000)))
        >>> size(shorten(long, 10)) <= 12
        True
    """
    sizes = sizes or Sizes()
    if sizes[form] <= most:
        return form
    return _cut(form, most, sizes)


def _cut(form: Form, most: int, sizes: Sizes, depth: int = 0) -> Form:
    # The recursion is no deeper than DEEPEST.
    if sizes[form] <= most:
        return form
    if most < 2 or depth >= DEEPEST or not form.args:
        return DOTS
    if form.head in ("sum", "product", "vector") and len(form.args) > 2:
        return _cut_list(form, most - 1, sizes, depth + 1)
    share = max((most - 1) // len(form.args), 1)
    needs = [sizes[arg] for arg in form.args]
    spare = most - 1 - sum(min(share, each) for each in needs)
    args = []
    for arg, need in zip(form.args, needs, strict=True):
        allowed = share
        if need > share:
            allowed, spare = share + max(spare, 0), 0
        args.append(_cut(arg, min(allowed, most - 1), sizes, depth + 1))
    return with_args(form, tuple(args))


def _cut_list(form: Form, most: int, sizes: Sizes, depth: int) -> Form:
    """The first parts of a long sum, product or list, dots, and the last part."""
    *first, last = form.args
    kept: list[Form] = []
    left = most - min(sizes[last], most // 3) - 1
    for arg in first:
        if left < 2:
            break
        kept.append(_cut(arg, min(left, max(most // 2, 2)), sizes, depth))
        left -= sizes[arg]
    dots = () if len(kept) == len(first) else (DOTS,)
    return with_args(form, (*kept, *dots, _cut(last, max(most // 3, 1), sizes, depth)))
