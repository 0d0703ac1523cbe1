"""The command ``stepcalc``: one application, to which each family of commands adds its own."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from stepcalc.cli import backprop, dependence, diff, fit, limit, optimisation, rules, sheet, taylor, vector
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


app = typer.Typer(
    cls=Commands,
    name="stepcalc",
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("diff", cls=Command, help=diff.HELP, no_args_is_help=True)(diff.diff)
for _name, _help in vector.HELP.items():
    app.command(_name, cls=Command, help=_help, no_args_is_help=True)(vector.command(_name))
app.command("total", cls=Command, help=dependence.TOTAL_HELP, no_args_is_help=True)(dependence.total)
app.command("implicit", cls=Command, help=dependence.IMPLICIT_HELP, no_args_is_help=True)(dependence.implicit)
app.command("taylor", cls=Command, help=taylor.HELP, no_args_is_help=True)(taylor.taylor)
app.command("limit", cls=Command, help=limit.LIMIT_HELP, no_args_is_help=True)(limit.limit)
app.command("slope", cls=Command, help=limit.SLOPE_HELP, no_args_is_help=True)(limit.slope)
app.command("newton", cls=Command, help=optimisation.NEWTON_HELP, no_args_is_help=True)(optimisation.newton)
app.command("critical", cls=Command, help=optimisation.CRITICAL_HELP, no_args_is_help=True)(
    optimisation.critical
)
app.command("backprop", cls=Command, help=backprop.HELP, no_args_is_help=True)(backprop.backprop)
app.command("fit", cls=Command, help=fit.HELP, no_args_is_help=True)(fit.fit)
app.command("descend", cls=Command, help=optimisation.DESCEND_HELP, no_args_is_help=True)(
    optimisation.descend
)
app.command("lagrange", cls=Command, help=optimisation.LAGRANGE_HELP, no_args_is_help=True)(
    optimisation.lagrange
)
app.add_typer(sheet.app)
app.command("rules", cls=Command, help=rules.HELP)(rules.rules)


def _version(wanted: bool) -> None:
    if wanted:
        from stepcalc._version import __version__

        typer.echo(f"stepcalc {__version__}")
        raise typer.Exit


@app.callback()
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
    try:
        get_command(app)(args, prog_name="stepcalc")
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
