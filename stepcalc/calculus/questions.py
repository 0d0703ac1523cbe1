"""Questions: what a person asks, in text or SymPy, and the derivation that answers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stepcalc.calculus.differentiate import Differentiator
from stepcalc.calculus.domain import domain
from stepcalc.calculus.simplify_first import simplify_first
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, depth, fold, letter, letters_of, postorder, size
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.trace.conditions import Condition, Judge
from stepcalc.trace.derivation import Derivation, Question
from stepcalc.trace.display import outcome
from stepcalc.trace.step import Step

if TYPE_CHECKING:
    import sympy

USUAL_CONSTANTS: Final = frozenset("abckmnp")
HIGHEST_ORDER: Final = 20
MOST_TERMS_SHOWN_TWICE: Final = 40
LARGEST_TIDIED: Final = 6000
DEEPEST_TIDIED: Final = 150
"""An answer that is larger or nested deeper than this is left as the rules gave it."""

ANSWER_FORMS: Final = ("textbook", "expanded", "factored", "raw")


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression as it was understood.

    Args:
        form: The expression.
        text: What was typed, or empty.
        notes: The choices made in reading it.
        variable: The letter that the text itself names (``d/dt(...)``), if it does.
        order: How many times the text itself asks to differentiate (``d²/dx²(...)``).
    """

    form: Form
    text: str = ""
    notes: tuple[str, ...] = ()
    variable: Form | None = None
    order: int = 1


def read(
    text: str,
    *,
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> sympy.Expr:
    """The SymPy expression that a text stands for; the text is never evaluated as Python.

    Args:
        text: An expression as people type it, such as ``x^2 sin x`` or ``\\frac{1}{x}``.
        rulebook: The book whose functions can be typed.
        declared: Names to be read as one letter.
        functions: Names of undefined functions.

    Returns:
        The expression; its letters are plain SymPy symbols.

    Raises:
        ReadError: The text is not an expression; the error says where and what to do.
        LimitError: It is, or would become, too large.

    Examples:
        >>> read("x^2 sin x")
        x**2*sin(x)
    """
    from stepcalc.notation.values import value

    return value(understand(text, rulebook or default_book(), declared, functions).form)


def understand(
    expression: Any, book: Rulebook, declared: Collection[str] = (), functions: Collection[str] = ()
) -> Asked:
    """An expression given as text, form or SymPy, as a form within limits.

    Raises:
        ReadError: A text cannot be read.
        LimitError: The expression is too large.
        NotDerivableError: A SymPy expression has a part that StepCalc has no form for.
        UsageError: It is an equation or a list, not an expression.
    """
    from stepcalc.notation.limits import check_limits

    if isinstance(expression, str):
        from stepcalc.notation.reader import read_text

        reading = read_text(expression, functions=book.functions, declared=declared, undefined=functions)
        named = None if reading.wrt is None else _letter(reading.wrt)
        asked = Asked(
            reading.form, expression, tuple(note.text for note in reading.notes), named, reading.order
        )
    elif isinstance(expression, Form):
        asked = Asked(expression)
        check_limits(expression)
    else:
        import sympy

        from stepcalc.notation.values import form_of

        asked = Asked(form_of(sympy.sympify(expression, strict=True)))
        check_limits(asked.form)
    kind = _NOT_EXPRESSIONS.get(asked.form.head)
    if kind:
        raise UsageError(
            say("not-an-expression", kind=say(kind)), code="not-an-expression", text=asked.text or None
        )
    return asked


_NOT_EXPRESSIONS: Final[Mapping[str, str]] = {
    "relation": "kind-relation",
    "logic": "kind-relation",
    "vector": "kind-vector",
    "reference": "kind-other",
}


def diff(
    expression: Any,
    *letters: Any,
    order: int = 1,
    tidy: bool = True,
    form: str = "textbook",
    prefer: Sequence[str] = (),
    rulebook: Rulebook | None = None,
    declared: Collection[str] = (),
    functions: Collection[str] = (),
) -> Derivation:
    """The derivative of an expression, with every step that leads to it.

    Args:
        expression: Text as people type it, or a SymPy expression, which is taken as it is.
        *letters: The letter to differentiate with respect to (a text or a SymPy symbol); several for one
            derivative after another. Where none is given, the only letter of the expression, or ``x`` if the others
            are among a, b, c, k, m, n and p.
        order: How many times to differentiate, when one letter is given.
        tidy: Whether to bring the answer into the form a textbook prints.
        form: Which form: ``"textbook"``, ``"expanded"``, ``"factored"`` or ``"raw"``.
        prefer: The laws to choose where teachers differ: ``"product"`` (instead of the quotient rule), ``"tan"``
            (1 + tan² instead of sec²).
        rulebook: The rules; those that come with StepCalc if not given. See ``load_book``.
        declared: Names to be read as one letter in a text.
        functions: Names of undefined functions in a text.

    Returns:
        The derivation: ``.result``, ``.steps``, ``.conditions``, ``.verify()``.

    Raises:
        ReadError: The text cannot be read; LimitError: it is too large.
        UsageError: It is not clear which letter varies, or an option has no such value.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> diff("x**2*sin(x)").result
        x*(x*cos(x) + 2*sin(x))
        >>> [step.rule.name for step in diff("sin(2x)").steps][0]
        'Chain rule'
    """
    if not 1 <= order <= HIGHEST_ORDER or isinstance(order, bool):
        raise UsageError(say("order-range", most=HIGHEST_ORDER), code="order-range")
    if form not in ANSWER_FORMS:
        raise UsageError(say("form-unknown", form=form, known=", ".join(ANSWER_FORMS)), code="form-unknown")
    book = rulebook or default_book()
    asked = understand(expression, book, declared, functions)
    notes = list(asked.notes)
    wanted = tuple(_letter(given) for given in letters)
    if not wanted:
        wanted = (asked.variable or _variable_of(asked.form, notes),)
    if len(wanted) == 1:
        wanted *= max(order, asked.order)
    held = tuple(sorted(free_letters(asked.form) - set(wanted), key=lambda item: item.name))
    question = Question("diff", asked.form, wanted, held, asked.text, tuple(notes))
    return _Working(question, book, tuple(prefer), form if tidy else "raw").answer()


@dataclass(frozen=True, slots=True)
class PointValue:
    """A function and its derivative at a point.

    Args:
        letters: The letters that were given values.
        values: Their values.
        function: The function's value there.
        derivative: The derivative's.
        tangent: The right-hand side of the tangent's equation in the variable; ``None`` for higher orders.
    """

    letters: tuple[Form, ...]
    values: tuple[Form, ...]
    function: Form
    derivative: Form
    tangent: Form | None


def at_point(derivation: Derivation, point: Mapping[Form, Form]) -> PointValue:
    """The function, its derivative and its tangent at a point.

    Args:
        derivation: A derivation with respect to one letter.
        point: A value for the letters, at least for the one that varies.

    Returns:
        Exact values, with the letters that were given none left in.

    Raises:
        UsageError: The letter that varies has no value, or the point is outside the domain.

    Examples:
        >>> from stepcalc.notation.forms import number
        >>> x = letter("x")
        >>> at_point(diff("x^2"), {x: number(3)}).derivative.label
        6
    """
    from stepcalc.notation.values import form_of, value

    variable = derivation.question.letters[0]
    if variable not in point:
        raise UsageError(
            say("point-missing", letters=variable.name, example=f"{variable.name}=1"), code="point-missing"
        )
    for condition in derivation.conditions:
        if _fails(condition.relation, point):
            raise _outside(variable, point)
    change = {value(key): value(given) for key, given in point.items()}
    function, derivative = (
        value(form).subs(change) for form in (derivation.question.form, derivation.answer)
    )
    if not (_is_finite(function) and _is_finite(derivative)):
        raise _outside(variable, point)
    tangent = None
    if len(derivation.question.letters) == 1:
        at = change[value(variable)]
        tangent = form_of((derivative * (value(variable) - at) + function).expand())
    return PointValue(tuple(point), tuple(point.values()), form_of(function), form_of(derivative), tangent)


def _fails(condition: Form, point: Mapping[Form, Form]) -> bool:
    """Whether a condition is known not to hold at a point."""
    from stepcalc.notation.forms import rebuild
    from stepcalc.numeric.signs import decide

    return decide(rebuild(condition, point), {}, {}) is False


def _is_finite(found: Any) -> bool:
    import sympy

    return not found.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I)


