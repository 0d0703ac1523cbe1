"""A question about a fit: which letters are measured, which are sought, and what is uncertain by how much."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any, Final

from stepcalc.calculus.fitting.table import Table, table_of
from stepcalc.calculus.letters import by_name, free_letters, listed
from stepcalc.errors import UsageError
from stepcalc.messages import say
from stepcalc.notation.forms import ONE, Form, letter, nodes_of, rebuild
from stepcalc.notation.names import split_name
from stepcalc.rulebook.book import Rulebook

SIGMAS: Final = ("sigma", "σ", "dy", "yerr", "y_err")
"""Columns with these names are taken for standard deviations if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A fit as it was understood.

    Args:
        model: The model at the i-th point.
        text: What was typed, or empty.
        parameters: The letters that are sought.
        variables: The letters that are measured beside the response, as they are called at the i-th point.
        names: The columns of the variables.
        response: The name of the column that the model is to give.
        data: The columns of the variables, by letter.
        y: The column of the response.
        sigma: The standard deviations, or ``None``.
        sigma_name: What they are called.
        start: Where to begin, by letter; empty where nothing was said.
        notes: Choices that were made.
    """

    model: Form
    text: str
    parameters: tuple[Form, ...]
    variables: tuple[Form, ...]
    names: tuple[str, ...]
    response: str
    data: Mapping[Form, tuple[float, ...]]
    y: tuple[float, ...]
    sigma: tuple[float, ...] | None
    sigma_name: str
    start: Mapping[Form, float]
    notes: tuple[str, ...]

    @property
    def height(self) -> Form:
        """The letter for the response at the i-th point; yᵢ where it is called by a word."""
        found = at_point(letter(self.response))
        usual = letter("y_i")
        return usual if found.name == self.response and usual not in self.variables else found

    @property
    def scale(self) -> Form:
        """The letter for the standard deviation of the i-th point; 1 where none is given."""
        return ONE if self.sigma is None else letter("sigma_i", (("positive", True),))

    @property
    def plain(self) -> Form:
        """The model as it was typed."""
        return rebuild(self.model, dict(zip(self.variables, map(letter, self.names), strict=True)))

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.y)


def at_point(column: Form) -> Form:
    """What a column is called at the i-th point: xᵢ, x₁ᵢ; a word stays as it is.

    Examples:
        >>> at_point(letter("x")).name, at_point(letter("x1")).name, at_point(letter("width")).name
        ('x_i', 'x_1i', 'width')
    """
    parts = split_name(column.name)
    return column if parts is None else letter(f"{parts[0]}_{parts[1]}i")


def understood(
    model: Any,
    data: Any,
    *,
    y: str | None,
    sigma: Any,
    start: Any,
    book: Rulebook,
    declared: Collection[str],
    functions: Collection[str],
) -> Asked:
    """The question, settled: the data are read and looked at, the letters told apart.

    Raises:
        ReadError: The model cannot be read.
        UsageError: The data are not what the model needs; the error says what is missing.
    """
    table = table_of(data)
    begin = _start(start)
    names = {*declared, *begin, *(name for name in table.names if _is_name(name))}
    form, text, named, notes = _read(model, names, book, functions)
    _check_functions(form, book)
    own = sorted(free_letters(form), key=by_name)
    sigma_name = _sigma_column(sigma, table, {each.name for each in own}, notes)
    variables = tuple(each for each in own if each.name in table.columns)
    parameters = tuple(each for each in own if each.name not in table.columns)
    parameters = _in_order(parameters, text, begin)
    _check_measured(table, variables, own)
    response = _response(y, named, table, {each.name for each in variables}, sigma_name, notes)
    _check_letters(table, variables, parameters, begin, own, response)
    columns = {at_point(each): table.numbers(each.name) for each in variables}
    pointed = rebuild(form, {each: at_point(each) for each in variables})
    heights = table.numbers(response)
    errors, called = _sigmas(sigma, sigma_name, table, len(heights))
    start_by_letter = {each: begin[each.name] for each in parameters if each.name in begin}
    return Asked(
        model=pointed,
        text=text,
        parameters=parameters,
        variables=tuple(columns),
        names=tuple(each.name for each in variables),
        response=response,
        data=columns,
        y=heights,
        sigma=errors,
        sigma_name=called,
        start=start_by_letter,
        notes=(*table.notes, *notes),
    )


def _is_name(name: str) -> bool:
    return name.replace("_", "").isalnum() and not name[0].isdigit()


def _read(
    model: Any, names: Collection[str], book: Rulebook, functions: Collection[str]
) -> tuple[Form, str, str | None, list[str]]:
    if isinstance(model, str):
        from stepcalc.notation.reader import read_text

        reading = read_text(model, functions=book.functions, declared=names, undefined=functions)
        notes = [note.text for note in reading.notes]
        return reading.form, model, reading.name, notes
    from stepcalc.calculus.understanding import understand

    asked = understand(model, book)
    return asked.form, "", None, list(asked.notes)


def _check_functions(form: Form, book: Rulebook) -> None:
    """Refuse functions of which only the name is known: they have no values to compare with data."""
    for node in nodes_of(form):
        if node.head == "derived" or (node.head == "call" and str(node.label) not in book.functions):
            raise UsageError(say("fit-function", name=node.name), code="fit-function")


def _start(start: Any) -> dict[str, float]:
    """Where to begin, by name: from a mapping, or from text such as ``a=1,b=2``."""
    if start is None:
        return {}
    if isinstance(start, str):
        parts = [part.partition("=") for part in start.split(",") if part.strip()]
        if not all(equals for _, equals, _ in parts):
            raise UsageError(say("fit-start", text=start), code="fit-start")
        start = {name.strip(): value for name, _, value in parts}
    if not isinstance(start, Mapping):
        raise UsageError(say("fit-start", text=start), code="fit-start")
    found = {}
    for name, value in start.items():
        try:
            number = float(value)
            if not math.isfinite(number):
                raise ValueError
            found[name.name if isinstance(name, Form) else str(name)] = number
        except (TypeError, ValueError, OverflowError):
            raise UsageError(
                say("fit-start-number", name=name, text=value), code="fit-start-number"
            ) from None
    return found


def _in_order(parameters: tuple[Form, ...], text: str, begin: Mapping[str, float]) -> tuple[Form, ...]:
    """The parameters as the start names them, else as they stand in the model: m before c in m x + c."""
    order = list(begin)
    if {each.name for each in parameters} == set(order):
        return tuple(sorted(parameters, key=lambda each: order.index(each.name)))
    places = {each: text.find(each.name) for each in parameters}
    if text and all(len(each.name) == 1 and place >= 0 for each, place in places.items()):
        return tuple(sorted(parameters, key=places.__getitem__))
    return parameters


def _sigma_column(sigma: Any, table: Table, own: Collection[str], notes: list[str]) -> str:
    if isinstance(sigma, str) and not _number(sigma):
        if sigma not in table.columns:
            raise _unknown(sigma, table)
        return sigma
    if sigma is None:
        for name in SIGMAS:
            if name in table.columns and name not in own:
                notes.append(say("fit-sigma-column", column=name))
                return name
    return ""


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unknown(name: str, table: Table) -> UsageError:
    known = listed(list(table.names))
    return UsageError(say("fit-unknown-column", column=name, columns=known), code="fit-unknown-column")


def _response(
    y: str | None, named: str | None, table: Table, used: Collection[str], sigma: str, notes: list[str]
) -> str:
    """The column that the model is to give: the one asked for, the model's own name, y, or the only one left."""
    if y is not None:
        if y not in table.columns:
            raise _unknown(y, table)
        return y
    if named is not None and named in table.columns:
        return named
    left = [name for name in table.names if name not in used and name != sigma]
    if "y" in left:
        return "y"
    if len(left) == 1:
        notes.append(say("fit-response", column=left[0]))
        return left[0]
    if not left:
        raise UsageError(say("fit-no-response", columns=listed(list(table.names))), code="fit-no-response")
    raise UsageError(
        say("fit-which-response", columns=listed(left), first=left[0]), code="fit-which-response"
    )


