"""Lay forecasts, outcomes and scores out as tables in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...common.formatting import days_in_words, percent
from ...counts.snapshot import FINAL
from ...forecasts.archive import ForecastRecord
from ...questions.passage import DEFINITIONS, parse_definition
from ...questions.resolution import NO, UNRESOLVED, YES
from ..questions import ALL
from ..sources import BY_NAME
from .evidence import BASES, COUNTS

#: An outcome in one word.
ANSWERS: Mapping[str, str] = {YES: "yes", NO: "no", UNRESOLVED: "open"}

#: Bodies whose names are short in the quotes.
WHOSE: Mapping[str, str] = {"ERCS": "Egyptian Red Crescent", "GMO": "Gaza's Government Media Office"}

#: How the bound of a quote is written before its figure.
BOUNDS: Mapping[str, str] = {"exact": "", "lower": "at least ", "approximate": "about "}


def name_forecast(label: str, vintage: str) -> str:
    """Name a frozen forecast in a row of a table.

    >>> name_forecast("pool: from both lists", "final")
    'pool, in hindsight'
    """
    return label.partition(":")[0] + (", in hindsight" if vintage == FINAL else "")


def write_probability(probability: float, model: str) -> str:
    """Write a frozen probability: only what is zero by rule, and not for want of a path, is written as such.

    >>> write_probability(0.0, "always_no"), write_probability(0.0, "pool")
    ('0 %', 'under 1 %')
    """
    return "0 %" if model.startswith("always_no") else percent(probability)


def tabulate_frozen(record: ForecastRecord) -> pd.DataFrame:
    """Tabulate the frozen probabilities of a single day reaching the target, the last date left out.

    Returns
    -------
    pandas.DataFrame
        A row a forecast: forecast, a column a question and count, and the start of the hash of its file.

    Examples
    --------
    >>> from utils.aid.frozen import load_forecasts
    >>> tabulate_frozen(load_forecasts())[["forecast", "deadline, COGAT", "transition, COGAT"]].head(3)
        forecast deadline, COGAT transition, COGAT
    0       pool             5 %              32 %
    1  always no             0 %               0 %
    2  base rate            14 %              70 %
    """
    day = record.probabilities.query("definition == 'day' and not inclusive")
    written = day.assign(
        forecast=[name_forecast(*pair) for pair in zip(day["label"], day["vintage"], strict=True)],
        asked=[f"{name}, {BY_NAME[source].title}" for name, source in zip(day["question"], day["source"], strict=True)],
        written=[write_probability(*pair) for pair in zip(day["probability"], day["model"], strict=True)],
    )
    wide = written.pivot(index="model", columns="asked", values="written")[list(dict.fromkeys(written["asked"]))]
    names = written.drop_duplicates("model").set_index("model")["forecast"]
    hashes = record.models.set_index("model")["sha256"].str[:8].rename("hash of its file")
    return pd.concat([names, wide, hashes], axis=1).reindex(record.models["model"]).reset_index(drop=True)


def tabulate_settled(settled: pd.DataFrame, *, question: str) -> pd.DataFrame:
    """Tabulate how each variant of a question is settled on each count, the last date left out.

    Parameters
    ----------
    settled : pandas.DataFrame
        As from `utils.aid.resolution.settle.choose_outcomes`.
    question : str
        Name of the question.

    Returns
    -------
    pandas.DataFrame
        count, reached (the definition), outcome, settled by, known from, why, url.

    Examples
    --------
    >>> row = {"question": "deadline", "inclusive": False, "count": "unrwa", "definition": "mean7", "outcome": "NO"}
    >>> row |= {"basis": "unrwa list", "known_from": pd.NaT, "why": "", "url": ""}
    >>> tabulate_settled(pd.DataFrame([row]), question="deadline").iloc[0, :4].tolist()
    ["UNRWA's count", 'as the mean of 7 days', 'no', "UNRWA's list"]
    """
    rows = settled[settled["question"].eq(question) & ~settled["inclusive"]]
    return pd.DataFrame(
        {
            "count": rows["count"].map(COUNTS),
            "reached": rows["definition"].map(_write_definition),
            "outcome": rows["outcome"].map(ANSWERS),
            "settled by": rows["basis"].map(_write_basis).where(rows["outcome"].ne(UNRESOLVED), "nothing"),
            "known from": rows["known_from"],
            "why": rows["why"],
            "url": rows["url"],
        }
    )


def tabulate_bodies(resolved: pd.DataFrame) -> pd.DataFrame:
    """Tabulate how each body of evidence alone would settle each variant of the questions.

    Parameters
    ----------
    resolved : pandas.DataFrame
        As from `utils.aid.resolution.settle.resolve_questions`.

    Returns
    -------
    pandas.DataFrame
        A row a variant: question, reached, last date, and a column a body of evidence.

    Examples
    --------
    >>> asked = {"question": "deadline", "definition": "day", "inclusive": False}
    >>> resolved = pd.DataFrame([asked | {"basis": name, "outcome": "NO" if "list" in name else "UNRESOLVED"} for name in BASES])
    >>> tabulate_bodies(resolved).iloc[0, :5].to_dict()
    {'question': 'deadline', 'reached': 'on any one day', 'last date': 'left out', "COGAT's list": 'no', 'COGAT, quoted': 'open'}
    """
    wide = resolved.pivot(index=["question", "definition", "inclusive"], columns="basis", values="outcome")[list(BASES)]
    every = pd.MultiIndex.from_product([list(ALL), DEFINITIONS, [False, True]], names=wide.index.names)
    wide = wide.reindex(every).reset_index()
    named = {
        "question": wide["question"],
        "reached": wide["definition"].map(_write_definition),
        "last date": wide["inclusive"].map({True: "counts", False: "left out"}),
    }
    return pd.DataFrame(named | {basis.short: wide[name].map(ANSWERS) for name, basis in BASES.items()})


def tabulate_figures(quotes: pd.DataFrame) -> pd.DataFrame:
    """Tabulate quoted figures in words.

    Parameters
    ----------
    quotes : pandas.DataFrame
        Rows of the quotes or the months.

    Returns
    -------
    pandas.DataFrame
        A row a figure: days, figure, whose, printed by, public since, url.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> quotes = load_quotes().set_index("id").loc[["20241101-20241111-cogat-75-ap"]]
    >>> tabulate_figures(quotes).iloc[0, :4].tolist()
    ['1 to 11 Nov 2024', 'about 75 a day', 'COGAT', 'AP (Southeast Missourian)']
    """
    days = [days_in_words(first, last) for first, last in zip(quotes["date_start"], quotes["date_end"], strict=True)]
    units = quotes["statistic"].map({"daily_mean": " a day"}).fillna("")
    figures = [
        f"{BOUNDS[bound]}{trucks:,.0f}{unit}"
        for bound, trucks, unit in zip(quotes["bound"], quotes["trucks"], units, strict=True)
    ]
    return pd.DataFrame(
        {
            "days": days,
            "figure": figures,
            "whose": quotes["basis"].replace(WHOSE).to_numpy(),
            "printed by": quotes["publisher"].str.split(", ").str[0].to_numpy(),
            "public since": quotes["published"].to_numpy(),
            "url": quotes["url"].to_numpy(),
        }
    )


def tabulate_scores(scored: pd.DataFrame, *, titles: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Tabulate Brier and log scores of each forecast by question and source.

    Parameters
    ----------
    scored : pandas.DataFrame
        Rows of `utils.verification.archive_scores.score_record`, one a model and question.
    titles : mapping of (question, source) to str

    Returns
    -------
    pandas.DataFrame
        A row a forecast: forecast, and per question its Brier score with its log score in bits in brackets.

    Examples
    --------
    >>> scored = pd.DataFrame({"label": ["pool", "always no"], "vintage": "real-time", "question": "deadline", "source": "unrwa"})
    >>> scored = scored.assign(brier=[0.01, 0.0], log=[0.15, 0.0])
    >>> tabulate_scores(scored, titles={("deadline", "unrwa"): "Deadline, UNRWA"})
    asked   forecast Deadline, UNRWA
    0           pool    0.010 (0.15)
    1      always no    0.000 (0.00)
    """
    table = scored.assign(
        forecast=[name_forecast(*pair) for pair in zip(scored["label"], scored["vintage"], strict=True)],
        asked=[titles[pair] for pair in zip(scored["question"], scored["source"], strict=True)],
        both=[f"{brier:.3f} ({log:.2f})" for brier, log in zip(scored["brier"], scored["log"], strict=True)],
    )
    wide = table.pivot(index="forecast", columns="asked", values="both")
    return wide.reindex(index=dict.fromkeys(table["forecast"]), columns=dict.fromkeys(table["asked"])).reset_index()


