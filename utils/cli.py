"""The command line, ``python -m utils``: report, api, forecast, ask, freeze, backtest, scores, fetch, ingest, describe."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import NoReturn

import click

from .ask.command import ask_command
from .common.errors import InputError
from .common.files import check_file, check_writable, write_files
from .common.formatting import INTERVAL_RULE, write_interval
from .common.paths import CACHE_VARIABLE, ROOT
from .common.terminal import DAY, Status
from .questions.passage import parse_definition

#: Name of the distribution, whose version is shown.
PACKAGE = "will-aid-trucks-reach-350-a-day"
#: A word of which a message shows only the beginning.
LONG_WORD = r"\S{200,}"

AS_OF = click.option(
    "--as-of",
    type=DAY,
    metavar="DAY",
    help="Use only what had been published by this day, such as 2024-11-08; by default the day of the questions.",
)


CACHE = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of what need not be computed again; by default .cache here, or one of your own where that cannot be written.",
)


def _check_jobs(context: click.Context, option: click.Parameter, jobs: int) -> int:
    if jobs == 0:
        raise click.BadParameter("0 processes do nothing; give 1 or more, or -1 for one a core", context, option)
    return jobs


JOBS = click.option(
    "--jobs",
    "n_jobs",
    default=-1,
    show_default=True,
    type=int,
    callback=_check_jobs,
    help="Processes here; -1 for one a core, -2 for one less.",
)


class ModelOption(click.Option):
    """An option that names forecasters. They are listed in its help, for which alone they are loaded."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Add the names to the help."""
        from .models import MODELS
        from .verification.plan import EVENT_BASELINES

        record = super().get_help_record(ctx)
        names = ["default", *MODELS, *(EVENT_BASELINES if self.multiple else ())]
        return record and (record[0], f"{record[1]} One of {', '.join(names)}.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=PACKAGE, prog_name=PACKAGE, message="%(prog)s %(version)s")
def cli() -> None:
    """Will aid trucks reach 350 a day? Forecasts from real counts, as known on the day.

    Each command explains itself: python -m utils COMMAND --help
    """


cli.add_command(ask_command)


@cli.command()
@AS_OF
@click.option(
    "--vintage",
    type=click.Choice(["real-time", "final"]),
    default="real-time",
    show_default=True,
    help="final: the last lists, cut at the origin, instead of those of the day.",
)
@click.option("--model", cls=ModelOption, default="default", show_default=True, help="Forecaster, by its name.")
@click.option("--paths", "n_paths", default=10_000, show_default=True, type=click.IntRange(50), help="Simulated paths.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed; the same gives the same answer.")
@click.option("--shifts", is_flag=True, help="Let a pause, an opening and a closing come, as often as such shifts came before.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
def forecast(as_of: str | None, vintage: str, model: str, n_paths: int, seed: int, shifts: bool, as_json: bool) -> None:
    """Answer both of the seed's questions, by source and by definition of reaching."""
    from .aid.answers import answer_all, check_askable
    from .aid.reporting import learn_settling
    from .forecasts.track_record import SUCH, describe_record

    check_askable(as_of=as_of)
    with Status() as status:
        answers = answer_all(
            as_of=as_of,
            vintage=vintage,
            n_paths=n_paths,
            seed=seed,
            model=model,
            shifts=shifts,
            on_question=lambda question: status.show(question.words),
        )
    public = answers[0].as_of if vintage == "real-time" else None
    settling = {name: learn_settling(name, as_of=public).words for name in {answer.question.source for answer in answers}}
    if as_json:
        found = [answer.to_dict() | {"newest_days": settling[answer.question.source]} for answer in answers]
        click.echo(json.dumps(found, indent=2))
        return
    first = answers[0]
    how = f"{', final vintages' if vintage == 'final' else ''}{', shifts may come' if shifts else ''}"
    click.echo(f"As of {first.as_of:%Y-%m-%d} (origin {first.origin:%Y-%m-%d}){how}")
    for name in dict.fromkeys(answer.question.name for answer in answers):
        these = [answer for answer in answers if answer.question.name == name]
        question = these[0].question
        click.echo(f"\n{question.threshold:,.10g} {question.counter.unit} a day {question.end}, {question.title}")
        click.echo(f"  {'source':7}{'reached':30}{'probability':>12}{'90 % interval':>25}{'base rate':>11}{'bootstrap':>11}")
        for answer in these:
            interval = write_interval(answer.low, answer.high)
            words = parse_definition(answer.question.definition).words
            click.echo(
                f"  {answer.question.counter.title:7}{words:30}{answer.probability:12.3f}{interval:>25}"
                f"{answer.baselines['base_rate']:11.3f}{answer.baselines['weekday_bootstrap']:11.3f}"
            )
            click.echo(f"    {describe_record(answer.track_record)}")
    click.echo()
    click.echo(textwrap.fill(INTERVAL_RULE, 89))
    click.echo(textwrap.fill(SUCH + " None of them allowed for shifts." * shifts, 89))
    for answer in {answer.question.source: answer for answer in answers}.values():
        title = answer.question.counter.title
        click.echo(f"{title}: published {answer.vintages[-1]}, last counted day {answer.last_counted:%Y-%m-%d}")
        click.echo(textwrap.fill(settling[answer.question.source], 89, initial_indent="  ", subsequent_indent="  "))


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
@click.option(
    "--format", "form", type=click.Choice(["html", "pdf"]), default="html", show_default=True, help="pdf: print it too."
)
@CACHE
def report(as_of: str | None, only: tuple[str, ...], edition: str, out: Path, form: str, cache: Path | None) -> None:
    """Execute the notebooks and write the HTML report; print its pages too, if asked to."""
    from .publishing.pdf import PRINTED, find_browser, print_pages

    browser = find_browser() if form == "pdf" else None
    _choose_cache(cache)
    if as_of is not None:
        from .aid.answers import check_askable

        check_askable(as_of=as_of)
    from .aid.glossary import GLOSSARY
    from .aid.summary import summarise_answers
    from .course.pages import ExercisePages
    from .publishing.report import write_report

    index = write_report(
        out=out,
        summary=summarise_answers,
        as_of=as_of,
        only=only or None,
        edition=edition,
        glossary=GLOSSARY,
        supplements=ExercisePages(),
    )
    click.echo(f"Report: {index}")
    if browser is not None:
        click.echo(f"Printed: {len(print_pages(index, browser=browser))} pages in {index.parent / PRINTED}")


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / "reports" / "api",
    help="Folder to write; reports/api by default.",
)
def api(out: Path) -> None:
    """Write a page on each module of the code, from its docstrings. The next report keeps and links them."""
    from .publishing.api import write_api

    click.echo(f"Pages: {write_api(out=out)}")


@cli.command()
@click.option(
    "--jobs", "n_jobs", default=-1, show_default=True, type=int, callback=_check_jobs, help="Processes; -1: one a core."
)
@CACHE
def scores(n_jobs: int, cache: Path | None) -> None:
    """Run the backtests that the pages show, and keep their scores in data/scores.

    Only those are run whose forecasters, lists or settings have changed since, all in a minute; what is kept stands in the
    table BACKTESTS of utils/aid/scores.py.
    """
    _choose_cache(cache)
    from .aid.scores import FOLDER, make_scores

    check_writable(FOLDER, name="scores")
    made = make_scores(n_jobs=n_jobs)
    click.echo(f"Scores: {FOLDER}, {', '.join(made) or 'nothing'} computed anew")


@cli.command()
@AS_OF
@click.option("--paths", "n_paths", default=10_000, show_default=True, type=click.IntRange(50), help="Simulated paths.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed; the same gives the same record.")
@click.option("--replace", is_flag=True, help="Replace the record that is there. Without it, it is left as it is.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the record; by default that of the newest edition.",
)
def freeze(as_of: str | None, n_paths: int, seed: int, replace: bool, out: Path | None) -> None:
    """Write down every forecast of both questions, before any outcome is read.

    One CSV file a forecaster, in the long layout of the hubverse, and manifest.json with their hashes. What is frozen stands in
    the table FORECASTS of utils/aid/frozen.py; notebook 07 scores the archive and nothing else.
    """
    from .aid.frozen import EDITION, FOLDER, freeze_forecasts

    folder = FOLDER / EDITION if out is None else out
    check_writable(folder, name="out")
    record = freeze_forecasts(as_of=as_of, folder=folder, n_paths=n_paths, seed=seed, replace=replace)
    for one in record.models.itertuples():
        click.echo(f"{one.file:46}{one.sha256[:12]}  {one.label}")
    click.echo(f"Record: {folder}, as of {record.as_of:%Y-%m-%d}, {len(record.rows):,} rows")


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / "originals",
    help="Folder of the originals; originals by default.",
)
@click.option("--cogat", metavar="URL", help="Get COGAT's list too, a CSV file, from this address.")
@click.option("--hdx", metavar="URL", default="https://data.humdata.org", show_default=True, help="Where HDX answers.")
@click.option("--no-unrwa", is_flag=True, help="Leave UNRWA's list out.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Trust this host too, if an address leads to it.")
@CACHE
def fetch(out: Path, cogat: str | None, hdx: str, no_unrwa: bool, hosts: tuple[str, ...], cache: Path | None) -> None:
    """Get the publishers' files: UNRWA's list through HDX, COGAT's from an address that you give.

    Each is checked, and filed under its own date; none is written over. After that, python -m utils ingest DIR takes in what is
    new. UNRWA asks that its later lists be taken from its own pages only: get such a file there in a browser, put it into the
    folder, and say ingest DIR --new
    """
    from .aid.ingest.fetch import LATER_LISTS
    from .aid.ingest.fetch import fetch as fetch_originals

    if no_unrwa and cogat is None:
        raise InputError("nothing is asked for; leave --no-unrwa out, or give --cogat URL")
    _choose_cache(cache)
    check_writable(out / "any", name="out")
    with Status() as status:
        found = fetch_originals(out=out, hdx=None if no_unrwa else hdx, cogat=cogat, trusted=hosts, on_progress=status.show)
    for one in found:
        click.echo(f"{'new ' if one.new else 'held'}  {one.source}, public from {one.published}: {out / one.file}")
        click.echo(f"      {one.bytes:,} bytes, sha256 {one.sha256}")
    click.echo(LATER_LISTS)
    click.echo(f"Now: python -m utils ingest {out}")


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=ROOT / "data",
    help="Data package to write; data by default.",
)
@click.option("--replace", is_flag=True, help="Let a list take the place of one that has more rows or days, or is newer.")
@click.option("--new", is_flag=True, help="Take in lists that came by another way than fetch.")
def ingest(folder: Path, out: Path, replace: bool, new: bool) -> None:
    """Make the daily tables of the data package from the publishers' files in DIR.

    A list that stands stays, whether or not its file is there. A new one is taken in beside it if fetch got it, under the day
    from which it was public.
    """
    from .aid.ingest.run import ingest as ingest_folder

    check_writable(out, name="out")
    for table in ingest_folder(folder, out=out, replace=replace, new=new):
        click.echo(str(table))


