r"""Two counts and the quoted figures as one daily flow of trucks on COGAT's basis, with its uncertainty.

The model
---------
Let :math:`y_t` be the trucks that COGAT counts by land on day :math:`t`. Everything is Gaussian on the
square-root scale, on which the spread of daily counts is about the same at every level, and multiplicative in
its means:

.. math::
    \sqrt{y_t} = e^{a_t} + \varepsilon_t, \qquad a_t = \lambda_t + c_t + w_t + \kappa\,1[t\ \text{shut}]

with :math:`\lambda` a random walk (the slow level), :math:`c` an AR(1) (an upset that passes), :math:`w` the
Friday and the Saturday effect, each slowly drifting and leaning back to its first mean, :math:`\kappa` the
effect of a holiday that shuts the crossings, and :math:`\varepsilon` the irregular part of the day. UNRWA
counts, when loads are collected, with a ratio of its own that drifts, and drifts at a pace of its own since
UNRWA calls its list partial:

.. math::
    \sqrt{u_t} = e^{b_t} + \theta\,\varepsilon_{t-1} + \eta_t, \qquad b_t = \lambda_t + c_t + \rho_t + v_t,

where :math:`\rho` is a random walk (half the log of the ratio UNRWA/COGAT), :math:`v` UNRWA's own Friday and
Saturday effects, and :math:`\theta` carries what is left over at the border on one day into the next. The
part of UNRWA's count that is humanitarian (all but the private sector) is :math:`s_t u_t`; the share
:math:`s` is a random walk seen every day (bent to stay between 0 and 1 where a total depends on it). COGAT's
list observes :math:`y_t` itself; a day without a row is missing and never a zero.

How it is fitted
----------------
The exponentials are linearised at the smoothed path, a few passes over (iterated extended Kalman smoother,
which is Gauss-Newton for the mode of the path: Bell 1994, *SIAM J. Optim.* 4(3)). Within a pass the model is
linear and Gaussian with a time-varying design and runs through statsmodels' Kalman filter (`ReconcileModel`),
whose likelihood gives the parameters. Wild days (a crossing shut for a day, a truckload of late entries)
would widen everything else: both noises are therefore Student-t with `DF` degrees of freedom through the
usual scale-mixture weights :math:`(\nu+1)/(\nu+E r^2/\sigma^2)`, renewed at each pass (Lange, Little and
Taylor 1989, *JASA* 84). A day not observed gets the variance of the t.

Sums over days, without cumulators
----------------------------------
A published total over days :math:`S` observes :math:`\sum_{t\in S} y_t`. The textbook way adds a cumulator
state a quote (Harvey 1989, 6.3), and one more for every overlap. The same posterior follows by conditioning
afterwards. Let *D* be the daily observations and *Q* the quotes. Since :math:`p(x \mid D, Q) \propto p(x \mid
D)\,p(Q \mid x)`, whatever the filter has made of *D* is the prior for *Q*, and for Gaussian :math:`x\mid D
\sim N(m, P)` and linear :math:`Q = Hx + e,\ e\sim N(0,R)`,

.. math:: x \mid D,Q \sim N\big(m + K(Q-Hm),\ P - KHP\big), \qquad K = PH^\top(HPH^\top+R)^{-1},

where a row of :math:`H` has its entries at the days of the total. A cumulator computes the same numbers one
day at a time: both are the conditional distribution of one joint normal vector, which is unique. Here
:math:`x` holds five numbers a day (:math:`a_t,\varepsilon_t,b_t,s_t,\lambda_t+c_t`) for the days since
COGAT's list ended (the *window*), in whose joint prior the state that the filter had reached at the window's
start is carried forward exactly. Days that the list covers are known and are subtracted from a total. A total
:math:`\sum z_t^2` is not linear in :math:`x`; it is observed on the scale of its root, :math:`\sqrt{\sum
z_t^2}` (a norm, nearly linear), and the step above is repeated at the new point until it rests
(Gauss-Newton). At rest with :math:`R=0` the total is met exactly, since then :math:`HK=I` and the fixed point
:math:`x=m+K(Q-h(x)+H(x-m))` implies :math:`h(x)=Q`. Draws take the same step from their own prior draw and
their own noisy quotes (randomised maximum likelihood: Oliver, He and Reynolds 1996; exact where :math:`h` is
linear), so each draw meets an exact total too. Adding one quote repeats this step only, without the filter.

Lower bounds, and counts of a part of the flow on the same basis (the north only, food only, two crossings
only), which are lower bounds of the whole, weight the draws by the probability that the bound holds; the
draws are then resampled. A bound that hardly a draw would meet binds: it is observed (`solve_quotes`). Quotes
on other bases (Egyptian Red Crescent, Gaza's media office, one agency's loads) are kept apart, with the
reason given. Parameters are those of maximum likelihood and their own uncertainty is left out. The quotes do
not enter the likelihood. On a day that COGAT's list covers and has no row for, a total quoted from that list
counts nothing, while the day's own flow stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .checks import check_day
from .data import load_holidays, load_quotes
from .days import load_days, usable_history
from .errors import InputError, PeekError
from .flow import (
    DF,
    IRR,
    LEVEL,
    PARAMS,
    PARTS,
    SHARE,
    UPSET,
    Daily,
    Fit,
    ReconcileModel,
    Terms,
    Window,
    bend_share,
    carry_forward,
    condition,
    draw_window,
    fit_daily,
    linear_parts,
    observe,
    prepare_daily,
    transition,
)
from .quotes import EXTRA, MADE, TOLD, TWICE, USES, name_quote, rows_in_use, select_quotes, sum_rows

#: Standard deviations above its sum at the mode from which on a lower bound binds.
FAR = 1.0


_SEED = 20241107


def build_terms(daily, fit, table):
    """Turn UNRWA's days in the window and the quotes in use into terms.

    Parameters
    ----------
    daily : Daily
    fit : Fit
    table : pandas.DataFrame
        Of `select_quotes`.

    Returns
    -------
    Terms
    """
    inside = slice(daily.listed, None)
    seen = daily.observations[inside]
    unrwa_rows, share_rows = (np.flatnonzero(np.isfinite(seen[:, column])) for column in (1, 2))
    noise = fit.params["sd_unrwa"] / np.sqrt(fit.weights[inside, 1])
    sums, roots, spreads = [], [], []
    for row in rows_in_use(table).itertuples():
        rows, known = sum_rows(daily, row)
        sums.append(("flow" if row.use == "lower" else row.use, rows, known))
        roots.append(np.sqrt(row.total))
        # the root of a total q with standard deviation r q has r sqrt(q) / 2; a quoted zero gets half a truck
        # a day
        spreads.append(0.5 * row.noise * np.sqrt(row.total) if row.total else np.sqrt(0.5 * row.days) * (row.noise > 0))
    values = np.concatenate([seen[unrwa_rows, 1], seen[share_rows, 2], roots])
    widths = np.full(len(share_rows), fit.params["sd_share_seen"])
    return Terms(unrwa_rows, share_rows, tuple(sums), values, np.concatenate([noise[unrwa_rows], widths, spreads]))


def solve_quotes(daily, fit, window, table):
    """Condition the window on the quotes, binding those lower bounds that hardly a draw would meet.

    A bound weights the draws, which needs some that meet it. One that lies more than `FAR` standard
    deviations above its sum at the mode binds instead: it becomes an observation of its own value with
    `EXTRA["binding"]` more noise ("more than 5,000" is said of a little more), as an active constraint does
    in the mode of a normal under ``sum >= bound``.

    Returns
    -------
    table, terms, mode, gain, slopes
        `table` has the column `binds`.
    """
    table = table.assign(binds=False)
    while True:
        terms = build_terms(daily, fit, table)
        mode, gain, slopes = condition(window, terms, fit.params["lag"])
        bounds = table[table["use"].eq("lower") & ~table["binds"]]
        if bounds.empty:
            return table, terms, mode, gain, slopes
        sums = tuple(("flow", *sum_rows(daily, row)) for row in bounds.itertuples())
        none = np.zeros(0, int)
        shown, rows = observe(
            window,
            mode,
            Terms(none, none, sums, np.sqrt(bounds["total"].to_numpy()), none),
            fit.params["lag"],
        )
        spread = rows @ window.cov
        variance = np.einsum("ij,ij->i", spread - (rows @ gain) @ (slopes @ window.cov), rows)
        far = (np.sqrt(bounds["total"].to_numpy()) - shown) / np.sqrt(np.maximum(variance, 1e-6))
        if far.max() < FAR:
            return table, terms, mode, gain, slopes
        worst = bounds.index[far.argmax()]
        table.loc[worst, "binds"] = True
        table.loc[worst, "noise"] = np.hypot(table.loc[worst, "noise"], EXTRA["binding"])


@dataclass(frozen=True)
class Reconciled:
    """One daily flow on COGAT's basis, as known on a day.

    Attributes
    ----------
    as_of : pandas.Timestamp or None
    daily : Daily
        Input, cut at the origin.
    fit : Fit
    window : Window
    quotes : pandas.DataFrame
        What had been published, with `use`, `why`, `noise` and the day of publication.
    terms : Terms
    mode, gain, slopes : ndarray
        Of `condition`.
    sources : dict
        Vintage of each list, where known.
    """

    as_of: pd.Timestamp | None
    daily: Daily
    fit: Fit
    window: Window
    quotes: pd.DataFrame
    terms: Terms
    mode: np.ndarray
    gain: np.ndarray
    slopes: np.ndarray
    sources: dict = field(default_factory=dict)

    @property
    def origin(self):
        """Last day of the flow."""
        return self.daily.days[-1]

    @property
    def used(self):
        """The quotes that are observations of this flow, with how they are used."""
        return self.quotes[self.quotes["use"].ne("apart")]

    @cached_property
    def _sample(self):
        """2,000 draws with a fixed seed, for the summaries."""
        return self._draw_parts(2000, np.random.default_rng(_SEED))

    def _draw_parts(self, n, rng):
        """Draw the window's parts, shape (n, 5, n_days), and tell how many separate draws the lower bounds leave behind them."""
        if not len(self.window.days):
            return np.zeros((n, len(PARTS), 0)), float(n)
        bounds = self.quotes[self.quotes["use"].eq("lower") & ~self.quotes["binds"]]
        for tries in (n, 4 * n):  # more draws to choose from where the bounds leave few
            x, _ = draw_window(self.window, self.terms, self.gain, self.slopes, self.fit.params["lag"], n=tries, rng=rng)
            parts = x.reshape(tries, len(PARTS), -1)
            weights = self._weigh(parts, bounds)
            effective = 1.0 / np.sum(weights**2) / tries
            if effective * tries > 0.1 * n:
                break
        if effective < 0.005:
            raise InputError(
                f"{len(bounds)} lower bounds: only {effective:.1%} of the draws meet them; "
                "look for a bound above what the totals allow"
            )
        # systematic resampling: each draw appears as often as its weight says, to within one
        picks = np.searchsorted(np.cumsum(weights), (np.arange(n) + rng.random()) / n).clip(max=tries - 1)
        return parts[rng.permutation(picks)], effective * tries

    def _weigh(self, parts, bounds):
        """Weigh draws by the probability that each bound, noise and all, lies below their sum; shape (n,), sum 1."""
        flow, logs = _expected(parts, "flow"), np.zeros(len(parts))
        for row in bounds.itertuples():
            rows, known = sum_rows(self.daily, row)
            excess = np.sqrt(known + flow[:, rows].sum(1)) - np.sqrt(row.total)
            logs += np.log(np.maximum(ndtr(excess / max(0.5 * row.noise * np.sqrt(row.total), 1e-6)), 1e-300))
        weights = np.exp(logs - logs.max())
        return weights / weights.sum()

    def draws(self, n, *, days=60, rng=None, basis="cogat", whole=True):
        """Draw joint paths of the recent past.

        Parameters
        ----------
        n : int
        days : int or pandas.DatetimeIndex
            The last so many days up to the origin, or these days.
        rng : numpy.random.Generator or int, optional
        basis : {"cogat", "unrwa"}
            Whose count. Days that the source counted are what it counted.
        whole : bool
            Whole trucks; the rounding is carried from day to day, so that a sum over days is off by less than
            one truck.

        Returns
        -------
        pandas.DataFrame
            Shape (n, n_days), trucks/day, not negative; columns are days. Days missing before the window are
            drawn one by one from their own smoothed distribution.
        """
        return self.draw_bases(n, days=days, rng=rng, bases=(basis,), whole=whole)[basis]

    def draw_bases(self, n, *, days=60, rng=None, bases=("cogat", "unrwa"), whole=True):
        """Draw joint paths of the recent past on several bases; parameters as for `draws`.

        Returns
        -------
        dict of str to pandas.DataFrame
            By basis, as from `draws`; row for row of one flow. ``attrs["effective"]``: how many separate draws are behind
            them, which lower bounds among the quotes may leave few.
        """
        rng = np.random.default_rng(rng)
        parts, effective = self._draw_parts(n, rng)
        frames = {}
        for basis in bases:
            flow = self._paths(parts, basis, rng)
            if whole:
                flow = np.diff(np.rint(np.cumsum(flow, axis=1)), axis=1, prepend=0.0)
            frame = pd.DataFrame(flow, columns=self.daily.days)
            frames[basis] = frame.iloc[:, -days:] if isinstance(days, int) else frame[days]
            frames[basis].attrs["effective"] = effective
        return frames

    def _paths(self, parts, basis, rng):
        """Lay draws of the window beside the days before it, shape (n, all days), trucks/day."""
        if basis not in ("cogat", "unrwa"):
            raise InputError(f"basis {basis!r}: must be 'cogat' or 'unrwa'; choose one")
        n, fit = len(parts), self.fit
        if basis == "cogat":
            counts, roots = self.daily.cogat, fit.smoothed
            inside = np.exp(parts[:, 0]) + parts[:, 1]
        else:
            counts, wild = self.daily.unrwa, fit.params["sd_unrwa"] * np.sqrt(DF / (DF - 2))
            roots = np.column_stack([np.exp(fit.path[:, 1]), np.full(len(fit.path), wild)])
            before = np.concatenate([np.full((n, 1), self.window.before), parts[:, 1, :-1]], axis=1)[:, : parts.shape[2]]
            inside = np.exp(parts[:, 2]) + fit.params["lag"] * before
            inside = np.maximum(inside + wild * rng.standard_normal(inside.shape), 0.0)
        earlier = roots[: self.daily.listed]
        outside = earlier[:, 0] + earlier[:, 1] * rng.standard_normal((n, self.daily.listed))
        flow = np.concatenate([np.maximum(outside, 0.0), inside], axis=1) ** 2
        return np.where(np.isfinite(counts), counts, flow)

    @cached_property
    def flow(self):
        """Mean, standard deviation and quantiles by day, trucks/day; `counted` says that COGAT's list has the day."""
        paths = self._paths(self._sample[0], "cogat", np.random.default_rng(_SEED))
        columns = {"mean": paths.mean(0), "sd": paths.std(0)}
        for level in (0.05, 0.25, 0.5, 0.75, 0.95):
            columns[f"q{100 * level:02.0f}"] = np.quantile(paths, level, axis=0)
        return pd.DataFrame(columns | {"counted": np.isfinite(self.daily.cogat)}, index=self.daily.days)

    @cached_property
    def covariance(self):
        """Covariance of the window's days, shape (n_days, n_days), trucks squared."""
        paths = self._paths(self._sample[0], "cogat", np.random.default_rng(_SEED))[:, self.daily.listed :]
        return pd.DataFrame(np.cov(paths, rowvar=False).reshape(paths.shape[1], -1), self.window.days, self.window.days)

    def summarise_sum(self, start, end, *, mean=False, use="flow", level=0.9):
        """Summarise the total (or the daily mean) over days: mean, sd, lower and upper end of the central interval, trucks.

        `use` is "flow", "unrwa" or "unrwa_humanitarian"; the two latter are expected counts, without UNRWA's
        daily noise.
        """
        days = (self.daily.days >= pd.Timestamp(start)) & (self.daily.days <= pd.Timestamp(end))
        wanted = (pd.Timestamp(end) - pd.Timestamp(start)).days + 1
        if days.sum() != wanted:
            raise InputError(
                f"{start} to {end}: lies outside {self.daily.days[0]:%Y-%m-%d} to {self.origin:%Y-%m-%d}; choose days within"
            )
        parts = self._sample[0]
        if use == "flow":
            paths = self._paths(parts, "cogat", np.random.default_rng(_SEED))[:, days]
        else:
            paths = _expected(parts, use)[:, days[self.daily.listed :]]
        total = paths.sum(1) / (wanted if mean else 1)
        low, high = np.quantile(total, [(1 - level) / 2, (1 + level) / 2])
        return pd.Series({"mean": total.mean(), "sd": total.std(), "low": low, "high": high})

    @cached_property
    def state(self):
        """State at the origin: mean, sd and 90 % interval.

        `level`: an ordinary weekday's flow without its irregular part, trucks/day. `week`: mean flow of the
        last seven days. `ratio`: UNRWA/COGAT without weekday. `share`: humanitarian share of UNRWA's count.
        """
        week = self.summarise_sum(self.origin - pd.Timedelta(days=6), self.origin, mean=True)
        if not len(self.window.days):
            return pd.DataFrame({"week": week}).T
        parts = self._sample[0][:, :, -1]
        friday, saturday, _ = self.daily.calendar[-1]
        columns = {"level": np.exp(2 * parts[:, 4]), "share": bend_share(parts[:, 3])[0]}
        if not (friday or saturday):  # on those days b holds UNRWA's weekday effect too
            columns["ratio"] = np.exp(2 * (parts[:, 2] - parts[:, 4]))
        rows = {
            name: {"mean": v.mean(), "sd": v.std(), "low": np.quantile(v, 0.05), "high": np.quantile(v, 0.95)}
            for name, v in columns.items()
        }
        return pd.DataFrame(rows | {"week": week.to_dict()}).T

    def with_quotes(self, more):
        """Add quotes and condition again; the filter is not run.

        Parameters
        ----------
        more : pandas.DataFrame
            Rows as `load_quotes` gives them. One published after `as_of` is an error here.

        Returns
        -------
        Reconciled
        """
        late = more["published"] > self.as_of if self.as_of is not None else pd.Series(False, index=more.index)
        if late.any():
            raise PeekError(
                f"quote published {more.loc[late.idxmax(), 'published']:%Y-%m-%d}: after {self.as_of:%Y-%m-%d}, the day of the "
                "knowledge; reconcile as of a later day"
            )
        columns = [name for name in self.quotes.columns if name not in MADE]
        together = pd.concat([self.quotes[columns], more], ignore_index=True) if len(self.quotes) else more
        return self._conditioned_on(select_quotes(together, self.daily, as_of=self.as_of))

    def without_quotes(self, index):
        """Leave quotes out by their index in `quotes` and condition again."""
        left = self.quotes.drop(index=index)[[name for name in self.quotes.columns if name not in MADE]]
        return self._conditioned_on(select_quotes(left, self.daily, as_of=self.as_of))

    def _conditioned_on(self, table):
        solved = solve_quotes(self.daily, self.fit, self.window, table)
        return Reconciled(self.as_of, self.daily, self.fit, self.window, *solved, self.sources)

    @cached_property
    def contributions(self):
        """Where the level at the origin comes from: one row a month of a list, or a quote.

        `share` is an elasticity: by how many per cent the level at the origin would move if that observation
        had been 1 % higher. Over everything on COGAT's basis the shares add up to nearly one; the rest is the
        prior. UNRWA's shares add up to nearly zero: its recent months count for what they say next to its
        months beside COGAT's list, which count against them. `pull` is what a quote, or a bound, moves the
        level by at the mode, as a factor, given all others.
        """
        return _find_contributions(self)