def _outside(variable: Form, point: Mapping[Form, Form]) -> UsageError:
    from stepcalc.notation.unicode import one_line

    return UsageError(
        say("point-outside", variable=variable.name, value=one_line(point[variable])), code="point-outside"
    )


class _Working:
    """One question being answered: the stages so far, and the form they have reached."""

    def __init__(self, question: Question, book: Rulebook, prefer: tuple[str, ...], form: str) -> None:
        self.question = question
        self.book = book
        self.prefer = prefer
        self.form = form
        self.judge = Judge(book)
        self.stages: list[Step] = []
        self.conditions: list[Condition] = []
        self.also: Form | None = None
        self.untidied = False

    def answer(self) -> Derivation:
        now = self.question.form
        if self.question.text:
            now = self._simplify(now)
        differentiators: dict[Form, Differentiator] = {}
        for variable in self.question.letters:
            engine = differentiators.get(variable)
            if engine is None:
                engine = differentiators[variable] = Differentiator(self.book, variable, self.prefer)
            step = engine.derive(now)
            self.stages.append(step)
            now = self._tidied(step)
        self.conditions += self.judge.kept(self.judge.of_function(self.question.form))
        seen: set[Step] = set()
        own = [item for step in _all_steps(self.stages, seen) for item in step.conditions]
        return Derivation(
            question=self.question,
            stages=tuple(self.stages),
            answer=now,
            also=self.also,
            conditions=domain(
                dict.fromkeys([*self.conditions, *own]), self.question.letters, self.book.definitions
            ),
            rulebook=self.book,
            untidied=self.untidied,
        )

    def _simplify(self, form: Form) -> Form:
        simpler = simplify_first(form)
        if simpler is None:
            return form
        return self._rewrite("simplify_first", form, simpler)

    def _tidied(self, step: Step) -> Form:
        """The step's result as it is shown, after the moves that bring it into the form asked for."""
        shown = outcome(step)
        self.also = None
        if self.form == "raw":
            return shown
        from stepcalc.calculus.tidying import tidy
        from stepcalc.notation.values import form_of, manner_of, value

        if not _can_be_tidied(shown):
            self.untidied = True
            return shown
        manner = manner_of(shown)
        start = value(shown)
        tidied = tidy(start, form=self.form)  # type: ignore[arg-type]
        self.untidied = self.untidied or tidied.refused
        now = shown
        before = form_of(start, manner=manner)
        if _leaves(before) < _leaves(now) and (tidied.changes or not _has_pieces(now)):
            now = self._rewrite("like_terms" if _terms(before) < _terms(now) else "arithmetic", now, before)
        for change in tidied.changes:
            after = form_of(change.after, manner=manner)
            if after is not now:
                now = self._rewrite(change.rule, now, after)
        if not tidied.changes and now is shown:
            # Nothing to tidy: only the order in which a textbook writes it, if that costs nothing.
            now = before if size(before) <= size(shown) and not _has_pieces(shown) else shown
            return now
        self.also = self._other_shape(step, shown, now)
        return now

    def _rewrite(self, rule: str, before: Form, after: Form) -> Form:
        self.stages.append(
            Step(self.book.card(rule), None, before, {}, (), after, self.judge.lost(before, after))
        )
        return after

    def _other_shape(self, step: Step, shown: Form, now: Form) -> Form | None:
        """The sum that the product rule gave, where the answer is that sum with something factored out."""
        moves = {stage.card.id for stage in self.stages[self.stages.index(step) + 1 :]}
        single = len(self.question.letters) == 1
        if single and step.card.id == "product" and moves <= {"factor"} and shown.head == "sum":
            return shown if size(shown) <= MOST_TERMS_SHOWN_TWICE else None
        return None


