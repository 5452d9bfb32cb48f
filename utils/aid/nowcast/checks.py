"""Hold the nowcast against what it did not use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...forecasts.ensemble import Ensemble
from ..daily import load_days
from .drawing import draw_parts, expect_counts
from .nowcast import Nowcast
from .quotes import IMPLIED, REPEATED, USES, WHOLE, locate_total, name_quote
from .summaries import SEED


def check_quotes(nowcast: Nowcast, *, n: int = 500) -> pd.DataFrame:
    """Leave each quote in use out, predict it from all the rest, and compare.

    Parameters
    ----------
    nowcast : Nowcast
    n : int
        Draws of each prediction.

    Returns
    -------
    pandas.DataFrame
        The quote's repetitions, and bounds that follow from it, are left out with it. A row a quote: use, published, trucks in
        total, `predicted` (mean), `low` and `high` (90 % interval of what would be quoted, its noise included), `error`
        (standardised on the root scale) and `inside`. Neighbouring quotes have days in common, so the rows are not independent.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from utils.aid.nowcast.example import WEEK, reconcile_example
    >>> nowcast = reconcile_example()
    >>> week = load_quotes().iloc[[1]].assign(**WEEK, trucks=100)
    >>> check_quotes(nowcast.with_quotes(week), n=100)[["trucks", "inside"]].to_numpy().tolist()
    [[700.0, True]]
    """
    rows, quotes = [], nowcast.quotes
    for quote in quotes[quotes["use"].isin(USES)].itertuples():
        overlaps = quotes["date_start"].le(quote.date_end) & quotes["date_end"].ge(quote.date_start)
        rest = nowcast.without_quotes(quotes.index[overlaps & quotes["why"].isin([IMPLIED, REPEATED])].union([quote.Index]))
        rng = np.random.default_rng(SEED)
        parts = draw_parts(rest, n=n, rng=rng).parts
        total = locate_total(rest.daily, quote)
        trucks = total.listed + expect_counts(parts, total.use)[:, total.rows].sum(1)
        root = np.sqrt(trucks) + 0.5 * quote.noise * np.sqrt(quote.total) * rng.standard_normal(n)
        low, high = np.quantile(np.maximum(root, 0.0) ** 2, [0.05, 0.95])
        error, inside = (np.sqrt(quote.total) - root.mean()) / root.std(), low <= quote.total <= high
        rows.append((name_quote(quote), quote.use, quote.published, quote.total, trucks.mean(), low, high, error, inside))
    columns = ["observation", "use", "published", "trucks", "predicted", "low", "high", "error", "inside"]
    return pd.DataFrame(rows, columns=columns).set_index("observation")


def review_absent_days(nowcast: Nowcast) -> pd.DataFrame:
    """Hold each day that one list lacks against the other list and the flow: on neither list differs from not reported on one.

    Returns
    -------
    pandas.DataFrame
        A row a source and day without a count, within the days that COGAT's list covers: date, source, state (see
        `utils.load_days`), other (the other source's trucks), flow (median, trucks/day on COGAT's basis) and finding.

    Examples
    --------
    >>> from utils.aid.nowcast.example import reconcile_example
    >>> nowcast = reconcile_example()
    >>> review_absent_days(nowcast)[["source", "state", "finding"]].iloc[0].tolist()
    ['unrwa', 'closed', 'shut by the calendar, but on the other list']
    """
    lists = {source: load_days(source, as_of=nowcast.as_of) for source in ("cogat", "unrwa")}
    span, flow = nowcast.daily.days[: nowcast.daily.listed], nowcast.flow["q50"]
    rows = []
    for source, other in (("cogat", "unrwa"), ("unrwa", "cogat")):
        days = lists[source].reindex(span)
        for day, row in days[days["count"].isna()].iterrows():
            elsewhere = lists[other]["count"].get(day, np.nan)
            if np.isnan(elsewhere):
                finding = "on neither list"
            elif row["state"] == "closed":
                finding = "shut by the calendar, but on the other list"
            else:
                finding = "not reported here: the other list has trucks"
            rows.append((day, source, row["state"], elsewhere, flow[day], finding))
    table = pd.DataFrame(rows, columns=["date", "source", "state", "other", "flow", "finding"])
    return table.sort_values(["date", "source"], ignore_index=True)


def select_level_quotes(quotes: pd.DataFrame, *, after: pd.Timestamp) -> pd.DataFrame:
    """Select the quotes of all trucks on the Israeli side's basis on days after one, each fact once, with `daily` in trucks/day.

    Figures for one crossing, region or kind of goods, and lower bounds, say nothing of the level and are left out.

    >>> from utils.aid.loaders import load_quotes
    >>> select_level_quotes(load_quotes(), after=pd.Timestamp("2024-10-31"))[["date_start", "date_end", "daily"]].head(2)
      date_start   date_end  daily
    0 2024-11-01 2024-11-11   75.0
    1 2024-11-05 2024-11-05  229.0
    """
    whole = quotes["basis"].isin(["COGAT", "State Department"]) & quotes["part"].isin(WHOLE)
    kept = quotes[whole & quotes["bound"].ne("lower") & (quotes["date_start"] > after)]
    kept = kept.drop_duplicates(["date_start", "date_end", "trucks"])
    length = (kept["date_end"] - kept["date_start"]).dt.days + 1
    return kept.assign(daily=kept["trucks"] / length.where(kept["statistic"].eq("total"), 1)).reset_index(drop=True)


def compare_with_quotes(ensemble: Ensemble, quotes: pd.DataFrame) -> pd.DataFrame:
    """Hold simulated paths against quotes of their first days, which were known although the list did not cover them.

    Returns
    -------
    pandas.DataFrame
        A row a quote: from, to, quoted (trucks/day), quantiles of the paths' means over the same days, and the part of the paths
        at or below the quote.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from utils.aid.snapshots import load_snapshot
    >>> from utils.forecasts.ensemble import simulate_ensemble
    >>> snapshot = load_snapshot("cogat", as_of="2024-11-08", init="list")
    >>> ensemble = simulate_ensemble(snapshot, until="2024-11-12", n_paths=200, seed=0)
    >>> compare_with_quotes(ensemble, load_quotes(as_of="2024-11-08"))[["quoted", "paths at or below"]].round(1)
       quoted  paths at or below
    0    29.0                0.0
    1   114.0                0.2
    2   229.0                0.8
    """
    rows = []
    for quote in select_level_quotes(quotes, after=ensemble.history.index[-1]).itertuples():
        inside = (ensemble.index >= quote.date_start) & (ensemble.index <= quote.date_end)
        means = ensemble.paths[:, inside].mean(axis=1)
        low, middle, high = np.quantile(means, [0.05, 0.5, 0.95])
        rows.append((quote.date_start, quote.date_end, quote.daily, low, middle, high, float((means <= quote.daily).mean())))
    names = ["from", "to", "quoted", "paths, 5 %", "paths, middle", "paths, 95 %", "paths at or below"]
    return pd.DataFrame(rows, columns=names)


def compare_with_later(nowcast: Nowcast, hindsight: Nowcast, quotes: pd.DataFrame) -> pd.DataFrame:
    """Hold the flow, as known on a day and in hindsight, against the figures of all trucks that were published after that day.

    Parameters
    ----------
    nowcast, hindsight : Nowcast
        The flow as of a day, and that of the last vintages up to the same origin.
    quotes : pandas.DataFrame
        Every quote, as `load_quotes` gives them.

    Returns
    -------
    pandas.DataFrame
        A row for each span of days after the end of COGAT's list, if half of it lies before the origin: from, to, quoted
        (trucks/day), and of both flows the mean and the ends of the 90 % interval on those days up to the origin.

    Examples
    --------
    >>> from utils.aid.loaders import load_quotes
    >>> from dataclasses import replace
    >>> from utils.aid.nowcast.example import WEEK, reconcile_example
    >>> then = replace(reconcile_example(), as_of=pd.Timestamp("2024-03-11"))
    >>> week = load_quotes().iloc[[1]].assign(**WEEK, trucks=120)
    >>> hindsight = reconcile_example().with_quotes(week)
    >>> compare_with_later(then, hindsight, week)[["quoted", "on the day", "in hindsight"]].round(-1).to_numpy().tolist()
    [[120.0, 100.0, 120.0]]
    """
    listed, origin = nowcast.daily.days[nowcast.daily.listed - 1], nowcast.origin
    later = quotes[(quotes["published"] > pd.Timestamp(nowcast.as_of)) & (quotes["date_start"] <= origin)]
    rows = []
    later = select_level_quotes(later, after=listed).drop_duplicates(["date_start", "date_end"])
    middle = later["date_start"] + (later["date_end"] - later["date_start"]) / 2
    for quote in later[middle <= origin].itertuples():  # of a span that has hardly begun the flow says too little
        row = {"from": quote.date_start, "to": quote.date_end, "quoted": quote.daily}
        for known, result in (("on the day", nowcast), ("in hindsight", hindsight)):
            mean = result.summarise_sum(quote.date_start, min(quote.date_end, origin), mean=True)
            row |= {known: mean["mean"], f"{known}, low": mean["low"], f"{known}, high": mean["high"]}
        rows.append(row)
    ends = [f"{known}{end}" for known in ("on the day", "in hindsight") for end in ("", ", low", ", high")]
    return pd.DataFrame(rows, columns=["from", "to", "quoted", *ends])
