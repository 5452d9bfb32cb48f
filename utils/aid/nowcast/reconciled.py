"""The nowcast: one daily flow as known on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ...common.errors import InputError, LookaheadError
from .conditioning import PARTS, Terms, Window, bend_share, condition, draw_window, observe
from .contributions import _find_contributions
from .quotes import EXTRA, MADE, rows_in_use, select_quotes, sum_rows
from .state_space import DF, Daily, Fit

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
            raise LookaheadError(
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


def _expected(parts, use):
    """Trucks a day of draws of the window's parts: the flow, or what UNRWA would count, without its daily noise."""
    if use in ("flow", "lower"):
        return (np.exp(parts[:, 0]) + parts[:, 1]) ** 2
    return np.exp(2 * parts[:, 2]) * (bend_share(parts[:, 3])[0] if use == "unrwa_humanitarian" else 1.0)
