"""`sahut`: the command line. Its names and its output are stable: scripts rely on them.

Every error is one clear line on standard error and a non-zero exit code; `--debug` shows the whole of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from aggregator.app import load_plugins
from aggregator.cli import accounts, content, install, keys, people, plan, plugins, triage, work
from aggregator.cli.session import Session
from aggregator.config import ConfigError, load_settings
from aggregator.log import configure_logging
from aggregator.services.errors import ServiceError
from aggregator.storage.crypto import SecretUnreadable

_ALREADY_CLEAR = (ServiceError, ConfigError, SecretUnreadable)


class Sahut(click.Group):
    """The group, with one way to report whatever went wrong; a command it does not know may be a plugin's."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = super().get_command(ctx, cmd_name)
        if known is None:
            load_plugins(load_settings()).add_commands(self)
        return known or super().get_command(ctx, cmd_name)

    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]  # click overloads it
        told = sys.argv[1:] if args is None else list(args)
        try:
            code = super().main(told, **(extra | {"standalone_mode": False}))
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.ClickException as error:
            sys.exit(_report(error.format_message(), error.exit_code))
        except click.Abort:
            sys.exit(130)
        except Exception as error:  # the last line of defence: one line instead of a traceback
            if "--debug" in told:
                raise
            clear = isinstance(error, _ALREADY_CLEAR)
            sys.exit(_report(str(error) if clear else f"{type(error).__name__}: {error}".partition("\n")[0], 1))
        sys.exit(code if isinstance(code, int) else 0)


def _report(message: str, code: int) -> int:
    """One line on standard error."""
    click.echo(f"sahut: {' '.join(message.split())}", err=True)
    return code


@click.group(cls=Sahut, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show whole tracebacks and more log lines.")
@click.version_option(package_name="sahut")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Sahut hears every public comment on official accounts, brings it to its office and proves the answer."""
    session = Session(debug=debug)
    configure_logging("DEBUG" if debug else session.log_level)
    context.obj = session
    context.call_on_close(session.close)


for room in (install, people, accounts, content, triage, work, plugins, keys, plan):
    for command in room.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Entry point of the `sahut` script."""
    cli()
