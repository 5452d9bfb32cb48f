"""Are hidden days of COGAT's list found again? The nowcast against its baselines, in CRPS, RMSE and coverage.

    python benchmarks/hidden_days.py [--fast]

For each cut-off COGAT's last 4, 8 or 12 weeks before it are hidden and UNRWA's list is kept: its last vintage, or the one that
could be had on the day. Second run: COGAT's own weekly totals, or four-weekly ones, are kept as exact quotes. Weeks are blocks of
seven days from the first hidden day; days that COGAT's list does not have are not scored.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import scoringrules as sr
from scipy.linalg import toeplitz

from utils.aid.daily import load_daily
from utils.aid.loaders import load_holidays
from utils.aid.nowcast.conditioning import build_observations, condition
from utils.aid.nowcast.fitting import fit_daily
from utils.aid.nowcast.inputs import Daily, prepare_daily
from utils.aid.nowcast.nowcast import Nowcast
from utils.aid.nowcast.quotes import classify_quotes
from utils.aid.nowcast.state_space import Fit
from utils.aid.nowcast.window import Window, carry_forward

N = 1000
CUTOFFS = ["2024-09-17", "2024-08-20", "2024-07-23", "2024-06-25", "2024-05-28", "2024-04-30", "2024-04-02"]
WEEKS = (4, 8, 12)

#: What is kept of COGAT's list, and the days of each total.
TOTALS = {"none": 0, "weekly": 7, "four-weekly": 28}

#: A total: its first day, counted from the first hidden one, its number of days, and its trucks.
Total = tuple[int, int, float]


def score_paths(paths: np.ndarray, truth: np.ndarray) -> list[dict]:
    """Score paths, shape (N, n_days), against a truth with gaps, shape (n_days,): a row a day and a week."""
    rows = []
    seen = np.isfinite(truth)
    cases = [("day", paths[:, d], truth[d], int(d) // 7) for d in np.flatnonzero(seen)]
    for start in range(0, len(truth), 7):
        block = slice(start, start + 7)
        if seen[block].sum() >= 5:
            cases.append(("week", paths[:, block][:, seen[block]].sum(1), truth[block][seen[block]].sum(), start // 7))
    for unit, ensemble, value, lead in cases:
        low90, low50, high50, high90 = np.quantile(ensemble, [0.05, 0.25, 0.75, 0.95])
        rows.append(
            dict(
                unit=unit,
                lead=lead,
                error=ensemble.mean() - value,
                crps=float(sr.crps_ensemble(value, ensemble)),
                in50=low50 <= value <= high50,
                in90=low90 <= value <= high90,
            )
        )
    return rows


def point_last_ratio(cogat: np.ndarray, unrwa: np.ndarray, start: int, n_days: int) -> np.ndarray:
    """Ratio of the sums over the last 28 days with both, times UNRWA; a day that UNRWA lacks gets the mean of the others."""
    back = slice(start - 28, start)
    both = np.isfinite(cogat[back]) & np.isfinite(unrwa[back])
    ratio = cogat[back][both].sum() / max(unrwa[back][both].sum(), 1.0)
    ahead = unrwa[start : start + n_days]
    filled = np.where(np.isfinite(ahead), ahead, np.nanmean(ahead) if np.isfinite(ahead).any() else np.nan)
    return ratio * filled


def point_last_level(cogat: np.ndarray, unrwa: np.ndarray, start: int, n_days: int) -> np.ndarray:
    """Mean of the last 28 days."""
    return np.full(n_days, np.nanmean(cogat[start - 28 : start]))


def point_level_weekday(cogat: np.ndarray, unrwa: np.ndarray, start: int, n_days: int) -> np.ndarray:
    """Mean of the last 28 days by weekday."""
    last = cogat[start - 28 : start].reshape(4, 7)
    count = np.isfinite(last).sum(0)
    profile = np.where(count > 0, np.nansum(last, axis=0) / np.maximum(count, 1), np.nanmean(last))
    return np.resize(profile, n_days)


def point_seasonal_naive(cogat: np.ndarray, unrwa: np.ndarray, start: int, n_days: int) -> np.ndarray:
    """The last week over again; a day it lacks is taken from the week before."""
    week = cogat[start - 7 : start].copy()
    for back in range(2, 6):
        week = np.where(np.isfinite(week), week, cogat[start - 7 * back : start - 7 * (back - 1)])
    return np.resize(np.where(np.isfinite(week), week, np.nanmean(week)), n_days)


BASELINES: dict[str, Callable[[np.ndarray, np.ndarray, int, int], np.ndarray]] = {
    "a last ratio x UNRWA": point_last_ratio,
    "b last level": point_last_level,
    "b' last level by weekday": point_level_weekday,
    "c seasonal naive": point_seasonal_naive,
}


def spread_baseline(
    point: Callable, cogat: np.ndarray, unrwa: np.ndarray, start: int, n_days: int, rng: np.random.Generator
) -> np.ndarray:
    """Spread a point forecast by its own errors at earlier origins, a week of them at once, by lead week; shape (N, n_days)."""
    forecast = point(cogat, unrwa, start, n_days)
    errors: dict[int, list[np.ndarray]] = {lead: [] for lead in range(n_days // 7)}
    for origin in range(35, start - 7 + 1, 7):
        reach = min(n_days, (start - origin) // 7 * 7)
        error = cogat[origin : origin + reach] - point(cogat, unrwa, origin, reach)
        for lead in range(reach // 7):
            block = error[7 * lead : 7 * lead + 7]
            if np.isfinite(block).sum() >= 5:
                errors[lead].append(np.where(np.isfinite(block), block, np.nanmean(block)))
    paths = np.empty((N, n_days))
    for lead in range(n_days // 7):
        pool = np.array(errors[lead] if len(errors[lead]) >= 8 else sum(errors.values(), []))
        paths[:, 7 * lead : 7 * lead + 7] = forecast[7 * lead : 7 * lead + 7] + pool[rng.integers(len(pool), size=N)]
    return np.maximum(paths, 0.0)


def chow_lin(
    cogat: np.ndarray,
    unrwa: np.ndarray,
    start: int,
    n_days: int,
    totals: list[Total],
    rng: np.random.Generator,
    *,
    weekday: np.ndarray | None = None,
) -> np.ndarray:
    """Draw by Chow and Lin (1971): regression on UNRWA with AR(1) errors, given totals; rho by likelihood.

    Parameters
    ----------
    cogat, unrwa : ndarray, shape (all days,)
    start, n_days : int
        First hidden day, and how many there are.
    totals : list of Total
    rng : numpy.random.Generator
    weekday : ndarray, shape (all days,), optional
        Without it, the textbook's: weekly totals of the half year before. With the day of the week of each day it gets the days
        before as days, and a Friday and a Saturday effect.

    Returns
    -------
    ndarray, shape (N, n_days)
    """
    first = max(0, start - 182)
    indicator = pd.Series(unrwa[first : start + n_days])
    indicator = (
        indicator.fillna(indicator.rolling(15, center=True, min_periods=1).mean()).interpolate(limit_direction="both").to_numpy()
    )
    columns = [np.ones(len(indicator)), indicator]
    if weekday is not None:
        columns += [1.0 * (weekday[first : start + n_days] == day) for day in (4, 5)]
    design, before = np.column_stack(columns), start - first
    if weekday is not None:
        known = [(d, 1, cogat[first + d]) for d in range(before) if np.isfinite(cogat[first + d])]
    else:
        known = [(d, 7, np.nansum(cogat[first + d : first + d + 7])) for d in range(before % 7, before, 7)]
    known += [(before + d, n, value) for d, n, value in totals]
    adding, value = np.zeros((len(known), len(indicator))), np.array([v for _, _, v in known])
    for row, (d, n, _) in enumerate(known):
        adding[row, d : d + n] = 1.0
    fits = []
    for rho in (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
        v = toeplitz(rho ** np.arange(len(indicator)))
        inner = adding @ v @ adding.T + 1e-6 * np.eye(len(known))
        x = adding @ design
        weighted = np.linalg.solve(inner, np.column_stack([x, value]))
        beta = np.linalg.solve(x.T @ weighted[:, :-1], x.T @ weighted[:, -1])
        residual = value - x @ beta
        s2 = residual @ np.linalg.solve(inner, residual) / len(value)
        likelihood = -0.5 * (len(value) * np.log(s2) + np.linalg.slogdet(inner)[1])
        fits.append((likelihood, v, inner, beta, residual, s2))
    _, v, inner, beta, residual, s2 = max(fits, key=lambda one: one[0])
    cross = v @ adding.T
    mean = design @ beta + cross @ np.linalg.solve(inner, residual)
    cov = s2 * (v - cross @ np.linalg.solve(inner, cross.T))
    scale, vectors = np.linalg.eigh(cov[before:, before:])
    paths = mean[before:] + rng.standard_normal((N, n_days)) * np.sqrt(np.maximum(scale, 0)) @ vectors.T
    return np.maximum(paths, 0.0)


def draw_nowcast(
    daily: Daily, fit: Fit, window: Window, start: pd.Timestamp, totals: list[Total], rng: np.random.Generator
) -> np.ndarray:
    """Draw from the nowcast, given totals from a day on as exact quotes; shape (N, days of the window)."""
    rows = [(start + pd.Timedelta(days=first), start + pd.Timedelta(days=first + n - 1), value) for first, n, value in totals]
    table = pd.DataFrame(rows, columns=["date_start", "date_end", "trucks"]).assign(
        statistic="total", bound="exact", basis="COGAT", part="all", stage="settled", publisher="list", confidence="high"
    )
    table = classify_quotes(table).assign(noise=0.0, binds=False)
    posterior = condition(window, build_observations(daily, fit, table))
    nowcast = Nowcast(None, daily, fit, window, table, posterior)
    return nowcast.draws(N, days=len(window.days), rng=rng, whole=False).to_numpy()


def list_cases(days: pd.DatetimeIndex, *, fast: bool) -> Iterator[tuple[str, int, str, str]]:
    """List cut-off, hidden weeks, which vintage of UNRWA's, and its name."""
    for cutoff in CUTOFFS[: 2 if fast else None]:
        for weeks in WEEKS:
            if days.get_loc(pd.Timestamp(cutoff)) + 1 - 7 * weeks < 90:
                continue
            yield cutoff, weeks, "last", "last"
            if cutoff >= "2024-06-01":  # both vintages are the same until June
                yield cutoff, weeks, "of the day", "2024-09-11" if cutoff <= "2024-09-09" else "2024-10-27"