def check_quotes(result, *, n=500):
    """Leave each quote in use out, predict it from all the rest, and compare.

    Parameters
    ----------
    result : Reconciled
    n : int
        Draws of each prediction.

    Returns
    -------
    pandas.DataFrame
        The quote's repetitions, and bounds that follow from it, are left out with it. A row a quote: use,
        trucks in total, `predicted` (mean), `low` and `high` (90 % interval of what would be quoted, its
        noise included), `error` (standardised on the root scale) and `inside`. Neighbouring quotes share
        days, so the rows are not independent.
    """
    rows = []
    for index, row in result.quotes[result.quotes["use"].isin(USES)].iterrows():
        others = result.quotes
        shares = others["date_start"].le(row["date_end"]) & others["date_end"].ge(row["date_start"])
        rest = result.without_quotes(others.index[shares & others["why"].isin([TOLD, TWICE])].union([index]))
        rng = np.random.default_rng(_SEED)
        parts, _ = rest._draw_parts(n, rng)
        days, known = sum_rows(rest.daily, row)
        total = known + _expected(parts, row["use"])[:, days].sum(1)
        root = np.sqrt(total) + 0.5 * row["noise"] * np.sqrt(row["total"]) * rng.standard_normal(n)
        low, high = np.quantile(np.maximum(root, 0.0) ** 2, [0.05, 0.95])
        rows.append(
            {
                "observation": name_quote(row),
                "use": row["use"],
                "published": row["published"],
                "trucks": row["total"],
                "predicted": total.mean(),
                "low": low,
                "high": high,
                "error": (np.sqrt(row["total"]) - root.mean()) / root.std(),
                "inside": low <= row["total"] <= high,
            }
        )
    columns = ["observation", "use", "published", "trucks", "predicted", "low", "high", "error", "inside"]
    return pd.DataFrame(rows, columns=columns).set_index("observation")


