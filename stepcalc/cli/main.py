"""The command ``stepcalc``: one application, to which each family of commands adds its own."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from stepcalc.cli.command import Command
from stepcalc.cli.output import close_broken_pipe
from stepcalc.cli.report import report_usage
from stepcalc.messages import say

INTERRUPTED = 130

HELP = """Calculus as a good teacher writes it: each line follows from the one before by a named rule.

Put the expression in quotes:

    stepcalc diff "x**2*sin(x)"
"""
EPILOG = "Each command has its own help with examples: stepcalc diff --help"


class Commands(TyperGroup):
    """The commands; an expression in the place of one is answered with the command that was meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that is named first."""
        name = args[0]
        like_a_command = (name.isalpha() and len(name) > 2) or name.startswith("-")
        if self.get_command(ctx, name) is None and not like_a_command:
            report_usage(say("no-command", name=name), "stepcalc", as_json="--json" in args)
            raise typer.Exit(2)
        return super().resolve_command(ctx, args)


HOMES: Final[Mapping[str, str]] = {
    "diff": "diff",
    **dict.fromkeys(
        "partial gradient directional jacobian hessian divergence curl laplacian".split(), "vector"
    ),
    "total": "dependence",
    "implicit": "dependence",
    "taylor": "taylor",
    "limit": "limit",
    "slope": "limit",
    "newton": "optimisation",
    "critical": "optimisation",
    "lagrange": "optimisation",
    "descend": "optimisation",
    "fit": "fit",
    "backprop": "backprop",
    "sheet": "sheet",
    "rules": "rules",
}
"""The commands, in the order in which help lists them, and the modules they are in."""


def application(only: str = "") -> typer.Typer:
    """The application, with all commands or with the one that is asked for.

    Args:
        only: The name of a command; a command's options take longer to prepare than a small derivative.
    """
    app = typer.Typer(
        cls=Commands,
        name="stepcalc",
        help=HELP,
        epilog=EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    for name in (only,) if only in HOMES else HOMES:
        _add(app, name)
    app.callback()(_main)
    return app


def _add(app: typer.Typer, name: str) -> None:
    """One command; its function, and what helps with it, have its name in its module."""
    module: Any = import_module(f"stepcalc.cli.{HOMES[name]}")
    match HOMES[name]:
        case "sheet":
            app.add_typer(module.app)
            return
        case "vector":
            function, text = module.command(name), module.HELP[name]
        case _:
            function = getattr(module, name)
            text = getattr(module, f"{name.upper()}_HELP", None) or module.HELP
    app.command(name, cls=Command, help=text, no_args_is_help=name != "rules")(function)


def _version(wanted: bool) -> None:
    if wanted:
        from stepcalc._version import __version__

        typer.echo(f"stepcalc {__version__}")
        raise typer.Exit


def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave."),
    ] = False,
) -> None:
    pass


def main(args: list[str] | None = None) -> int:
    """Run a command line inside this process.

    Args:
        args: The words after ``stepcalc``; those of the process if not given.

    Returns:
        The exit status.
    """
    _show_any_character()
    given = sys.argv[1:] if args is None else args
    try:
        get_command(application(given[0] if given else ""))(args, prog_name="stepcalc")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def run() -> None:
    """The console entry point."""
    # A short-lived process: collecting cycles while SymPy is imported, and taking every module apart at the
    # end, cost a fifth of the time that a person waits. Memory goes back when the process ends.
    gc.disable()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        close_broken_pipe()
    except OSError:
        status = status or 1
    os._exit(status)


def _show_any_character() -> None:
    """Let an output that lacks a character write ``?`` for it instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
