"""Commands whose options are put together from their own and from those they share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def with_more(shared: Callable[..., None]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command, beside its own options, those of a signature that several commands have.

    Args:
        shared: A function of which only the signature is used.

    Returns:
        What makes the command: the options of both for Typer to read, all handed on by name.
    """
    more = inspect.signature(shared, eval_str=True).parameters

    def widened(ask: Callable[..., int]) -> Callable[..., int]:
        signature = inspect.signature(ask, eval_str=True)
        own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        parameters = [*own, *more.values()]

        def command(**given: Any) -> int:
            return ask(**given)

        command.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: each.annotation for each in parameters} | {"return": int}
        command.__doc__ = ask.__doc__
        return command

    return widened