def _expected(parts, use):
    """Trucks a day of draws of the window's parts: the flow, or what UNRWA would count, without its daily noise."""
    if use in ("flow", "lower"):
        return (np.exp(parts[:, 0]) + parts[:, 1]) ** 2
    return np.exp(2 * parts[:, 2]) * (bend_share(parts[:, 3])[0] if use == "unrwa_humanitarian" else 1.0)


def _find_contributions(result):
    """See `Reconciled.contributions`. Everything is linear at the mode, so a slope is one run of the filter."""
    daily, fit, terms, step = result.daily, result.fit, result.terms, 0.01
    place = result.mode.size - 1  # level of the last day
    keep = -result.gain[place] @ result.slopes
    keep[place] += 1.0

    def reach_window(observations):
        model = ReconcileModel(observations, daily.calendar, daily.partial, fit.path, fit.weights)
        model.update([fit.params[name] for name in PARAMS])
        return model.ssm.filter().predicted_state[:, daily.listed].copy()

    base = reach_window(daily.observations)
    matrix, _ = transition(fit.params)
    a_map, b_map = linear_parts(daily.calendar[daily.listed :])
    months, rows = daily.days.to_period("M"), []
    for source, column, counts in (("cogat", 0, daily.cogat), ("unrwa", 1, daily.unrwa)):
        for month in months.unique():
            chosen = np.isfinite(counts) & (months == month)
            if not chosen.any():
                continue
            moved = daily.observations
            moved[chosen, column] *= np.sqrt(1 + step)
            state = reach_window(moved) - base
            carried = np.zeros((len(PARTS), len(a_map)))
            for day in range(len(a_map)):
                state = matrix @ state if day else state
                carried[:, day] = (
                    a_map[day] @ state,
                    state[IRR],
                    b_map[day] @ state,
                    state[SHARE],
                    state[LEVEL] + state[UPSET],
                )
            change = keep @ carried.ravel()
            inside = chosen[daily.listed :][terms.unrwa_rows] if source == "unrwa" else np.zeros(len(terms.unrwa_rows), bool)
            at = np.flatnonzero(inside)
            change += result.gain[place, at] @ (terms.values[at] * (np.sqrt(1 + step) - 1))
            rows.append(
                (
                    f"{source} {month}",
                    int(chosen.sum()),
                    counts[chosen].sum(),
                    2 * change / np.log1p(step),
                    np.nan,
                )
            )
    first = len(terms.unrwa_rows) + len(terms.share_rows)
    shown, _ = observe(result.window, result.mode, terms, fit.params["lag"])
    surprise = terms.values - shown + result.slopes @ (result.mode - result.window.mean)
    for term, row in enumerate(rows_in_use(result.quotes).itertuples(), first):
        share = result.gain[place, term] * terms.values[term]
        pull = np.exp(2 * result.gain[place, term] * surprise[term])
        rows.append((name_quote(row), row.days, row.total, share, pull))
    table = pd.DataFrame(rows, columns=["observation", "days", "trucks", "share", "pull"])
    return table.set_index("observation")


