"""What every command has in common: expressions that begin with a minus, defaults, errors, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from typer import Exit, TyperException
from typer.core import TyperCommand

from stepcalc.cli.output import close_broken_pipe
from stepcalc.cli.report import report, report_usage
from stepcalc.errors import StepcalcError, UsageError
from stepcalc.messages import say

_LONG: Final = re.compile(r"--[A-Za-z][A-Za-z-]+(=.*)?$", re.DOTALL)
_FLAGS_ALONE: Final = ("-h", "--help")


class Command(TyperCommand):
    """A command whose expression may begin with a minus, and whose errors are StepCalc's own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; what cannot be understood is answered in words, or in JSON if asked for."""
        from stepcalc.cli.config import defaults

        as_json = "--json" in args
        try:
            if not set(args) & set(_FLAGS_ALONE):
                ctx.default_map = defaults(str(self.name), {str(param.name) for param in self.params})
            settled = self._settled(args)
            self._check_quotes(ctx, settled)
            return super().parse_args(ctx, settled)
        except StepcalcError as problem:
            report(problem, as_json=as_json)
            raise Exit(problem.exit_status) from None
        except TyperException as problem:
            message = problem.format_message()
            if "'--order'" in message and self.name != "taylor":
                message = say("order-whole")
            report_usage(message, ctx.command_path, as_json=as_json)
            raise Exit(2) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error that it foresaw is reported, not raised."""
        try:
            status = super().invoke(ctx)
        except StepcalcError as problem:
            report(problem, as_json=_wants_json(ctx.params))
            raise Exit(problem.exit_status) from None
        except BrokenPipeError:
            close_broken_pipe()
            raise Exit(0) from None
        if isinstance(status, int) and status:
            raise Exit(status)
        return status

    def _check_quotes(self, ctx: Any, settled: list[str]) -> None:
        """Say that an expression which the shell has split needs quotes."""
        places = sum(param.param_type_name == "argument" for param in self.params)
        end = settled.index("--") if "--" in settled else len(settled)
        options, given = settled[:end], settled[end + 1 :]
        known = {name for param in self.params for name in (*param.opts, *param.secondary_opts)}
        if any(_LONG.match(word) and word.partition("=")[0] not in known for word in options):
            return  # an option that there is not: what follows it may have been its value, and no expression
        if places and len(given) > places and self.name != "rules":
            whole = " ".join(given)
            text = say("quotes-missing", command=ctx.command_path, whole=whole)
            raise UsageError(text, code="quotes-missing")

    def _settled(self, args: Sequence[str]) -> list[str]:
        """The arguments with every expression put last, behind ``--``, so that a minus is no option."""
        takes = {
            name: not getattr(param, "is_flag", False)
            for param in self.params
            if param.param_type_name == "option"
            for name in (*param.opts, *param.secondary_opts)
        }
        options, expressions = settle(args, takes)
        return [*options, "--", *expressions] if expressions else options


def settle(args: Sequence[str], takes: dict[str, bool]) -> tuple[list[str], list[str]]:
    """Tell options and expressions apart.

    Args:
        args: What was typed.
        takes: The options there are, and whether each takes a value.

    Returns:
        The options with their values, then the expressions.

    Examples:
        >>> settle(["-x^2", "-q", "--at", "-1"], {"-q": False, "--at": True})
        (['-q', '--at', '-1'], ['-x^2'])
        >>> settle(["-n2", "x^3"], {"-n": True})
        (['-n2'], ['x^3'])
    """
    options: list[str] = []
    expressions: list[str] = []
    unsure: list[tuple[int, str]] = []
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            expressions.extend(rest)
        elif arg in takes:
            options.extend((arg, *_value_of(takes[arg], rest)))
        elif arg in _FLAGS_ALONE or _LONG.match(arg):
            options.append(arg)
        elif arg[:2] in takes and not arg.startswith("--"):
            # "-n2" is an option with its value, "-n^2" could be meant as an expression: the rest decides.
            unsure.append((len(options), arg))
        else:
            expressions.append(arg)
    if expressions:
        for shift, (place, arg) in enumerate(unsure):
            options.insert(place + shift, arg)
    else:
        expressions.extend(arg for _, arg in unsure)
    return options, expressions


def _value_of(takes_one: bool, rest: Iterator[str]) -> list[str]:
    if not takes_one:
        return []
    value = next(rest, None)
    return [] if value is None else [value]


def _wants_json(params: dict[str, Any]) -> bool:
    return bool(params.get("json")) or params.get("format") == "json"
