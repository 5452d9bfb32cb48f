"""Write what came of a question as a page of HTML: one file that asks the network for nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..common.errors import InputError
from ..common.files import write_text
from ..common.formatting import day_in_words, percent
from ..figures.forecast import plot_fan, plot_first_passage
from ..figures.labels import format_level, format_number
from ..figures.record import plot_record
from ..figures.style import write_figure
from ..forecasts.ensemble import simulate_ensemble
from ..publishing.accessibility import check_page
from ..publishing.pages import TEMPLATES, PageError, admit_script, dress_page, style_drawings
from ..publishing.stamps import list_versions
from .asked import Asked
from .terminal import SCORES, list_baselines, list_earned, write_answer, write_outcome, write_record

#: Days of the record that are drawn: more would be a smear.
_DRAWN = 730


def write_page(asked: Asked, out: Path) -> None:
    """Write the page, whole or not at all.

    Parameters
    ----------
    asked : Asked
    out : Path
        The file.

    Raises
    ------
    PageError
        If not every reader could read the page.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from utils.ask.example import ask_example
    >>> with TemporaryDirectory() as folder:
    ...     write_page(ask_example(), Path(folder) / "page.html")
    ...     (Path(folder) / "page.html").read_text(encoding="utf-8").count("<figure")
    3
    """
    page = _render_page(asked)
    try:
        write_text(out, page)
    except OSError as error:
        raise InputError(f"html {out}: {error.strerror}; name a file that can be written") from None


def _render_page(asked: Asked) -> str:
    """Render the page; see `write_page`."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters["admit"] = admit_script
    result, record = asked.answer, asked.answer.track_record
    figures = {"first_passage": _draw_first_passage(asked), "fan": _draw_fan(asked), "count": _draw_count(asked)}
    page = environment.get_template("ask.html.j2").render(
        **dress_page("".join(figures.values())),
        kind="page",
        has_code=False,
        title=asked.question.words,
        description=write_answer(asked),
        file=asked.file.name,
        as_of=day_in_words(result.as_of),
        sentence=write_answer(asked),
        outcome=write_outcome(asked) if asked.resolution is not None else "",
        compared=_compare(asked),
        baselines=[("forecaster", percent(result.probability), f"{result.n_paths:,} paths"), *list_baselines(asked)],
        record=write_record(asked),
        earned=[] if isinstance(record, str) else list_earned(record.earned),
        own=f"{'below' if asked.question.below else 'at'} {format_number(asked.question.threshold)}",
        scores=SCORES,
        assumptions=asked.assumptions,
        **{name: Markup(figure) for name, figure in figures.items()},
        versions=list_versions(),
    )
    page = style_drawings(page)
    problems = check_page(page)
    if problems:
        raise PageError(f"the page cannot be read by everyone: {problems[0]}")
    return page


def _compare(asked: Asked) -> str:
    """Say how the answer stands to the base rate."""
    probability, base = asked.answer.probability, asked.answer.base_rate
    here, there = percent(probability), percent(base.probability)
    if here == there:
        return f"The forecast and the base rate agree on {here}."
    side = "above" if probability > base.probability else "below"
    return f"The forecast of {here} lies {side} the base rate of {there}, which knows only how often separate windows met it."


def _draw_first_passage(asked: Asked) -> str:
    result, question = asked.answer, asked.question
    met = "fallen below" if question.below else "reached"
    half = result.curve[result.curve >= result.probability / 2].index[0] if result.probability > 0 else None
    middle = "" if half is None else f" It passes half of that on {day_in_words(half)}."
    return write_figure(
        plot_first_passage([result]),
        alt=f"Curve of the probability that {format_number(question.threshold)} a day has been {met} by each day. It rises to "
        f"{percent(result.probability)} on {day_in_words(question.window[-1])}.{middle}",
        caption=f"The probability rises to {percent(result.probability)} by the end of the window.{middle} That it never comes "
        f"within the window has {percent(result.never)}.",
    )


def _draw_fan(asked: Asked) -> str:
    question, snapshot = asked.question, asked.snapshot
    ensemble = simulate_ensemble(snapshot, until=question.window[-1], n_paths=asked.answer.n_paths, seed=asked.seed)
    open_days = ~ensemble.index.day_of_week.isin(snapshot.shut_weekdays)
    within = ensemble.paths[:, (ensemble.index >= question.window[0]) & open_days]
    low, middle, high = (format_level(level) for level in np.quantile(within, [0.05, 0.5, 0.95]))
    return write_figure(
        plot_fan(ensemble, question),
        alt=f"Fan of simulated {question.counter.unit} a day to {day_in_words(question.window[-1])}, after the last counted "
        f"days. Nine in ten days of the window lie between {low} and {high}, half of them above {middle}.",
        caption=f"On the paths, nine in ten days of the window have {low} to {high} {question.counter.unit}; the threshold is "
        f"{format_number(question.threshold)}.",
    )


def _draw_count(asked: Asked) -> str:
    snapshot, question = asked.snapshot, asked.question
    known = snapshot.days["count"].dropna()
    days = snapshot.days.iloc[-_DRAWN:]
    shown = type(snapshot)(days=days, source=snapshot.source, scope=snapshot.scope, as_of=snapshot.as_of)
    drawn = days["count"].dropna()
    met = drawn < question.threshold if question.below else drawn >= question.threshold
    top, bottom = drawn.idxmax(), drawn.idxmin()
    verb = "fell below" if question.below else "reached"
    extreme = bottom if question.below else top
    part = f" The last {len(days)} of {len(snapshot.days)} days are drawn." if len(days) < len(snapshot.days) else ""
    return write_figure(
        plot_record([shown], threshold=question.threshold, below=question.below),
        alt=f"Daily {question.counter.unit} from {day_in_words(days.index[0])} to {day_in_words(days.index[-1])}. {met.sum()} of "
        f"{len(drawn)} counted days {verb} {format_number(question.threshold)}; the {'lowest' if question.below else 'highest'} "
        f"count is {format_number(drawn[extreme])}, on {day_in_words(pd.Timestamp(extreme))}.",
        caption=f"{met.sum()} of {len(drawn)} counted days {verb} {format_number(question.threshold)}. The median of all "
        f"{len(known)} counted days is {format_level(float(known.median()))}.{part}",
    )