def reconcile_series(cogat, unrwa, humanitarian, quotes, *, as_of=None, origin=None, shut=(), params=None, sources=None):
    """Reconcile daily series and quotes that are at hand.

    Parameters
    ----------
    cogat, unrwa, humanitarian : pandas.Series
        trucks/day by day, NaN where not counted (see `prepare_daily`).
    quotes : pandas.DataFrame
        As `load_quotes` gives them; those published after `as_of` are not used.
    as_of : day, optional
    origin : day, optional
        Last day of the flow; the day before `as_of` by default.
    shut : iterable of days
        Holidays that shut the crossings.
    params : dict, optional
        Fixed parameters; by default they are estimated.
    sources : dict, optional
        Vintages, passed on.

    Returns
    -------
    Reconciled
    """
    as_of = None if as_of is None else pd.Timestamp(as_of)
    if origin is None and as_of is not None:
        origin = as_of - pd.Timedelta(days=1)
    daily = prepare_daily(cogat, unrwa, humanitarian, origin=origin, shut=shut)
    fit = fit_daily(daily, params=params)
    window = carry_forward(daily, fit)
    table = select_quotes(quotes, daily, as_of=as_of)
    return Reconciled(as_of, daily, fit, window, *solve_quotes(daily, fit, window, table), sources or {})