def score_cases(*, fast: bool) -> tuple[pd.DataFrame, list[float]]:
    """Score all models in all cases; return a row a case, model, day or week, and the seconds of each fit."""
    cogat = load_daily("cogat")
    cogat = cogat[: cogat.last_valid_index()]
    days = cogat.index
    vintages = {
        name: tuple(load_daily("unrwa", scope=scope, as_of=as_of).reindex(days) for scope in ("all", "humanitarian"))
        for name, as_of in (("last", None), ("2024-10-27", "2024-11-08"), ("2024-09-11", "2024-09-11"))
    }
    holidays = load_holidays()
    shut = holidays.loc[holidays["closes"], "date"]
    rows, seconds = [], []
    for cutoff, weeks, vintage, name in list_cases(days, fast=fast):
        end = days.get_loc(pd.Timestamp(cutoff)) + 1
        start = end - 7 * weeks
        truth, hidden = cogat.to_numpy()[start:end], cogat.to_numpy()[:end].copy()
        hidden[start:] = np.nan
        unrwa, humanitarian = (values.iloc[:end] for values in vintages[name])
        daily = prepare_daily(pd.Series(hidden, days[:end]), unrwa, humanitarian, origin=days[end - 1], shut=shut)
        lost = daily.days.get_loc(days[start]) - daily.listed  # days without a row just before the hidden ones
        begun = time.perf_counter()
        fit = fit_daily(daily)
        seconds.append(time.perf_counter() - begun)
        window, given = carry_forward(daily, fit), (hidden, unrwa.to_numpy(), start, 7 * weeks)
        for kept, step in TOTALS.items():
            rng = np.random.default_rng(7)
            totals = [(d, step, np.nansum(truth[d : d + step])) for d in range(0, 7 * weeks, step)] if step else []
            paths = {"nowcast": draw_nowcast(daily, fit, window, days[start], totals, rng)[:, lost:]}
            paths |= {label: spread_baseline(point, *given, rng) for label, point in BASELINES.items()}
            if step:
                paths["d Chow-Lin"] = chow_lin(*given, totals, rng)
                paths["d' Chow-Lin with days"] = chow_lin(*given, totals, rng, weekday=days.day_of_week)
            case = dict(cutoff=cutoff, weeks=weeks, vintage=vintage, totals=kept)
            for model, drawn in paths.items():
                for score in score_paths(drawn, truth):
                    first = days[start] + pd.Timedelta(weeks=score["lead"])
                    rows.append(case | dict(model=model, first=first) | score)
    return pd.DataFrame(rows), seconds


