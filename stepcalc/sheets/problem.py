"""A problem on a sheet: a question that StepCalc can answer, with where it comes from and how hard it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say

if TYPE_CHECKING:
    from stepcalc.rulebook.book import Rulebook
    from stepcalc.trace.derivation import Derivation
    from stepcalc.trace.verification import Verification


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as data: enough to derive its answer anew.

    Args:
        kind: What is asked, one of ``KINDS``.
        text: The expression, as one types it; several for a Jacobian, an equation for ``implicit``, a system for
            ``total``, a network such as ``"1,2,1; tanh; W1[2,1]"`` for ``backprop``.
        letters: With respect to which letters, in order; found as the command finds them, if not given.
        order: How many times to differentiate, or the highest power of a Taylor polynomial.
        point: Where the letter of a limit goes, or the centre of a Taylor polynomial.
        side: From which side the point of a limit is approached.
        direction: The direction of a directional derivative, such as ``"3, 4"``.

    Examples:
        >>> Ask("diff", "x^2 sin(x)").derive().result
        x*(x*cos(x) + 2*sin(x))
    """

    kind: str
    text: str
    letters: tuple[str, ...] = ()
    order: int | None = None
    point: str | None = None
    side: str | None = None
    direction: str | None = None

    def derive(self, *, tidy: bool = True, rulebook: Rulebook | None = None) -> Derivation:
        """The answer with its steps.

        Args:
            tidy: Whether to bring the answer into the form a textbook prints.
            rulebook: The rules; those that come with StepCalc if not given.

        Raises:
            UsageError: There is no such kind of question.
            ReadError: The text cannot be read.
            NotDerivableError: There is no rule for some part of it.
        """
        if self.kind not in KINDS:
            raise UsageError(say("ask-unknown", kind=self.kind, known=", ".join(KINDS)), code="ask-unknown")
        options: dict[str, Any] = {"rulebook": rulebook} | (
            {} if tidy or self.kind == "limit" else {"tidy": False}
        )
        return KINDS[self.kind](self, options)


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with its place in the plan of a course.

    Args:
        ask: The question.
        topic: The topic it is filed under.
        level: How hard it is, from 1 to 5, measured on its derivation.
        score: How hard it is, on the scale that levels divide.
        recipe: The choices that led to it, which a parallel problem shares.
        draw: The number of the draw at its place that gave it.
    """

    ask: Ask
    topic: str = ""
    level: int = 0
    score: float = 0.0
    recipe: tuple[int, ...] = ()
    draw: int = 0
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def question(self) -> str:
        """The question's expression, as one types it."""
        return self.ask.text

    @property
    def derivation(self) -> Derivation:
        """The answer with its steps, derived when first asked for."""
        if "derivation" not in self._kept:
            self._kept["derivation"] = self.ask.derive()
        found: Derivation = self._kept["derivation"]
        return found

    def keep(self, derivation: Derivation) -> None:
        """Keep a derivation that was made already, so that it is not made again."""
        self._kept["derivation"] = derivation

    @property
    def verification(self) -> Verification:
        """The check of every step, made when first asked for."""
        if "verification" not in self._kept:
            self._kept["verification"] = self.derivation.verify()
        found: Verification = self._kept["verification"]
        return found

    @property
    def marks(self) -> tuple[bytes, bytes]:
        """What tells the question, and the answer, from those of other problems."""
        if "marks" not in self._kept:
            from stepcalc.sheets.distinct import answer_mark, question_mark

            self._kept["marks"] = question_mark(self.derivation), answer_mark(self.derivation)
        found: tuple[bytes, bytes] = self._kept["marks"]
        return found

    def __getstate__(self) -> tuple[Any, ...]:
        return *(getattr(self, name) for name in _STATE), self.marks

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        # What was derived stays in the process that derived it: the question is enough to do it again.
        *own, marks = state
        for name, given in zip(_STATE, own, strict=True):
            object.__setattr__(self, name, given)
        object.__setattr__(self, "_kept", {"marks": marks})


_STATE: Final = ("ask", "topic", "level", "score", "recipe", "draw")


# -------------------------------------------------------------------------------------- kinds of questions


def _diff(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.questions import diff

    return diff(ask.text, *ask.letters, order=ask.order or 1, **options)


def _definition(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.definition import from_definition

    return from_definition(ask.text, _only(ask.letters), **options)


def _limit(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.limits.questions import limit

    return limit(ask.text, _only(ask.letters), to=ask.point or "0", side=ask.side or "both", **options)


def _implicit(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.dependence import implicit

    return implicit(ask.text, *ask.letters, order=ask.order or 1, **options)


def _total(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.dependence import total

    return total(ask.text, _only(ask.letters) or "t", **options)


def _taylor(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.taylor import taylor

    order = 6 if ask.order is None else ask.order
    return taylor(ask.text, *ask.letters, about=ask.point, order=order, **options)


def _partial(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.vector import partial

    return partial(ask.text, *ask.letters, **options)


def _directional(ask: Ask, options: dict[str, Any]) -> Derivation:
    from stepcalc.calculus.vector import directional

    return directional(ask.text, ask.direction, ask.letters, **options)


def _backprop(ask: Ask, options: dict[str, Any]) -> Derivation:
    """A network: its layers, then its activations, then one weight, with semicolons between."""
    from stepcalc.calculus.networks import backprop

    layers, activation, weight, *_ = [part.strip() for part in (ask.text + ";;").split(";")]
    rules = options.get("rulebook")
    return backprop(layers, activation or "tanh", weight=weight or None, rulebook=rules)


def _vector(name: str) -> Callable[[Ask, dict[str, Any]], Derivation]:
    def derive(ask: Ask, options: dict[str, Any]) -> Derivation:
        from stepcalc.calculus import vector

        found: Derivation = getattr(vector, name)(ask.text, ask.letters, **options)
        return found

    return derive


def _only(letters: tuple[str, ...]) -> str | None:
    return letters[0] if letters else None


KINDS: Final[Mapping[str, Callable[[Ask, dict[str, Any]], Derivation]]] = {
    "diff": _diff,
    "definition": _definition,
    "limit": _limit,
    "implicit": _implicit,
    "partial": _partial,
    "gradient": _vector("gradient"),
    "jacobian": _vector("jacobian"),
    "hessian": _vector("hessian"),
    "directional": _directional,
    "divergence": _vector("divergence"),
    "curl": _vector("curl"),
    "laplacian": _vector("laplacian"),
    "total": _total,
    "taylor": _taylor,
    "backprop": _backprop,
}
"""What derives each kind of question."""