def tabulate_editions(scored: Mapping[str, pd.DataFrame], *, titles: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Tabulate the probabilities of several editions of the archive, each with its Brier score in brackets.

    Parameters
    ----------
    scored : mapping of str to pandas.DataFrame
        By edition, as for `tabulate_scores`.
    titles : mapping of (question, source) to str

    Returns
    -------
    pandas.DataFrame
        A row a forecast and question: question, forecast, and a column an edition; the pool's forecasts alone.

    Examples
    --------
    >>> row = {"question": "deadline", "source": "unrwa", "model": "pool", "label": "pool", "vintage": "real-time"}
    >>> scored = {name: pd.DataFrame([row | {"probability": p, "brier": p**2}]) for name, p in (("first", 0.1), ("second", 0.2))}
    >>> tabulate_editions(scored, titles={("deadline", "unrwa"): "Deadline, UNRWA"})
              question forecast first edition second edition
    0  Deadline, UNRWA     pool  10 % (0.010)   20 % (0.040)
    """
    parts = []
    for edition, table in scored.items():
        pool = table[table["model"].str.startswith("pool")]
        parts.append(
            pd.DataFrame(
                {
                    "question": [titles[pair] for pair in zip(pool["question"], pool["source"], strict=True)],
                    "forecast": [name_forecast(*pair) for pair in zip(pool["label"], pool["vintage"], strict=True)],
                    "edition": f"{edition} edition",
                    "written": [f"{percent(p)} ({b:.3f})" for p, b in zip(pool["probability"], pool["brier"], strict=True)],
                }
            )
        )
    both = pd.concat(parts)
    wide = both.pivot(index=["question", "forecast"], columns="edition", values="written")
    order = pd.MultiIndex.from_frame(both[["question", "forecast"]].drop_duplicates().sort_values("question", kind="stable"))
    return wide.reindex(order).reset_index().rename_axis(columns=None)


def _write_definition(name: str) -> str:
    return parse_definition(name).words


def _write_basis(name: str) -> str:
    return BASES[name].short
