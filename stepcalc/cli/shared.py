"""The options that every answering command has: how the answer is told, checked and written."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from typing import Any, Final

from stepcalc.cli import options
from stepcalc.cli.answering import telling

OF_ONE_DERIVATION: Final = ("upto", "hint")
"""Options about the steps of one derivation, which a report with several and with tables does not have."""


def _all(
    function: options.Function = None,
    letter: options.Letter = None,
    style: options.StyleOption = "steps",
    detail: options.DetailOption = "normal",
    notation: options.NotationOption = None,
    upto: options.Upto = None,
    hint: options.Hint = False,
    quiet: options.Quiet = False,
    prefer: options.Prefer = None,
    form: options.FormOption = "textbook",
    no_tidy: options.NoTidy = False,
    rules: options.RuleFiles = None,
    no_verify: options.NoVerify = False,
    format: options.FormatOption = None,
    json: options.Json = False,
    output: options.Output = None,
    force: options.Force = False,
    ascii: options.Ascii = False,
    paper: options.PaperOption = "a4",
    font_size: options.FontSize = None,
) -> None:
    """Only its signature is used: the options, their types and their defaults."""


def with_telling(ask: Callable[..., int], *, without: Collection[str] = ()) -> Callable[..., int]:
    """A command that has the options of its own function and those that all have.

    Args:
        ask: The command's own part; it is called with its own options by name and, last, ``told``.
        without: Those of all that would do nothing here, by their names in the signature.

    Returns:
        The command, with a signature for Typer to read.
    """
    shared = inspect.signature(_all, eval_str=True).parameters
    own = [
        given for given in inspect.signature(ask, eval_str=True).parameters.values() if given.name != "told"
    ]

    def command(**given: Any) -> int:
        mine = {parameter.name: given.pop(parameter.name) for parameter in own}
        return ask(**mine, told=telling(**{**usual, **given}))

    # An option of the command's own stands before one of the same name that all have.
    usual = {name: parameter.default for name, parameter in shared.items()}
    names = {*(parameter.name for parameter in own), *without}
    parameters = [*own, *(each for each in shared.values() if each.name not in names)]
    command.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    command.__annotations__ = {given.name: given.annotation for given in parameters} | {"return": int}
    command.__doc__ = ask.__doc__
    return command


def with_report_telling(ask: Callable[..., int]) -> Callable[..., int]:
    """A command that answers with a report, of derivations and tables.

    Args:
        ask: The command's own part, as for :func:`with_telling`.
    """
    return with_telling(ask, without=OF_ONE_DERIVATION)
