"""What depends on the variable, and what is held fixed."""

from __future__ import annotations

from collections.abc import Iterable

from stepcalc.notation.forms import Form, make


class Varying:
    """Tells of any form whether it depends on one letter; what was found is kept as long as this object.

    Args:
        variable: The letter.
        kind: How derivatives with respect to it are written: ``"D"`` or ``"partial"``.
        also: Further letters that vary.

    Examples:
        >>> from stepcalc.notation.forms import call, letter
        >>> varies = Varying(letter("x"))
        >>> varies(call("sin", letter("x"))), varies(letter("a"))
        (True, False)
    """

    __slots__ = ("_known", "_letters", "kind", "variable")

    def __init__(self, variable: Form, kind: str = "D", also: Iterable[Form] = ()) -> None:
        self.variable = variable
        self.kind = kind
        self._letters = frozenset({variable, *also})
        self._known: dict[Form, bool] = dict.fromkeys(self._letters, True)

    def goal(self, subject: Form) -> Form:
        """The derivative of an expression with respect to the letter, as something sought."""
        return make("goal", self.kind, (subject, self.variable))

    def __call__(self, form: Form) -> bool:
        """Whether ``form`` depends on the variable."""
        known = self._known
        found = known.get(form)
        if found is not None:
            return found
        stack = [form]
        while stack:
            node = stack[-1]
            if node in known:
                stack.pop()
                continue
            args = node.args
            waiting = [arg for arg in args if arg not in known]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            if node.head == "call" and node.label == "integral" and args[1] in self._letters:
                # The bound letter of an integral is a letter of its own: only the limits can vary.
                known[node] = known[args[2]] or known[args[3]]
            else:
                known[node] = any(map(known.__getitem__, args))
        return known[form]