def main(*, fast: bool = False) -> None:
    """Print the scores."""
    table, seconds = score_cases(fast=fast)
    weekly = table[table["unit"].eq("week")]
    for vintage, part in weekly.groupby("vintage"):
        times = part.drop_duplicates(["first", "cutoff", "weeks"]).groupby("first").size().max()
        print(f"UNRWA {vintage}: {part['first'].nunique()} different weeks are hidden; a week is hidden up to {times} times")
    print(f"fits {len(seconds)}: median {np.median(seconds):.2f} s, longest {max(seconds):.2f} s")
    titles = {f"cut-off {CUTOFFS[0]} alone": table["cutoff"].eq(CUTOFFS[0]), "all cut-offs": table["cutoff"].notna()}
    for title, chosen in titles.items():
        for unit in ("week", "day"):
            grouped = table[chosen & table["unit"].eq(unit)].groupby(["vintage", "totals", "model"])
            shown = grouped.agg(
                cases=("crps", "size"),
                rmse=("error", lambda e: np.sqrt(np.mean(e**2))),
                bias=("error", "mean"),
                crps=("crps", "mean"),
                in50=("in50", "mean"),
                in90=("in90", "mean"),
            )
            print(f"\n{title}, {unit}\n{shown.round(2).to_string()}")
    for title, rows in (("cut-off", "cutoff"), ("weeks hidden", "weeks")):
        print(f"\nweekly CRPS by {title}")
        print(weekly.pivot_table(index=["vintage", "totals", rows], columns="model", values="crps").round(0).to_string())
    print("\nweeks inside the nowcast's 90 % interval")
    inside = weekly[weekly["model"].eq("nowcast")].astype({"in90": float})
    print(inside.pivot_table(index=["vintage", "totals"], columns="weeks", values="in90").round(2).to_string())


if __name__ == "__main__":
    main(fast="--fast" in sys.argv)
