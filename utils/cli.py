"""The command line: ``python -m utils report | forecast | ingest``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from .errors import InputError
from .project import DATA, ROOT

AS_OF = click.option(
    "--as-of",
    metavar="DAY",
    help="Use only what had been published by this day, such as 2024-11-08; by default the day of the questions.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli():
    """Will aid trucks reach 350 a day? Forecasts from real counts, as known on the day.

    Each command explains itself: python -m utils COMMAND --help
    """


@cli.command()
@AS_OF
@click.option("--hindsight", is_flag=True, help="Use the last vintages, cut at the origin, instead of those of the day.")
@click.option("--model", default="default", show_default=True, help="Forecaster, by its name in utils.models.")
@click.option("--paths", "n_paths", default=10_000, show_default=True, type=click.IntRange(50), help="Simulated paths.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed; the same gives the same answer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
def forecast(as_of: str | None, hindsight: bool, model: str, n_paths: int, seed: int, as_json: bool):
    """Answer both of the seed's questions, by source and by definition of reaching."""
    from .answers import answer_all, tabulate_answers

    answers = answer_all(as_of=as_of, hindsight=hindsight, n_paths=n_paths, seed=seed, model=model)
    if not answers:
        raise InputError(f"as_of {as_of} lies after both windows; nothing is left to forecast, so choose an earlier day")
    if as_json:
        click.echo(json.dumps([said.to_dict() for said in answers], indent=2))
        return
    first = answers[0]
    click.echo(f"As of {first.as_of:%Y-%m-%d} (origin {first.origin:%Y-%m-%d}){', in hindsight' if hindsight else ''}")
    for name, rows in tabulate_answers(answers).groupby("question", sort=False):
        question = next(said.question for said in answers if said.question.name == name)
        click.echo(f"\n{question.threshold:g} trucks a day before {question.closes}, {question.title}")
        click.echo(f"  {'source':7}{'reached':30}{'probability':>12}{'90 % interval':>18}{'base rate':>11}{'bootstrap':>11}")
        for row in rows.itertuples():
            interval = f"{row.low:.3f} to {row.high:.3f}"
            click.echo(
                f"  {row.source:7}{row.words:30}{row.probability:12.3f}{interval:>18}{row.base_rate:11.3f}"
                f"{row.weekday_bootstrap:11.3f}"
            )
    click.echo()
    for source in dict.fromkeys(said.question.source for said in answers):
        said = next(said for said in answers if said.question.source == source)
        click.echo(f"{source}: published {said.vintages[-1]}, last counted day {said.last_known:%Y-%m-%d}")


@cli.command()
@AS_OF
@click.option("--only", multiple=True, metavar="NN", help="Only this notebook, by its number; may be repeated.")
@click.option("--edition", type=click.Choice(["reader", "teacher"]), default="reader", show_default=True, help="For whom.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / "reports",
    help="Folder to write; reports by default.",
)
def report(as_of: str | None, only: tuple[str, ...], edition: str, out: Path):
    """Execute the notebooks and write the HTML report."""
    from .report import write_report

    index = write_report(out=out, as_of=as_of, only=only or None, edition=edition)
    click.echo(f"Report: {index}")


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=DATA, help="Data package to write; data by default."
)
def ingest(folder: Path, out: Path):
    """Make the daily tables of the data package from the publishers' files in DIR."""
    from .ingest import ingest as ingest_folder

    for table in ingest_folder(folder, out=out):
        click.echo(str(table))


def main(arguments: list[str] | None = None):
    """Run the command line. Bad input ends it with one line on stderr and status 2."""
    try:
        sys.exit(cli.main(arguments, prog_name="python -m utils", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        sys.exit(2)
    except click.ClickException as error:
        message = " ".join(error.format_message().split())
    except click.Abort:
        message = "stopped"
    except OSError as error:
        message = f"{error.filename}: {error.strerror}; name a file or folder that can be read or written"
    except InputError as error:
        message = " ".join(str(error).split())
    click.echo(f"error: {message}", err=True)
    sys.exit(2)