def _all_steps(stages: Sequence[Step], seen: set[Step]) -> list[Step]:
    found: list[Step] = []
    stack = list(reversed(stages))
    while stack:
        step = stack.pop()
        if step not in seen:
            seen.add(step)
            found.append(step)
            stack.extend(reversed(step.substeps))
    return found


def _leaves(form: Form) -> int:
    return fold(form, lambda _, parts: sum(parts) if parts else 1)


def _has_pieces(form: Form) -> bool:
    """Whether there are pieces in a form, whose conditions SymPy would rewrite (x ≥ 0 becomes "otherwise")."""
    return any(node.head == "call" and node.label == "piecewise" for node in postorder(form))


def _terms(form: Form) -> int:
    return sum(len(node.args) for node in postorder(form) if node.head == "sum")


def _can_be_tidied(form: Form) -> bool:
    return size(form) <= LARGEST_TIDIED and depth(form) <= DEEPEST_TIDIED


# ---------------------------------------------------------------------------------------------- letters


def free_letters(form: Form) -> frozenset[Form]:
    """The letters of an expression that are not bound by an integral.

    Examples:
        >>> sorted(item.name for item in free_letters(letter("x")))
        ['x']
    """
    bound = {node.args[1] for node in postorder(form) if node.head == "call" and node.label == "integral"}
    if not bound:
        return letters_of(form)

    def free(node: Form, parts: tuple[frozenset[Form], ...]) -> frozenset[Form]:
        if node.head == "letter":
            return frozenset({node})
        if node.head == "call" and node.label == "integral":
            return (parts[0] - {node.args[1]}) | parts[2] | parts[3]
        return frozenset().union(*parts)

    return fold(form, free)


def _letter(given: Any) -> Form:
    if isinstance(given, Form):
        form = given
    elif isinstance(given, str):
        from stepcalc.notation.reader import read_text

        form = read_text(given, declared=(given.strip(),)).form
    else:
        from stepcalc.notation.values import form_of

        form = form_of(given)
    if form.head != "letter":
        raise UsageError(say("letter-not-letter", text=given), code="letter-not-letter")
    return form


def _variable_of(form: Form, notes: list[str]) -> Form:
    """The letter that varies where none was named; what is then held fixed is noted."""
    found = sorted(free_letters(form), key=lambda item: item.name)
    if len(found) < 2:
        return found[0] if found else letter("x")
    others = [item for item in found if item.name != "x"]
    names = [item.name for item in found]
    if len(others) < len(found) and all(item.name in USUAL_CONSTANTS for item in others):
        held = listed([item.name for item in others])
        notes.append(say("varies", variable="x", held=f"{held} {say('is' if len(others) == 1 else 'are')}"))
        return next(item for item in found if item.name == "x")
    raise UsageError(
        say(
            "which-letter",
            count=say("two") if len(found) == 2 else len(found),
            letters=listed(names),
            first="x" if "x" in names else names[0],
            others=say("the-other" if len(found) == 2 else "the-others"),
        ),
        code="which-letter",
    )


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    Examples:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {say('and')} {names[-1]}"
