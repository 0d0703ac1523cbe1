"""Plots of derivations: chosen and computed here as data, drawn by matplotlib or in characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import Form, letters_of, postorder
from stepcalc.render.document import Figure, words
from stepcalc.render.plots.data import Picture
from stepcalc.trace.derivation import Derivation

if TYPE_CHECKING:
    from stepcalc.calculus.slope import Slope
    from stepcalc.rulebook.book import Rulebook

LIBRARIES: Final = ("numpy", "matplotlib", "plotille")


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: shows itself in notebooks, and is saved as SVG or PNG.

    Args:
        picture: What is drawn.

    Examples:
        >>> import stepcalc
        >>> plot = stepcalc.diff("1/x").plot(on="-2,2")
        >>> plot.picture.panels[0].across, plot.picture.panels[0].poles
        ((-2.0, 2.0), (0.0,))
    """

    picture: Picture

    @property
    def alt(self) -> str:
        """What is seen, in words."""
        return self.picture.alt

    def svg(self) -> str:
        """The plot as the text of an SVG file, the same each time."""
        from stepcalc.render.plots.drawing import svg

        return svg(self.picture)

    def png(self, *, dpi: int = 150) -> bytes:
        """The plot as a PNG file.

        Args:
            dpi: Dots per inch; the picture is 6.4 inches wide.
        """
        from stepcalc.render.plots.drawing import png

        return png(self.picture, dpi=dpi)

    def text(self, width: int = 80, *, ascii: bool = False) -> Sequence[str]:
        """The plot in lines of characters.

        Args:
            width: How many characters a line may have.
            ascii: Whether to keep to ASCII.
        """
        from stepcalc.render.plots.terminal import text

        return text(self.picture, width, ascii=ascii)

    def figure(self) -> Figure:
        """The plot as a block of a document."""
        return Figure(self, self.picture.alt, words(self.picture.title))

    def __str__(self) -> str:
        return "\n".join(self.text())

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": str(self)}


def plot(
    derivation: Derivation,
    *,
    at: Any = None,
    on: Any = None,
    values: Mapping[Any, Any] | None = None,
) -> Plot:
    """The plot of a derivation.

    Args:
        derivation: What ``diff``, ``taylor``, ``gradient`` or ``hessian`` gave.
        at: A point: for a derivative where the tangent is drawn, for a gradient whose arrow is drawn, for a
            Hessian where the quadratic form is taken. A number or text, a sequence in the order of the
            letters, or values by letter.
        on: The window: ``"-2,2"``, or four numbers for two letters.
        values: Numbers for letters that are held fixed.

    Returns:
        The plot.

    Raises:
        UsageError: There is no plot for this kind of question, a letter has no number, or a function is not
            one that has values.
        MissingExtraError: The libraries for plots are not installed.
    """
    need_libraries()
    book, question = derivation.rulebook, derivation.question
    letters = tuple(dict.fromkeys(question.letters))
    kind = "diff" if question.kind == "definition" else question.kind
    if kind not in _KINDS:
        raise UsageError(say("plot-no-kind"), code="plot-no-kind")
    _check_functions(question.form, derivation)
    point = by_letter(at, letters, book)
    given = {**by_letter(values, question.held, book), **point}
    fixed = {letter: value for letter, value in given.items() if letter not in letters}
    missing = [letter.name for letter in question.held if letter not in fixed]
    if missing:
        raise needed(missing)
    here = {letter: value for letter, value in given.items() if letter in letters}
    return Plot(_KINDS[kind](derivation, fixed, here, on))


def slope_plot(found: Slope, *, on: Any = None) -> Plot:
    """The plot of secants that turn into the tangent.

    Args:
        found: What ``slope`` gave.
        on: The window: ``"-2,2"``.
    """
    from stepcalc.render.plots.curves import of_slope

    need_libraries()
    _check_functions(found.derivation.question.form, found.derivation)
    return Plot(of_slope(found, window_of(on, found.derivation.rulebook, 1)))


def need_libraries() -> None:
    """Refuse to plot where what draws is not installed."""
    from stepcalc.render.formats import missing

    if any(find_spec(name) is None for name in LIBRARIES):
        raise missing("plot", say("plot-what"))


def needed(letters: Sequence[str]) -> UsageError:
    """The error for letters that have no number."""
    example = ",".join(f"{name}=2" for name in letters)
    message = say("plot-values", letters=", ".join(letters), example=example)
    return UsageError(message, code="plot-values")


def _check_functions(form: Form, derivation: Derivation) -> None:
    """Refuse functions of which only the name is known."""
    known = derivation.rulebook.functions
    for node in postorder(form):
        if node.head == "derived" or (node.head == "call" and str(node.label) not in known):
            name = str(node.label[0] if isinstance(node.label, tuple) else node.label)
            raise UsageError(say("plot-undefined", name=name), code="plot-undefined")


