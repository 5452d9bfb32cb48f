"""The options of ``python -m utils ask``, and what they lead to."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from ..common.errors import InputError
from ..common.files import check_file
from ..common.terminal import DAY

SCHEMA = Path(__file__).with_name("ask.schema.json")


def _print_schema(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)
        context.exit()


@click.command("ask")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--reach", type=float, metavar="Y", help="Does the count reach Y a day?")
@click.option("--below", type=float, metavar="Y", help="Does the count fall below Y a day?")
@click.option("--by", required=True, type=DAY, metavar="DAY", help="Before this day, such as 2024-06-01.")
@click.option("--inclusive", is_flag=True, help="The day itself counts too.")
@click.option("--after", type=DAY, metavar="DAY", help="First day of the window; by default the as-of day.")
@click.option(
    "--definition",
    default="day",
    show_default=True,
    help="What counts: day, mean7 (mean of 7 days), run3 (3 days in a row), window_mean; any number of days.",
)
@click.option("--as-of", type=DAY, metavar="DAY", help="Use only the days before this one; by default all of the file.")
@click.option("--date", metavar="COLUMN", help="The column of days; needed only where there are several.")
@click.option("--count", metavar="COLUMN", help="The column of counts; needed only where there are several.")
@click.option("--rows", is_flag=True, help="Each row is one unit to be counted, such as one admission.")
@click.option("--sum", "sum_rows", is_flag=True, help="Add up the counts of several rows of a day.")
@click.option(
    "--missing",
    type=click.Choice(["unreported", "zero"]),
    default="unreported",
    show_default=True,
    help="What a day without a row or a count is: not known, or a zero.",
)
@click.option("--day-first/--month-first", "day_first", default=None, help="How to read 03/04/2024 where no row settles it.")
@click.option("--thousands", metavar="SIGN", help="The thousands separator, where 1,234 could be a decimal number.")
@click.option("--closed", multiple=True, metavar="WEEKDAY", help="A weekday on which nothing is counted; may be repeated.")
@click.option("--sheet", metavar="NAME", help="Which sheet of a workbook.")
@click.option("--unit", default="counts", show_default=True, help="What is counted, in the plural, such as cases.")
@click.option("--name", default="", help="Who counts, such as 'the hospital'.")
@click.option("--paths", "n_paths", default=10_000, show_default=True, type=click.IntRange(50), help="Simulated paths.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed; the same gives the same answer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
@click.option("--html", "page", metavar="OUT", type=click.Path(path_type=Path), help="Also write a one-page report to this file.")
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema, help="Print the JSON Schema.")
def ask_command(file: Path, reach: float | None, below: float | None, as_json: bool, page: Path | None, **asked: object) -> None:
    """Answer a question from any file of daily counts: will it reach Y a day, or fall below it, before a day?

    FILE is CSV, TSV, Excel or parquet, with one row a day and a count, or one row a unit to be counted (--rows).

    \b
    python -m utils ask cases.csv --reach 100 --by 2024-06-01
    python -m utils ask admissions.csv --rows --below 20 --by 2024-06-01 --definition mean7
    """
    threshold = reach if below is None else below
    if threshold is None:
        raise InputError("no threshold was given; ask with --reach Y or with --below Y")
    if reach is not None and below is not None:
        raise InputError(f"--reach {reach:g} and --below {below:g} are two questions; ask one at a time")
    if page is not None:
        check_file(page, name="html")
    from .asked import ask

    found = ask(file, threshold=threshold, below=below is not None, **asked)  # type: ignore[arg-type]
    if page is not None:
        from .page import write_page

        write_page(found, page)
        click.echo(f"Page: {page}", err=True)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
        return
    from .terminal import write_text

    click.echo(write_text(found, width=shutil.get_terminal_size().columns, plain=not _shows_blocks()), nl=False)


def _shows_blocks() -> bool:
    """Tell whether standard output can show the blocks of the chart."""
    try:
        "█┤’".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True
