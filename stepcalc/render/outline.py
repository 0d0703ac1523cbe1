"""How the work of a strategy is set out: its parts in order, what each is called, and what needs no work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stepcalc.messages import say
from stepcalc.notation.forms import Form, goal, postorder, relation
from stepcalc.notation.operators import named
from stepcalc.render import dependence
from stepcalc.render.document import Formula, Inline, Words
from stepcalc.rulebook.dependence import definitions_of, levels
from stepcalc.rulebook.strategy import letters_asked, strategy, strategy_of
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

MOST_PARTS: Final = 18
"""How many derivatives of one strategy are shown unasked."""

MOST_NOT_HAD: Final = 6
"""Of more letters than this that a function does not have, none is named."""

MOST_HELD_NAMED: Final = 3
"""With more letters than this, what is held fixed is said once, at the beginning."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an outline.

    Args:
        kind: ``"section"``, a heading over parts that follow; ``"step"``, one of the derivatives;
            ``"sentence"``, something that needs no derivation; ``"remark"``, one about the whole.
        label: The heading, what the derivative is called, or the sentence.
        step: The step of a derivative.
    """

    kind: str
    label: Inline
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What the function and its components are called.

    Args:
        name: Of the function: f, or F where it has components.
        components: F₁, F₂, ...
    """

    name: str
    components: tuple[str, ...] = ()


def names_for(subject: Form) -> Names:
    """Names that the function itself does not use.

    Examples:
        >>> from stepcalc.notation.forms import letter, vector
        >>> names_for(letter("x")).name, names_for(vector(letter("F"))).components
        ('f', ('G_1',))
    """
    taken = {node.name for node in postorder(subject) if node.head in ("letter", "call", "derived")}
    several = subject.head == "vector"
    name = next(each for each in ("FGHKUVWP" if several else "fghkuvwp") if each not in taken or each in "Pp")
    if not several:
        return Names(name)
    return Names(name, tuple(f"{name}_{place + 1}" for place in range(len(subject.args))))


def names_in(asked: Form) -> Names:
    """Names for the subject of a goal: the one it was given, where letters stand for functions."""
    subject = asked.args[0]
    given = definitions_of(asked) if asked.label == "composed" else {}
    name = next((letter.name for letter, body in given.items() if body is subject), "")
    if not name:
        return names_for(subject)
    several = subject.args if subject.head == "vector" else ()
    return Names(name, tuple(f"{name}_{place + 1}" for place in range(len(several))))


def parts_of(step: Step, *, unfold: bool = False, everything: bool = False) -> tuple[Part, ...] | None:
    """The parts of a strategy's work, in reading order.

    Args:
        step: A step of a strategy.
        unfold: Whether to have a step for what needs no work, too.
        everything: Whether to have all of many parts.

    Returns:
        The parts; ``None`` for a step that is not a strategy's.
    """
    found = _OUTLINES.get(step.card.matcher)
    if found is None:
        return None
    parts: list[Part] = []
    shown = 0
    for part in _Outline(step, unfold).settled(found):
        if shown == MOST_PARTS and part.step is not None and not everything:
            more = f"{len(step.substeps) - shown:,}"
            while parts and parts[-1].kind == "section":
                parts.pop()
            return (*parts, Part("remark", (Words(say("more-parts", count=more)),)))
        shown += part.step is not None
        parts.append(part)
    return tuple(parts)


def elementary(step: Step, *, everything: bool = False) -> Iterator[tuple[Inline, Step]]:
    """The single derivatives of a strategy's work, each with what it is called."""
    stack: list[tuple[Inline, Step]] = [((), step)]
    while stack:
        label, here = stack.pop()
        parts = parts_of(here, everything=everything)
        if parts is None:
            yield label, here
        else:
            stack.extend((part.label, part.step) for part in reversed(parts) if part.step is not None)