def reconcile(as_of=None, *, hindsight=False, quotes=None, hide_after=None, params=None):
    """Reconcile both counts and the quotes as they were known on a day.

    Parameters
    ----------
    as_of : day, optional
        Only vintages and quotes published by this day are used, and the flow ends on the day before it.
        Without it everything ever published is used, to the last day of any list.
    hindsight : bool
        Use the last vintages, cut at that origin, and all quotes of days up to it, whenever they were published.
    quotes : pandas.DataFrame, optional
        Instead of the project's own; filtered by `as_of` as they are.
    hide_after : day, optional
        Hide COGAT's counts after this day, to see whether they are found again.
    params : dict, optional
        Fixed parameters; by default they are estimated.

    Returns
    -------
    Reconciled

    Notes
    -----
    Partial days of a list are left out: their late reports were still to come.
    """
    known = None if as_of is None else check_day(as_of, name="as_of")
    published = None if hindsight else known
    origin = None if known is None else known - pd.Timedelta(days=1)
    frames = [
        load_days(source, scope=scope, as_of=published)
        for source, scope in (("cogat", "all"), ("unrwa", "all"), ("unrwa", "humanitarian"))
    ]
    holidays = load_holidays()
    series = [usable_history(frame if origin is None else frame[:origin]) for frame in frames]
    if hide_after is not None:
        series[0] = series[0][: check_day(hide_after, name="hide_after")]
    return reconcile_series(
        *series,
        load_quotes(as_of=published) if quotes is None else quotes,
        as_of=published,
        origin=origin,
        shut=holidays.loc[holidays["closes"], "date"],
        params=params,
        sources={frame.attrs["source"]: frame.attrs["vintage"] for frame in frames},
    )


