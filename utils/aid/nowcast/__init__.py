r"""Two counts and the quoted figures read as one daily flow of trucks on COGAT's basis, with its uncertainty.

The model
---------
Let :math:`y_t` be the trucks that COGAT counts by land on day :math:`t`. Everything is Gaussian on the square-root scale, on
which the spread of daily counts is about the same at every level, and multiplicative in its means:

.. math::
    \sqrt{y_t} = e^{a_t} + \varepsilon_t, \qquad a_t = \lambda_t + c_t + w_t + \kappa\,1[t\ \text{shut}]

with :math:`\lambda` a random walk (the slow level), :math:`c` an AR(1) with coefficient :math:`\phi` (a transient deviation that
passes), :math:`w` the Friday and the Saturday effect, each slowly drifting and reverting to its first mean, :math:`\kappa` the
effect of a holiday that shuts the crossings, and :math:`\varepsilon` the irregular part of the day. UNRWA counts, when loads are
collected, with a ratio of its own that drifts, and drifts at another rate since UNRWA calls its list partial:

.. math::
    \sqrt{u_t} = e^{b_t} + \theta\,\varepsilon_{t-1} + \eta_t, \qquad b_t = \lambda_t + c_t + \rho_t + v_t,

where :math:`\rho` is a random walk (half the log of the ratio UNRWA/COGAT), :math:`v` UNRWA's own Friday and Saturday effects,
and :math:`\theta` (the `lag`) carries what is left over at the border on one day into the next. The part of UNRWA's count that
is humanitarian (all but the private sector) is :math:`s_t u_t`; the share :math:`s` is an AR(1) about its first mean, observed
every day (bent to stay between 0 and 1 where a total depends on it). COGAT's list observes :math:`y_t` itself; a day without a
row is missing and never a zero.

The eleven unobserved numbers of a day, :math:`\lambda, c`, two of :math:`w`, :math:`\kappa, \rho`, two of :math:`v`, :math:`s,
\varepsilon_t` and :math:`\varepsilon_{t-1}`, make the state :math:`\alpha_t`, with :math:`\alpha_{t+1} = T\alpha_t + d +
\zeta_t`.

How it is fitted
----------------
The exponentials are linearised at the smoothed path, a few passes over (iterated extended Kalman smoother, which is
Gauss-Newton for the mode of the path: Bell 1994, *SIAM J. Optim.* 4(3)). Within a pass the model is linear and Gaussian with a
time-varying design and runs through statsmodels' Kalman filter (`ReconcileModel`), whose likelihood gives the parameters. Wild
days (a crossing shut for a day, a truckload of late entries) would widen everything else: both noises are therefore Student-t
with :math:`\nu` = `DF` degrees of freedom through the usual scale-mixture weights :math:`(\nu+1)/(\nu+E r^2/\sigma^2)`, renewed
at each pass (Lange, Little and Taylor 1989, *JASA* 84). A day not observed gets the variance of the t.

Breaks, and parameters that are not known
-----------------------------------------
A crossing that shuts or opens moves the level in a day. While a list counts every day the transient deviation follows; where
only sums are seen, usual steps would spread the fall over weeks, or not believe it. In the window the level therefore has
breaks (`breaks.py`): on one day in so many a further step, undone bit by bit. How often and how large is learnt from COGAT's
days before, week by week, with its uncertainty. Each draw has its own set of broken days, drawn given all observations; given
the set everything is normal and the step below holds as it stands. The mode, and with it what the level rests on, takes the
variance that breaks add on average.

The parameters are drawn too: `N_PARAMS` vectors from a normal about the estimate on the unconstrained scale, whose covariance
is the inverse of the second derivatives of the penalised likelihood (Laplace's approximation: Tierney and Kadane 1986, *JASA*
81). Each has its own filter run, window, noise and law of breaks. They are mixed at random over the draws, so that every block
of draws has them all; ``attrs["parameters"]`` tells which draw has which.

The last days of UNRWA's list were still filling up when it was published. How much of a day is listed at its age is learnt from
pairs of lists that were public by then (`late.py`; they are few), and such a day is seen with the noise that they leave.

Sums over days, without cumulators
----------------------------------
A published total over days :math:`S` observes :math:`\sum_{t\in S} y_t`. The textbook way adds a cumulator state a quote (Harvey
1989, 6.3), and one more for every overlap. The same posterior follows by conditioning afterwards. Let *D* be the daily
observations and *Q* the quotes. Since :math:`p(x \mid D, Q) \propto p(x \mid D)\,p(Q \mid x)`, whatever the filter has made of
*D* is the prior for *Q*, and for Gaussian :math:`x\mid D \sim N(m, P)` and linear :math:`Q = Hx + e,\ e\sim N(0,R)`,

.. math:: x \mid D,Q \sim N\big(m + K(Q-Hm),\ P - KHP\big), \qquad K = PH^\top(HPH^\top+R)^{-1},

where a row of :math:`H` has its entries at the days of the total. A cumulator computes the same numbers one day at a time: both
are the conditional distribution of one joint normal vector, which is unique. Here :math:`x` holds five numbers a day
(:math:`a_t,\varepsilon_t,b_t,s_t,\lambda_t+c_t`: the `PARTS`) for the days since COGAT's list ended (the *window*), in whose
joint prior the state that the filter had reached at the window's start is carried forward exactly. UNRWA's days in the window
are observed in the same step as the quotes. Days that a list covers are known and are subtracted from a total. A total
:math:`\sum z_t^2` is not linear in :math:`x`; it is observed on the scale of its root, :math:`h(x) = \sqrt{\sum z_t^2}` (a
norm, nearly linear), and the step above is repeated with the slopes :math:`H` at the new point until it settles (Gauss-Newton).
Settled with :math:`R=0` the total is met exactly, since then :math:`HK=I` and the fixed point :math:`x=m+K(Q-h(x)+H(x-m))`
implies :math:`h(x)=Q`. Draws take the same step from a prior draw :math:`m_i` and noisy quotes :math:`Q_i` of their own
(randomised maximum likelihood: Oliver, He and Reynolds 1996; exact where :math:`h` is linear), so each draw meets an exact
total too. Adding one quote repeats this step only, without the filter.

Lower bounds, and counts of a part of the flow on the same basis (the north only, food only, two crossings only), which are
lower bounds of the whole, weight the draws by the probability that the bound holds; the draws are then resampled. A bound that
hardly a draw would meet binds: it is observed (`solve_quotes`). Quotes on other bases (Egyptian Red Crescent, Gaza's media
office, one agency's loads) are kept apart, with the reason given. The quotes do not enter the likelihood of the parameters. On
a day that COGAT's list covers and has no row for, a total quoted from that list counts nothing, while the day's own flow stays
unknown.

Where it is
-----------
`reconcile` (in `reconcile.py`) loads what was known on a day and returns a `Nowcast` (`nowcast.py`). Under it lie the daily
inputs (`inputs.py`, `late.py`), the model of the days (`state_space.py`, `breaks.py`), the days since COGAT's list ended
(`window.py`), what each quote observes (`quotes.py`), the step above (`conditioning.py`), draws (`drawing.py`), tables of them
(`summaries.py`), what the level rests on (`contributions.py`), and checks against what was not used (`checks.py`)."""
