"""Vector calculus: partial derivatives, and what is put together from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from stepcalc.calculus.letters import by_name, free_letters, letters_given, listed
from stepcalc.calculus.understanding import understand
from stepcalc.calculus.working import Trail, Working
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, goal, vector
from stepcalc.rulebook.book import Rulebook, default_book
from stepcalc.rulebook.strategy import operator
from stepcalc.trace.derivation import Derivation, Question

MOST_LETTERS_ONE_BY_ONE: Final = 6
"""With more letters than this a gradient is found in one pass, by reverse accumulation."""


def partial(expression: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any) -> Derivation:
    """A partial derivative: the other letters are held fixed.

    Args:
        expression: Text or a SymPy expression.
        letters: With respect to which letters, in this order; one that repeats stands more than once. One by
            one, in a sequence, or in one text: ``"x", "y"``, ``["x", "y"]`` and ``"x, y"`` are the same.
        more: Further letters, where they are given one by one.
        tidy: Whether to bring the answer into the form a textbook prints.
        **options: ``form``, ``prefer``, ``rulebook``, ``declared`` and ``functions``, as for ``diff``.

    Returns:
        The derivation; its result is an expression.

    Raises:
        UsageError: No letter was given.
        ReadError: The text cannot be read.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> partial("x^2 y + sin(xy)", "x").result
        y*(2*x + cos(x*y))
        >>> partial("x^2 y^3", "x", "y").result
        6*x*y**2
    """
    given = letters_given(letters, *more)
    if not given:
        raise UsageError(say("letters-missing", example="--wrt x"), code="letters-missing")
    asked = _Asked(expression, given, **options)
    working = asked.working(tidy)
    step = working.solve(goal(asked.form, *asked.letters, kind="partial"))
    return asked.finished("partial", working, step)


def gradient(
    expression: Any,
    letters: Any = (),
    *more: Any,
    tidy: bool = True,
    reverse: bool | None = None,
    **options: Any,
) -> Derivation:
    """The gradient of a function: the column of its partial derivatives.

    Args:
        expression: Text or a SymPy expression.
        letters: The letters, in the order of the components; those of the expression by name, if not given.
            In a sequence, one by one, or in one text, as for :func:`partial`.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the components.
        reverse: Whether to find all components in one pass, by reverse accumulation (back-propagation); if not
            given, for more than six letters.
        **options: ``form``, ``prefer``, ``rulebook``, ``declared`` and ``functions``, as for ``diff``.

    Returns:
        The derivation; its result is a column, shape (n, 1). The Jacobian of the function is its transpose.

    Raises:
        ReadError: The text cannot be read.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> gradient("x^2 y", ["x", "y"]).result
        Matrix([
        [2*x*y],
        [ x**2]])
    """
    asked = _Asked(expression, letters_given(letters, *more), **options)
    asked.refuse_repeated()
    working = asked.working(tidy)
    wanted = operator("gradient", asked.form, asked.letters)
    if reverse if reverse is not None else len(asked.letters) > MOST_LETTERS_ONE_BY_ONE:
        working.accumulate(asked.form, asked.letters)
    return asked.finished("gradient", working, working.solve(wanted))


def jacobian(
    expressions: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any
) -> Derivation:
    """The Jacobian of a map: row i holds the partial derivatives of its i-th component.

    Args:
        expressions: The components, as one text (``"x^2 y, 5x + sin y"``) or a sequence of texts or expressions.
        letters: The letters, in the order of the columns, as for :func:`gradient`; those of the components by
            name, if not given.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the entries.
        **options: ``form``, ``prefer``, ``rulebook``, ``declared`` and ``functions``, as for ``diff``.

    Returns:
        The derivation; its result is a matrix, shape (components, letters).

    Raises:
        ReadError: A text cannot be read.
        NotDerivableError: There is no rule for some part.

    Examples:
        >>> jacobian("x^2 y, 5x + sin y", ["x", "y"]).result
        Matrix([
        [2*x*y,   x**2],
        [    5, cos(y)]])
    """
    return _of_field("jacobian", expressions, letters_given(letters, *more), tidy, options)


def hessian(expression: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any) -> Derivation:
    """The Hessian of a function: the matrix of its second derivatives, each pair of letters derived once.

    Args:
        expression: Text or a SymPy expression.
        letters: The letters, in order; those of the expression by name, if not given, as for :func:`gradient`.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the entries.
        **options: ``form``, ``prefer``, ``rulebook``, ``declared`` and ``functions``, as for ``diff``.

    Returns:
        The derivation; its result is a sparse matrix, shape (n, n).

    Raises:
        ReadError: The text cannot be read.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> hessian("x^2 y", ["x", "y"]).result
        Matrix([
        [2*y, 2*x],
        [2*x,   0]])
    """
    return _of_function("hessian", expression, letters_given(letters, *more), tidy, options)


def laplacian(
    expression: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any
) -> Derivation:
    """The Laplacian of a function: the sum of its second derivatives with respect to each letter.

    Args:
        expression: Text or a SymPy expression.
        letters: The letters; those of the expression by name, if not given, as for :func:`gradient`.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the answer.
        **options: As for :func:`gradient`.

    Returns:
        The derivation; its result is an expression.

    Raises:
        ReadError: The text cannot be read.
        NotDerivableError: There is no rule for some part of the expression.

    Examples:
        >>> laplacian("x^2 + y^2").result
        4
    """
    return _of_function("laplacian", expression, letters_given(letters, *more), tidy, options)


def divergence(field: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any) -> Derivation:
    """The divergence of a vector field: each component differentiated with respect to its own letter, and added.

    Args:
        field: As many components as letters, as one text or a sequence.
        letters: The letters; those of the field by name, if not given, as for :func:`gradient`.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the answer.
        **options: As for :func:`gradient`.

    Returns:
        The derivation; its result is an expression.

    Raises:
        UsageError: There are not as many components as letters.
        ReadError: A text cannot be read.

    Examples:
        >>> divergence("x^2, y^2", ["x", "y"]).result
        2*x + 2*y
    """
    return _of_field("divergence", field, letters_given(letters, *more), tidy, options, square=True)


def curl(field: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any) -> Derivation:
    """The curl of a vector field in space.

    Args:
        field: Three components, as one text or a sequence.
        letters: Three letters; those of the field by name, if not given, as for :func:`gradient`.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the components.
        **options: As for :func:`gradient`.

    Returns:
        The derivation; its result is a column, shape (3, 1).

    Raises:
        UsageError: There are not three components and three letters.
        ReadError: A text cannot be read.

    Examples:
        >>> curl("-y, x, 0", ["x", "y", "z"]).result
        Matrix([
        [0],
        [0],
        [2]])
    """
    return _of_field("curl", field, letters_given(letters, *more), tidy, options, square=True, size=3)


def directional(
    expression: Any, direction: Any, letters: Any = (), *more: Any, tidy: bool = True, **options: Any
) -> Derivation:
    """The directional derivative: the slope in a direction, which is brought to length 1.

    Args:
        expression: Text or a SymPy expression.
        direction: As many components as letters, as one text (``"3, 4"``) or a sequence.
        letters: The letters; those of the expression by name, if not given, as for :func:`gradient`.
        more: Further letters, where they are given one by one.
        tidy: Whether to tidy the answer.
        **options: As for :func:`gradient`.

    Returns:
        The derivation; its result is an expression.

    Raises:
        UsageError: The direction has another number of components than there are letters, or length 0.
        ReadError: A text cannot be read.

    Examples:
        >>> directional("x^2 y", "3, 4", ["x", "y"]).result
        4*x**2/5 + 6*x*y/5
    """
    asked = _Asked(expression, letters_given(letters, *more), **options)
    asked.refuse_repeated()
    arrow = components(direction, asked.book, options)
    if len(arrow.args) != len(asked.letters):
        raise _mismatch(len(arrow.args), len(asked.letters))
    from stepcalc.notation.forms import ZERO

    if all(part is ZERO for part in arrow.args):
        raise UsageError(say("direction-zero"), code="direction-zero")
    working = asked.working(tidy)
    return asked.finished(
        "directional", working, working.solve(operator("directional", asked.form, asked.letters, arrow))
    )


def _of_function(
    kind: str, expression: Any, letters: tuple[Form, ...], tidy: bool, options: dict[str, Any]
) -> Derivation:
    asked = _Asked(expression, letters, **options)
    asked.refuse_repeated()
    working = asked.working(tidy)
    if len(asked.letters) > MOST_LETTERS_ONE_BY_ONE:
        working.accumulate(asked.form, asked.letters)
    return asked.finished(kind, working, working.solve(operator(kind, asked.form, asked.letters)))


def _of_field(
    kind: str,
    field: Any,
    letters: tuple[Form, ...],
    tidy: bool,
    options: dict[str, Any],
    *,
    square: bool = False,
    size: int | None = None,
) -> Derivation:
    book = options.get("rulebook") or default_book()
    asked = _Asked(components(field, book, options), letters, **options)
    asked.refuse_repeated()
    count = len(asked.form.args)
    if square and count != len(asked.letters):
        raise _mismatch(count, len(asked.letters))
    if size is not None and count != size:
        raise UsageError(say("three-components", count=count), code="three-components")
    working = asked.working(tidy)
    return asked.finished(kind, working, working.solve(operator(kind, asked.form, asked.letters)))


def _mismatch(parts: int, letters: int) -> UsageError:
    key = "components-letters-three" if parts == 3 and letters < 3 else "components-letters"
    return UsageError(say(key, parts=parts, letters=letters), code="components-letters")


def components(given: Any, book: Rulebook, options: dict[str, Any]) -> Form:
    """The components of a map, given as one text or as a sequence, as a vector.

    Args:
        given: A text, a form, an expression or a sequence of these.
        book: The rules.
        options: ``declared`` and ``functions``, as for ``diff``.
    """
    if isinstance(given, Form) and given.head == "vector":
        return given
    if isinstance(given, str):
        from stepcalc.notation.reader import read_text

        known = {"declared": options.get("declared", ()), "undefined": options.get("functions", ())}
        form = read_text(given, functions=book.functions, vector=True, **known).form
        return form if form.head == "vector" else vector(form)
    parts = list(given) if hasattr(given, "__iter__") else [given]
    return vector(
        *(
            understand(part, book, options.get("declared", ()), options.get("functions", ())).form
            for part in parts
        )
    )


class _Asked:
    """A question about several letters, as it was understood."""

    def __init__(
        self,
        expression: Any,
        letters: tuple[Form, ...],
        *,
        form: str = "textbook",
        prefer: Sequence[str] = (),
        rulebook: Rulebook | None = None,
        declared: Collection[str] = (),
        functions: Collection[str] = (),
    ) -> None:
        self.book = rulebook or default_book()
        self.prefer, self.answer_form = tuple(prefer), form
        self.text, self.notes = "", list[str]()
        if isinstance(expression, Form) and expression.head == "vector":
            self.form = expression
        else:
            asked = understand(expression, self.book, declared, functions)
            self.form, self.text, self.notes = asked.form, asked.text, list(asked.notes)
        own = free_letters(self.form)
        self.letters = letters or tuple(sorted(own, key=by_name))
        if not self.letters:
            raise UsageError(say("letters-missing", example="--wrt x,y"), code="letters-missing")
        absent = [item.name for item in self.letters if item not in own]
        if absent:
            self.notes.append(say("letter-absent", letters=listed(absent)))
        self.held = tuple(sorted(own - set(self.letters), key=by_name))

    def refuse_repeated(self) -> None:
        """Refuse a letter that is named twice: only a partial derivative goes by one letter again."""
        counted = Counter(self.letters)
        twice = [item.name for item, count in counted.items() if count > 1]
        if twice:
            raise UsageError(say("letter-twice", letters=listed(twice)), code="letter-twice")

    def working(self, tidy: bool) -> Working:
        """The work to be done."""
        return Working(self.book, self.prefer, self.answer_form, tidy=tidy)

    def finished(self, kind: str, working: Working, step: Any) -> Derivation:
        """The derivation whose first stage is this step; a single expression is tidied as a whole."""
        from stepcalc.trace.display import outcome

        question = Question(kind, self.form, self.letters, self.held, self.text, tuple(self.notes))
        answer = outcome(step)
        stages = [step]
        trail = Trail((), answer)
        if answer.head == "matrix":
            # What was tidied entry by entry is in form; what was put together or read off is not.
            if kind == "curl" or any(substep.card.id == "accumulated" for substep in step.substeps):
                trail = working.tidied_matrix(answer)
        elif step.card.id not in ("working", "repeated"):
            trail = working.tidied(answer)
        stages += trail.steps
        answer = trail.form
        return working.finished(question, stages, answer)
