r"""Two counts and the quoted figures as one daily flow of trucks on COGAT's basis, with its uncertainty.

The model
---------
Let :math:`y_t` be the trucks that COGAT counts by land on day :math:`t`. Everything is Gaussian on the
square-root scale, on which the spread of daily counts is about the same at every level, and multiplicative in
its means:

.. math::
    \sqrt{y_t} = e^{a_t} + \varepsilon_t, \qquad a_t = \lambda_t + c_t + w_t + \kappa\,1[t\ \text{shut}]

with :math:`\lambda` a random walk (the slow level), :math:`c` an AR(1) (an transient that passes), :math:`w` the
Friday and the Saturday effect, each slowly drifting and leaning back to its first mean, :math:`\kappa` the
effect of a holiday that shuts the crossings, and :math:`\varepsilon` the irregular part of the day. UNRWA
counts, when loads are collected, with a ratio of its own that drifts, and drifts at a step_size of its own since
UNRWA calls its list partial:

.. math::
    \sqrt{u_t} = e^{b_t} + \theta\,\varepsilon_{t-1} + \eta_t, \qquad b_t = \lambda_t + c_t + \rho_t + v_t,

where :math:`\rho` is a random walk (half the log of the ratio UNRWA/COGAT), :math:`v` UNRWA's own Friday and
Saturday effects, and :math:`\theta` carries what is left over at the border on one day into the next. The
part of UNRWA's count that is humanitarian (all but the private sector) is :math:`s_t u_t`; the share
:math:`s` is a random walk seen every day (shifted to stay between 0 and 1 where a total depends on it). COGAT's
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

from functools import lru_cache

import pandas as pd

from ...common.checks import check_day
from ...counts.snapshot import usable_history
from ..daily import load_days
from ..loaders import load_holidays, load_quotes
from .conditioning import carry_forward
from .quotes import select_quotes
from .reconciled import Reconciled, solve_quotes
from .state_space import fit_daily, prepare_daily


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