class _Outline:
    """The outline of one step."""

    def __init__(self, step: Step, unfold: bool) -> None:
        self.step = step
        self.unfold = unfold
        self.subject = step.goal.args[0]
        self.letters = letters_asked(step.goal)
        self.names = names_in(step.goal)
        self.substeps = {substep.goal: substep for substep in step.substeps}
        self.nothing: list[tuple[Form, Form, Form]] = []

    def settled(self, outline: Callable[[_Outline], Iterator[Part]]) -> Iterator[Part]:
        yield from outline(self)
        yield from self.vanishing()

    # parts

    def derivative(self, subject: Form, name: str, *letters: Form, held: bool = True) -> Iterator[Part]:
        """A derivative under the name that a book gives it: ∂F₁/∂x, y held fixed."""
        wanted = goal(subject, *letters, kind="partial")
        step = self.substeps.get(wanted)
        if step is None:
            return
        if step.card.id == "constant" and not self.unfold:
            self.nothing.append((named(name), letters[0], subject))
            return
        yield Part("step", (*self.symbol(name, letters), *(self.held(letters) if held else ())), step)

    def symbol(self, name: str, letters: Sequence[Form]) -> Inline:
        return (Formula(goal(named(name), *letters, kind="partial")),)

    def held(self, letters: Sequence[Form]) -> Inline:
        """ ",  y held fixed": the other letters, where they are few."""
        others = [letter for letter in self.letters if letter not in letters]
        if not others or len(self.letters) > MOST_HELD_NAMED:
            return ()
        return (Words(",  "), *in_a_row(others), Words(say("held-fixed")))

    def vanishing(self) -> Iterator[Part]:
        """What must be 0, in a sentence for each function: it does not have the letter."""
        by_name: dict[Form, list[Form]] = {}
        for name, letter, _ in self.nothing:
            by_name.setdefault(name, []).append(letter)
        self.nothing = []
        for name, letters in by_name.items():
            pieces: list[Words | Formula] = []
            for place, letter in enumerate(letters[:MOST_HELD_NAMED]):
                pieces.extend([Words(" = ")] if place else [])
                pieces.append(Formula(goal(name, letter, kind="partial")))
            more = len(letters) - MOST_HELD_NAMED
            pieces.append(Words(" = … = 0:  " if more > 0 else " = 0:  "))
            yield Part("sentence", (*pieces, Formula(name), *has_none_of(letters)))

    # strategies

    def gradient(self) -> Iterator[Part]:
        for letter in self.letters:
            yield from self.derivative(self.subject, self.names.name, letter)

    def jacobian(self) -> Iterator[Part]:
        if not self.names.components:
            yield from self.gradient()
            return
        for row, (name, part) in enumerate(zip(self.names.components, self.subject.args, strict=True)):
            heading = (Words(say("row", row=row + 1)), Formula(relation("=", named(name), part)))
            yield Part("section", heading)
            for letter in self.letters:
                if goal(part, letter, kind="partial") in self.substeps:
                    yield from self.derivative(part, name, letter)
                else:
                    self.nothing.append((named(name), letter, part))
            yield from self.vanishing()

    def hessian(self) -> Iterator[Part]:
        name = self.names.name
        entries: dict[Form, Form] = {}
        for row, letter in enumerate(self.letters):
            first = self.substeps[goal(self.subject, letter, kind="partial")]
            entries[letter] = outcome(first)
            heading = (Words(say("row", row=row + 1)), *self.symbol(name, [letter]))
            yield Part("section", (*heading, Words(say("and-its-derivatives"))))
            yield Part("step", self.symbol(name, [letter]), first)
            absent: list[Form] = []
            for column, other in enumerate(self.letters):
                if column < row:
                    continue
                step = self.substeps.get(goal(entries[letter], other, kind="partial"))
                if step is not None:
                    yield Part("step", self.symbol(name, [letter, other]), step)
                elif column >= row:
                    absent.append(other)
            if absent:
                yield Part("sentence", self.absent(name, letter, absent))
        if len(self.letters) > 1:
            yield Part("remark", (Words(say("clairaut")),))

    def absent(self, name: str, letter: Form, others: Sequence[Form]) -> Inline:
        """Second derivatives that must be 0, since the first has not the second letter."""
        pieces: list[Words | Formula] = []
        for place, other in enumerate(others[:MOST_HELD_NAMED]):
            pieces.extend([Words(" = ")] if place else [])
            pieces.extend(self.symbol(name, [letter, other]))
        pieces.append(Words(" = … = 0:  " if len(others) > MOST_HELD_NAMED else " = 0:  "))
        return (*pieces, *self.symbol(name, [letter]), *has_none_of(others))

    def laplacian(self) -> Iterator[Part]:
        for letter in self.letters:
            yield from self.derivative(self.subject, self.names.name, letter, letter, held=False)

    def divergence(self) -> Iterator[Part]:
        parts = self.subject.args if self.names.components else (self.subject,)
        for name, part, letter in zip(self.names.components, parts, self.letters, strict=False):
            yield from self.derivative(part, name, letter)

    def curl(self) -> Iterator[Part]:
        for axis in range(3):
            first, second = (axis + 1) % 3, (axis + 2) % 3
            yield Part("section", self.axis(axis, first, second))
            for part, by in ((second, first), (first, second)):
                name, letter = self.names.components[part], self.letters[by]
                yield from self.derivative(self.subject.args[part], name, letter, held=False)
            yield from self.vanishing()

    def axis(self, axis: int, first: int, second: int) -> Inline:
        """ "Component 1, ∂F₃/∂y − ∂F₂/∂z"."""
        names, letters = self.names.components, self.letters
        return (
            Words(say("component", number=axis + 1)),
            *self.symbol(names[second], [letters[first]]),
            Words(" − "),
            *self.symbol(names[first], [letters[second]]),
        )

    def dependent(self) -> Iterator[Part]:
        called = dependence.labels(self.step)
        for substep in self.step.substeps:
            yield Part("step", called[substep.goal], substep)

    def composed(self) -> Iterator[Part]:
        names = self.names.components or (self.names.name,)
        for bodies, letters in levels(self.step.goal):
            of = in_a_row([named(name) for name in names])
            within = (Words(say("in-letters")), *in_a_row(letters))
            yield Part("section", (Words(say("jacobian-of-in")), *of, *within))
            for name, body in zip(names, bodies, strict=True):
                for item in letters:
                    yield from self.derivative(body, name, item, held=False)
                yield from self.vanishing()
            names = tuple(item.name for item in letters)

    def network(self) -> Iterator[Part]:
        yield Part("section", (Words(say("network-forward")),))
        backward = False
        for substep in self.step.substeps:
            if not backward and substep.goal.label in ("output_error", "softmax_error"):
                backward = True
                yield Part("section", (Words(say("network-backward")),))
            yield Part("step", (), substep)

    def repeated(self) -> Iterator[Part]:
        now, kind = self.subject, str(self.step.goal.label)
        for place, letter in enumerate(self.letters):
            step = self.substeps[goal(now, letter, kind=kind)]
            label = self.symbol(self.names.name, self.letters[: place + 1]) if kind == "partial" else ()
            yield Part("step", label, step)
            now = outcome(step)