# ---------------------------------------------------------------------------------------- points and windows


def by_letter(given: Any, letters: Sequence[Form], book: Rulebook) -> dict[Form, Form]:
    """Values for letters, however they were given: ``1``, ``"1,2"``, ``{"a": 2}``.

    Args:
        given: The values.
        letters: The letters, for values without a name.
        book: The rules, whose functions a text may use.
    """
    from stepcalc.calculus.letters import letter_form

    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {letter_form(name): number_in(value, book) for name, value in given.items()}
    parts = _parts(given)
    if len(parts) > len(letters):
        raise UsageError(say("too-many-values", at=given), code="too-many-values")
    return {letter: number_in(part, book) for letter, part in zip(letters, parts, strict=False)}


def _parts(given: Any) -> list[Any]:
    if isinstance(given, str):
        return given.strip().removeprefix("(").removesuffix(")").split(",") if "," in given else [given]
    return list(given) if isinstance(given, list | tuple) else [given]


def number_in(given: Any, book: Rulebook) -> Form:
    """A number as a form.

    Raises:
        UsageError: It is none.
    """
    from stepcalc.calculus.understanding import understand

    form = understand(repr(given) if isinstance(given, float) else str(given) if isinstance(given, int) else given,
                      book).form  # fmt: skip
    if letters_of(form):
        raise UsageError(say("plot-number", text=given), code="plot-number")
    return form


def window_of(on: Any, book: Rulebook, count: int) -> Any:
    """The window that was asked for: two ends, or two for each of two letters; ``None`` where none was.

    Args:
        on: ``"-2,2"``, ``"-2,2,0,4"``, or a sequence of numbers.
        book: The rules.
        count: How many letters there are.

    Raises:
        UsageError: These are not two ends in order.
    """
    from stepcalc.render.plots.curves import number_of

    if on is None:
        return None
    ends = [number_of(number_in(part, book), book) for part in _parts(on)]
    ranges = list(zip(ends[::2], ends[1::2], strict=False))
    right = len(ends) in {2, 2 * count} and all(-1e9 < low < high < 1e9 for low, high in ranges)
    if not right or any(high - low < 1e-9 * max(abs(low), abs(high)) for low, high in ranges):
        raise UsageError(say("plot-window", text=on), code="plot-window")
    return ranges[0] if count == 1 else (ranges[0], ranges[-1])


# ----------------------------------------------------------------------------------------------------- kinds

Values = Mapping[Form, Form]


def _derivative(derivation: Derivation, fixed: Values, here: Values, on: Any) -> Picture:
    from stepcalc.render.plots.curves import of_derivative

    letters = derivation.question.letters
    if len(set(letters)) > 1:
        raise UsageError(say("plot-no-kind"), code="plot-no-kind")
    return of_derivative(derivation, fixed, here.get(letters[0]), window_of(on, derivation.rulebook, 1))


def _taylor(derivation: Derivation, fixed: Values, here: Values, on: Any) -> Picture:
    from stepcalc.render.plots.series import of_taylor

    if len(derivation.question.letters) > 1:
        raise UsageError(say("plot-taylor-several"), code="plot-taylor-several")
    return of_taylor(derivation, fixed, window_of(on, derivation.rulebook, 1))


def _gradient(derivation: Derivation, fixed: Values, here: Values, on: Any) -> Picture:
    from stepcalc.render.plots.surfaces import of_gradient

    return of_gradient(derivation, fixed, _place(derivation, here), window_of(on, derivation.rulebook, 2))


def _hessian(derivation: Derivation, fixed: Values, here: Values, on: Any) -> Picture:
    from stepcalc.render.plots.surfaces import of_hessian, two_letters

    two_letters(derivation)
    place = _place(derivation, here)
    if place is None:
        raise UsageError(say("plot-hessian-point"), code="plot-hessian-point")
    return of_hessian(derivation, fixed, place, window_of(on, derivation.rulebook, 2))


def _place(derivation: Derivation, here: Values) -> tuple[float, float] | None:
    from stepcalc.render.plots.curves import number_of
    from stepcalc.render.plots.surfaces import two_letters

    letters = two_letters(derivation)
    if not all(letter in here for letter in letters):
        return None
    first, second = (number_of(here[letter], derivation.rulebook) for letter in letters)
    return first, second


_KINDS: Final[Mapping[str, Callable[[Derivation, Values, Values, Any], Picture]]] = {
    "diff": _derivative,
    "taylor": _taylor,
    "gradient": _gradient,
    "hessian": _hessian,
}
