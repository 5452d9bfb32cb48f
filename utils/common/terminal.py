"""What all commands share in the terminal: how a day is given, and a line that says what is being done."""

from __future__ import annotations

import shutil
import sys
from types import TracebackType

import click


class DayType(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions alone
    """A day on the command line: read by the one rule that holds wherever a day is handed in, `checks.check_day`."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day as text in ISO form."""
        from .checks import check_day  # loads pandas, which a command without a day may do without

        return f"{check_day(value, name=param.opts[0] if param else 'day'):%Y-%m-%d}"


DAY = DayType()


class Status:
    """One line on stderr that says what is being done, and goes when it is done; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Status:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._write("")

    def show(self, text: str) -> None:
        """Show a text in place of the last one."""
        width = shutil.get_terminal_size().columns - 1
        self._write(text if len(text) <= width else f"{text[: width - 1]}…")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