def in_a_row(letters: Sequence[Form], most: int = 6, last: str = "") -> Inline:
    """Letters as a sentence lists them: "x, y and z"; of many the first and the last."""
    shown: list[Form | str] = list(letters)
    if len(shown) > most:
        shown = [*letters[:2], "…", letters[-1]]
    pieces: list[Words | Formula] = []
    for place, item in enumerate(shown):
        joiner = (last or say("list-last")) if place == len(shown) - 1 and "…" not in shown else ", "
        pieces.extend([Words(joiner)] if place else [])
        pieces.append(Words(item) if isinstance(item, str) else Formula(item))
    return tuple(pieces)


def has_none_of(letters: Sequence[Form]) -> Inline:
    """ " has no y or z."; of many letters, which may have gaps, that it has none of these."""
    if len(letters) > MOST_NOT_HAD:
        return (Words(say("has-none")),)
    return (Words(say("has-no")), *in_a_row(letters, last=say("list-or")), Words("."))


def in_symbols(step: Step) -> Form:
    """What a strategy puts together, in the symbols of its parts: ∂F₁/∂x + ∂F₂/∂y."""
    outline = _Outline(step, True)
    parts = outline.subject.args if outline.names.components else (outline.subject,)
    called = dict(zip(parts, outline.names.components or (outline.names.name,), strict=True))

    def symbol(wanted: Form) -> Form:
        return goal(named(called[wanted.args[0]]), *wanted.args[1:], kind="partial")

    return strategy(strategy_of(step.goal)).compose(step.goal, symbol)


_OUTLINES: Final[Mapping[str, Callable[[_Outline], Iterator[Part]]]] = {
    "gradient": _Outline.gradient,
    "jacobian": _Outline.jacobian,
    "hessian": _Outline.hessian,
    "laplacian": _Outline.laplacian,
    "divergence": _Outline.divergence,
    "curl": _Outline.curl,
    "directional": _Outline.gradient,
    "repeated": _Outline.repeated,
    "backprop": _Outline.network,
    "composed": _Outline.composed,
    **dict.fromkeys(("total", "branches", "implicit", "implicit_again"), _Outline.dependent),
}
"""By the matcher on the card of the strategy."""
