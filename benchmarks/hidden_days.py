"""Are hidden days of COGAT's list found again? The model against four rivals, in CRPS, RMSE and coverage.

    python hidden_days.py [--fast]

For each cut-off COGAT's last 4, 8 or 12 weeks before it are hidden and UNRWA's list is kept: its last
vintage, or the one that could be had on the day. Second run: COGAT's own weekly totals, or four-weekly ones,
are kept as exact quotes. Weeks are blocks of seven days from the first hidden day; days that COGAT's list
does not have are scored by nobody.
"""

import sys
import time

import numpy as np
import pandas as pd
import scoringrules as sr
from scipy.linalg import toeplitz

from utils.aid.daily import load_daily
from utils.aid.loaders import load_holidays
from utils.aid.nowcast.conditioning import carry_forward, condition
from utils.aid.nowcast.quotes import classify_quotes
from utils.aid.nowcast.reconciled import Reconciled, build_terms
from utils.aid.nowcast.state_space import fit_daily, prepare_daily

N = 1000
CUTOFFS = ["2024-09-17", "2024-08-20", "2024-07-23", "2024-06-25", "2024-05-28", "2024-04-30", "2024-04-02"]
WEEKS = (4, 8, 12)


def summarise(paths, truth):
    """Score an ensemble, shape (N, n_days), against a truth with gaps: daily and weekly rows."""
    rows = []
    seen = np.isfinite(truth)
    weekly = [(slice(i, i + 7), i // 7) for i in range(0, len(truth), 7)]
    cases = [("day", paths[:, [d]].sum(1), truth[d], d // 7) for d in np.flatnonzero(seen)]
    for block, lead in weekly:
        if seen[block].sum() >= 5:
            cases.append(("week", paths[:, block][:, seen[block]].sum(1), truth[block][seen[block]].sum(), lead))
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


def point_last_ratio(cogat, unrwa, start, n_days):
    """Ratio of the sums over the last 28 days with both, times UNRWA; a day that UNRWA lacks gets the mean of the others."""
    back = slice(start - 28, start)
    both = np.isfinite(cogat[back]) & np.isfinite(unrwa[back])
    ratio = cogat[back][both].sum() / max(unrwa[back][both].sum(), 1.0)
    ahead = unrwa[start : start + n_days]
    filled = np.where(np.isfinite(ahead), ahead, np.nanmean(ahead) if np.isfinite(ahead).any() else np.nan)
    return ratio * filled


def point_last_level(cogat, unrwa, start, n_days):
    """Mean of the last 28 days."""
    return np.full(n_days, np.nanmean(cogat[start - 28 : start]))


def point_level_weekday(cogat, unrwa, start, n_days):
    """Mean of the last 28 days by weekday: stronger than the issue asks for."""
    last = cogat[start - 28 : start].reshape(4, 7)
    count = np.isfinite(last).sum(0)
    profile = np.where(count > 0, np.nansum(last, axis=0) / np.maximum(count, 1), np.nanmean(last))
    return np.resize(profile, n_days)


def point_seasonal_naive(cogat, unrwa, start, n_days):
    """The last week over again; a day it lacks is taken from the week before."""
    week = cogat[start - 7 : start].copy()
    for back in range(2, 6):
        week = np.where(np.isfinite(week), week, cogat[start - 7 * back : start - 7 * (back - 1)])
    return np.resize(np.where(np.isfinite(week), week, np.nanmean(week)), n_days)


BASELINE_LABELS = {
    "a last ratio x UNRWA": point_last_ratio,
    "b last level": point_last_level,
    "b' last level by weekday": point_level_weekday,
    "c seasonal naive": point_seasonal_naive,
}


def spread_rival(point, cogat, unrwa, start, n_days, rng):
    """Give a point forecast honest spread: its own errors at every earlier origin, a week of them together, by lead week."""
    forecast = point(cogat, unrwa, start, n_days)
    origins = range(35, start - 7 + 1, 7)
    errors = {lead: [] for lead in range(n_days // 7)}
    for origin in origins:
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


def chow_lin(cogat, unrwa, start, n_days, totals, rng, *, weekday=None):
    """Chow and Lin (1971): regression on UNRWA with AR(1) errors, given totals; rho by likelihood.

    Parameters
    ----------
    totals : list of (int, int, float)
        First day, number of days (within the hidden ones), trucks.
    weekday : ndarray, optional
        Without it, the textbook's: weekly totals of the half year before. With the day of the week of each
        day it gets the days before as days, and a Friday and a Saturday effect: stronger than the issue asks
        for.
    """
    first = max(0, start - 182)
    indicator = pd.Series(unrwa[first : start + n_days])
    indicator = (
        indicator.fillna(indicator.rolling(15, center=True, min_periods=1).mean()).interpolate(limit_direction="both").to_numpy()
    )
    design = [np.ones(len(indicator)), indicator]
    if weekday is not None:
        design += [1.0 * (weekday[first : start + n_days] == day) for day in (4, 5)]
    design = np.column_stack(design)
    before, known = start - first, []
    if weekday is not None:
        known = [(d, 1, cogat[first + d]) for d in range(before) if np.isfinite(cogat[first + d])]
    else:
        known = [(d, 7, np.nansum(cogat[first + d : first + d + 7])) for d in range(before % 7, before, 7)]
    known += [(before + d, n, value) for d, n, value in totals]
    adding, value = np.zeros((len(known), len(indicator))), np.array([v for _, _, v in known])
    for row, (d, n, _) in enumerate(known):
        adding[row, d : d + n] = 1.0
    best = None
    for rho in (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95):
        v = toeplitz(rho ** np.arange(len(indicator)))
        inner = adding @ v @ adding.T + 1e-6 * np.eye(len(known))
        x = adding @ design
        weighted = np.linalg.solve(inner, np.column_stack([x, value]))
        beta = np.linalg.solve(x.T @ weighted[:, :-1], x.T @ weighted[:, -1])
        residual = value - x @ beta
        s2 = residual @ np.linalg.solve(inner, residual) / len(value)
        likelihood = -0.5 * (len(value) * np.log(s2) + np.linalg.slogdet(inner)[1])
        if best is None or likelihood > best[0]:
            best = likelihood, v, inner, beta, residual, s2
    _, v, inner, beta, residual, s2 = best
    cross = v @ adding.T
    mean = design @ beta + cross @ np.linalg.solve(inner, residual)
    cov = s2 * (v - cross @ np.linalg.solve(inner, cross.T))
    scale, vectors = np.linalg.eigh(cov[before:, before:])
    paths = mean[before:] + rng.standard_normal((N, n_days)) * np.sqrt(np.maximum(scale, 0)) @ vectors.T
    return np.maximum(paths, 0.0)


def ours(daily, fit, window, start_day, totals, rng):
    """Draw from the model, given exact totals as quotes."""
    rows = [
        dict(
            date_start=start_day + pd.Timedelta(days=d),
            date_end=start_day + pd.Timedelta(days=d + n - 1),
            trucks=value,
            statistic="total",
            bound="exact",
            basis="COGAT",
            scope="all crossings",
            publisher="list",
            published=daily.days[-1],
            note="",
            confidence="high",
        )
        for d, n, value in totals
    ]
    table = pd.DataFrame(
        rows,
        columns=[
            "date_start",
            "date_end",
            "trucks",
            "statistic",
            "bound",
            "basis",
            "scope",
            "publisher",
            "published",
            "note",
            "confidence",
        ],
    )
    table = classify_quotes(table).assign(noise=0.0, binds=False)
    terms = build_terms(daily, fit, table)
    mode, gain, slopes = condition(window, terms, fit.params["lag"])
    result = Reconciled(None, daily, fit, window, table, terms, mode, gain, slopes)
    return result.draws(N, days=len(window.days), rng=rng, whole=False).to_numpy()


def load_inputs():
    """Load COGAT's list, UNRWA's vintages (all trucks, humanitarian) and the shut days, from the project's data."""
    cogat = load_daily("cogat")
    cogat = cogat[: cogat.last_valid_index()]
    vintages = {
        name: tuple(load_daily("unrwa", scope=scope, as_of=as_of).reindex(cogat.index) for scope in ("all", "humanitarian"))
        for name, as_of in (("last", None), ("2024-10-27", "2024-11-08"), ("2024-09-11", "2024-09-11"))
    }
    holidays = load_holidays()
    return cogat, vintages, holidays.loc[holidays["closes"], "date"]


def main(fast=False):
    cogat, vintages, shut = load_inputs()
    days = cogat.index
    rows, fits = [], []
    for cutoff in CUTOFFS[: 2 if fast else None]:
        for weeks in WEEKS:
            for vintage in ("last", "of the day"):
                cut = pd.Timestamp(cutoff)
                if vintage == "of the day" and cut < pd.Timestamp("2024-06-01"):
                    continue  # both vintages are the same until June
                name = "last" if vintage == "last" else ("2024-09-11" if cut <= pd.Timestamp("2024-09-09") else "2024-10-27")
                end = days.get_loc(cut) + 1
                start = end - 7 * weeks
                if start < 90:
                    continue
                full = cogat.to_numpy()[:end]
                hidden = full.copy()
                hidden[start:] = np.nan
                unrwa, human = (values.iloc[:end] for values in vintages[name])
                daily = prepare_daily(pd.Series(hidden, days[:end]), unrwa, human, origin=cut, shut=shut)
                lost = daily.days.get_loc(days[start]) - daily.listed  # days without a row just before the hidden ones
                begun = time.perf_counter()
                fit = fit_daily(daily)
                fits.append(time.perf_counter() - begun)
                window = carry_forward(daily, fit)
                truth, u = full[start:], unrwa.to_numpy()
                for run, step in (("none", 0), ("weekly", 7), ("four-weekly", 28)):
                    rng = np.random.default_rng(7)
                    totals = [(d, step, np.nansum(truth[d : d + step])) for d in range(0, 7 * weeks, step)] if step else []
                    ensembles = {"ours": ours(daily, fit, window, days[start], totals, rng)[:, lost:]}
                    for rival, point in BASELINE_LABELS.items():
                        ensembles[rival] = spread_rival(point, hidden, u, start, 7 * weeks, rng)
                    if step:
                        for rival, weekday in (
                            ("d Chow-Lin", None),
                            ("d' Chow-Lin with days", days.day_of_week),
                        ):
                            ensembles[rival] = chow_lin(hidden, u, start, 7 * weeks, totals, rng, weekday=weekday)
                    for model, paths in ensembles.items():
                        for score in summarise(paths, truth):
                            first = days[start] + pd.Timedelta(weeks=score["lead"])
                            rows.append(
                                dict(
                                    cutoff=cutoff,
                                    weeks=weeks,
                                    vintage=vintage,
                                    totals=run,
                                    model=model,
                                    first=first,
                                    **score,
                                )
                            )
    table = pd.DataFrame(rows)
    weekly = table[table.unit == "week"]
    for vintage, part in weekly.groupby("vintage"):
        print(
            f"UNRWA {vintage}: {part['first'].nunique()} different weeks are hidden; a week is hidden up to "
            f"{part.groupby('first')[['cutoff', 'weeks']].apply(lambda g: len(g.drop_duplicates())).max()} times"
        )
    print(f"fits {len(fits)}: median {np.median(fits):.2f} s, longest {max(fits):.2f} s")
    for title, part in (
        ("cut-off 2024-09-17 alone", table[table.cutoff == CUTOFFS[0]]),
        ("all cut-offs", table),
    ):
        for unit in ("week", "day"):
            grouped = part[part.unit == unit].groupby(["vintage", "totals", "model"])
            shown = grouped.agg(
                cases=("crps", "size"),
                rmse=("error", lambda e: np.sqrt(np.mean(e**2))),
                bias=("error", "mean"),
                crps=("crps", "mean"),
                in50=("in50", "mean"),
                in90=("in90", "mean"),
            )
            print(f"\n{title}, {unit}\n{shown.round(2).to_string()}")
    print("\nweekly CRPS by cut-off")
    print(weekly.pivot_table(index=["vintage", "totals", "cutoff"], columns="model", values="crps").round(0).to_string())
    print("\nweekly CRPS by weeks hidden")
    print(weekly.pivot_table(index=["vintage", "totals", "weeks"], columns="model", values="crps").round(0).to_string())
    print(
        weekly[weekly.model == "ours"]
        .pivot_table(index=["vintage", "totals"], columns="weeks", values="in90", aggfunc="mean")
        .astype(float)
        .round(2)
        .to_string()
    )


if __name__ == "__main__":
    main("--fast" in sys.argv)