@cli.command()
@click.argument("tables", metavar="[TABLE]...", nargs=-1)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=ROOT / "data", help="Data package; data by default."
)
def describe(tables: tuple[str, ...], data: Path) -> None:
    """Check tables of the data package that were edited on purpose, and describe them anew.

    Tables are read only as datapackage.json describes them, to the byte. Name those that were edited, such as quotes; without a
    name, all that are kept by hand.
    """
    from .aid.ingest.datapackage import refresh_package

    changed = refresh_package(folder=data, tables=tables)
    click.echo(f"Described anew: {', '.join(changed) or 'nothing, each is as described'}")


@cli.command()
@click.option("--source", multiple=True, default=["cogat", "unrwa"], show_default=True, help="Whose count; may be repeated.")
@click.option("--scope", multiple=True, default=["all"], show_default=True, help="Which trucks: all or humanitarian.")
@click.option(
    "--model",
    cls=ModelOption,
    multiple=True,
    default=["default", "sarimax", "climatology", "weekday_bootstrap", "base_rate", "persistence", "always_no"],
    help="Forecaster by its name, or a baseline; may be repeated. By default the pool and plain baselines.",
)
@click.option("--horizon", multiple=True, type=click.IntRange(1), default=[5, 30, 74], show_default=True, help="Days ahead.")
@click.option("--definition", multiple=True, default=["day"], show_default=True, help="Definition of reaching.")
@click.option("--score", default="brier", show_default=True, help="Score to print: brier, log, rps, crps_max, energy, ...")
@click.option("--step", default=6, show_default=True, type=click.IntRange(1), help="Days between origins.")
@click.option("--paths", "n_paths", default=500, show_default=True, type=click.IntRange(3), help="Simulated paths a forecast.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help="Seed; the same gives the same scores.")
@JOBS
@click.option("--scheduler", metavar="ADDRESS", help="Run on the dask cluster at this address, such as tcp://host:8786.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Also write every score to this CSV file.")
@CACHE
@click.option("--no-cache", is_flag=True, help="Run everything anew.")
def backtest(
    source: tuple[str, ...],
    scope: tuple[str, ...],
    model: tuple[str, ...],
    horizon: tuple[int, ...],
    definition: tuple[str, ...],
    score: str,
    step: int,
    n_paths: int,
    seed: int,
    n_jobs: int,
    scheduler: str | None,
    out: Path | None,
    cache: Path | None,
    no_cache: bool,
) -> None:
    """Score the forecasters at rolling origins, from what could be known at each.

    With the settings below it takes half a minute on two cores, and each more model, source or path its share.
    """
    _choose_cache(cache)
    from .aid.daily import THRESHOLDS, load_records
    from .verification.backtest import CACHE
    from .verification.backtest import backtest as run_backtest
    from .verification.plan import check_score
    from .verification.summaries import summarise_scores

    check_score(score, model)
    if out is not None:
        check_file(out, name="out")
    table = run_backtest(
        load_records(source, scopes=scope),
        models=model,
        horizons=horizon,
        definitions=definition,
        thresholds=THRESHOLDS,
        step=step,
        n_paths=n_paths,
        seed=seed,
        n_jobs=n_jobs,
        cache=None if no_cache else CACHE,
        scheduler=scheduler,
    )
    if out is not None:
        write_files(out.absolute().parent, {out.name: table.to_csv(index=False, lineterminator="\n").encode()})
    summary = summarise_scores(table, score=score)
    for (series, vintage, days), rows in summary.groupby(["series", "vintage", "horizon"], sort=False):
        cases, effective = rows["cases"].max(), rows["effective"].max()
        ranked = "" if rows["rank"].notna().any() else "; too few for a ranking"
        click.echo(f"\n{series}, {vintage}, {days} days: {cases} origins, of which {effective} do not overlap{ranked}")
        click.echo(f"  {'model':20}{score:>10}{'90 % interval':>20}{'skill':>8}{'90 % interval':>18}")
        for row in rows.sort_values("rank", kind="stable").itertuples():  # no order where there is no rank
            mean = "-" if math.isnan(row.low) else f"{row.low:.3f} to {row.high:.3f}"
            gain = "-" if math.isnan(row.skill) else f"{row.skill:+.2f}"
            skill = "-" if math.isnan(row.skill_low) else f"{row.skill_low:+.2f} to {row.skill_high:+.2f}"
            click.echo(f"  {row.model:20}{row.mean:10.4f}{mean:>20}{gain:>8}{skill:>18}")
    click.echo("\nSkill: 1 - score / score of climatology, on the same origins.")


def _choose_cache(folder: Path | None) -> None:
    """Let this process and those that it starts keep in a folder what need not be computed again."""
    if folder is not None:
        check_writable(folder / "any", name="cache")
        os.environ[CACHE_VARIABLE] = str(folder.absolute())


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line. Bad input ends it with one line on stderr and status 2, Ctrl-C with status 130.

    >>> try:
    ...     main(["no-such-command"])  # the reason goes to stderr
    ... except SystemExit as end:
    ...     end.code
    2
    """
    try:
        sys.exit(cli.main(arguments, prog_name="python -m utils", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        sys.exit(2)
    except click.ClickException as error:
        message = " ".join(error.format_message().split())
    except (click.Abort, KeyboardInterrupt):  # Ctrl-C
        eval("0")  # else Python, if Ctrl-C came while some library evaluated a text, would end by the signal itself
        click.echo("error: stopped", err=True)
        sys.exit(130)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        mend = "free some space, or name a place with more" if full else "name a file or folder that can be read or written"
        message = f"{error.filename or 'a file'}: {error.strerror or error}; {mend}"
    except MemoryError:
        message = "memory is used up; ask for fewer --paths"
    except InputError as error:
        message = " ".join(str(error).split())
    short = re.sub(LONG_WORD, lambda word: f"{word[0][:79]}…", message)
    click.echo(f"error: {short}", err=True)
    sys.exit(2)