@lru_cache(maxsize=8)
def reconcile_once(as_of: pd.Timestamp, hindsight: bool) -> Reconciled:
    """Reconcile as of a day, and keep the result for the next who asks."""
    return reconcile(as_of, hindsight=hindsight)


def review_absent_days(result):
    """Hold each day that one list lacks against the other list and the flow: on neither list differs from not reported on one.

    Parameters
    ----------
    result : Reconciled
        The flow, and the two lists as known on its day.

    Returns
    -------
    pandas.DataFrame
        A row a source and day without a count, within the days that COGAT's list covers: date, source, state (see
        `utils.load_days`), other (the other source's trucks), flow (median, trucks/day on COGAT's basis) and finding.
    """
    lists = {source: load_days(source, as_of=result.as_of) for source in ("cogat", "unrwa")}
    span = result.daily.days[: result.daily.listed]
    rows = []
    for source, other in (("cogat", "unrwa"), ("unrwa", "cogat")):
        days = lists[source].reindex(span)
        for day, row in days[days["trucks"].isna()].iterrows():
            elsewhere = lists[other]["trucks"].get(day, np.nan)
            if np.isnan(elsewhere):
                finding = "on neither list"
            elif row["state"] == "closed":
                finding = "shut by the calendar, but on the other list"
            else:
                finding = "not reported here: the other list has trucks"
            rows.append((day, source, row["state"], elsewhere, result.flow.loc[day, "q50"], finding))
    table = pd.DataFrame(rows, columns=["date", "source", "state", "other", "flow", "finding"])
    return table.sort_values(["date", "source"], ignore_index=True)