def _check_letters(
    table: Table,
    variables: Sequence[Form],
    parameters: Sequence[Form],
    begin: Mapping[str, float],
    own: Sequence[Form],
    response: str,
) -> None:
    known = {each.name for each in own}
    for name in begin:
        if name not in known:
            letters = listed([each.name for each in own]) or say("none")
            raise UsageError(say("fit-start-unknown", name=name, letters=letters), code="fit-start-unknown")
        if name in table.columns:
            raise UsageError(say("fit-start-column", name=name), code="fit-start-column")
    if begin:
        strangers = [each.name for each in parameters if each.name not in begin]
        if strangers:
            message = say("fit-start-missing", names=listed(strangers), columns=listed(list(table.names)))
            raise UsageError(message, code="fit-start-missing")
    if response in {each.name for each in variables}:
        raise UsageError(say("fit-response-used", column=response), code="fit-response-used")
    if not parameters:
        raise UsageError(
            say("fit-no-parameters", columns=listed(list(table.names))), code="fit-no-parameters"
        )


def _check_measured(table: Table, variables: Sequence[Form], own: Sequence[Form]) -> None:
    """Refuse a model of several letters of which none is measured."""
    if not variables and len(own) > 1:
        letters = listed([each.name for each in own])
        message = say("fit-no-variables", letters=letters, columns=listed(list(table.names)))
        raise UsageError(message, code="fit-no-variables")


def _sigmas(sigma: Any, name: str, table: Table, count: int) -> tuple[tuple[float, ...] | None, str]:
    """The standard deviations of all points, each above 0."""
    if name:
        found = table.numbers(name)
    elif sigma is None:
        return None, ""
    elif isinstance(sigma, str | Number) or getattr(sigma, "shape", None) == ():
        found = Table({"sigma": [sigma]}).numbers("sigma") * count
    else:
        cells = list(sigma)
        if len(cells) != count:
            raise UsageError(
                say("fit-sigma-length", sigmas=len(cells), points=count), code="fit-sigma-length"
            )
        found = Table({"sigma": cells}).numbers("sigma")
    for row, each in enumerate(found):
        if each <= 0:
            where = say("fit-line", line=table.lines[row]) if table.lines else say("fit-row", row=row + 1)
            key = "fit-sigma-zero" if each == 0 else "fit-sigma-negative"
            raise UsageError(say(key, where=where, column=name or "sigma", value=f"{each:g}"), code=key)
    return found, name or letter("sigma").name
