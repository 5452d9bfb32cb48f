# %% [markdown]
# # Test the forecasters on the past, without hindsight
#
# A probability is worth what it earned when the truth was not yet known. How much did these earn, and on how many cases?

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

# %% tags=["hide-input"]
from utils import backtest, first_passage, list_vintages, load_daily, load_records, simulate_paths
from utils.aid.daily import THRESHOLDS
from utils.aid.scenario_backtest import backtest_scenarios, choose_lead
from utils.aid.sources import BY_NAME
from utils.common.formatting import day_in_words, percent
from utils.counts.snapshot import FINAL, REAL_TIME, usable_history
from utils.figures.style import show
from utils.figures.verification import plot_pit, plot_reliability, plot_shuffled, plot_skill, plot_weights
from utils.models import fit
from utils.publishing.prose import say, show_answer
from utils.publishing.tables import show_provenance, show_table
from utils.questions.base_rate import count_effective
from utils.verification.calibration import band_corp, decompose_brier, fit_corp
from utils.verification.plan import QUANTILES, list_origins
from utils.verification.resampling import MIN_INTERVAL, MIN_RANKED, is_rankable
from utils.verification.summaries import pair_events, summarise_scores

# %% tags=["parameters"]
step = 9
scenario_step = 30
n_paths = 500
seed = 0

# %% tags=["hide-input"]
names = {
    "default": "pool (default)",
    "smoothing": "smoothing",
    "week_residuals": "week residuals",
    "negative_binomial": "negative binomial",
    "regime_switching": "level shifts",
    "wide_pool": "pool with both",
    "sarimax": "sarimax",
    "weekday_bootstrap": "weekday bootstrap",
    "base_rate": "base rate",
    "persistence": "persistence",
    "always_no": "always no",
    "climatology": "climatology",
}

# %% tags=["long", "hide-input"]
records = load_records()
options = dict(thresholds=THRESHOLDS, step=step, n_paths=n_paths, seed=seed, progress=False)
more = ["smoothing", "week_residuals", "negative_binomial", "regime_switching"]
scores = backtest(records, models=[name for name in names if name not in [*more, "sarimax", "wide_pool"]], **options)
# What takes long is tried on all trucks alone; sarimax takes as long as all the others together.
whole = {name: record for name, record in records.items() if name.endswith(" all")}
tried = backtest(whole, models=more, **options)
anew = backtest(whole, models=["sarimax"], **options)
scores = pd.concat([scores, tried, anew], ignore_index=True)

# %% tags=["hide-input"]
single = scores[scores["definition"].eq("day") & scores["score"].eq("brier")]
summary = summarise_scores(single, score="brier", seed=seed)
cut = summary[summary["vintage"].eq(FINAL) & summary["model"].eq("default")].set_index(["series", "horizon"])
short, *_, long = sorted(scores["horizon"].unique())
pool, far = cut.loc[("cogat all", short)], cut.xs(long, level="horizon")
other = cut.loc[("unrwa all", short)]
show_answer(
    "How far can these probabilities be trusted?",
    f"At {short} days, their squared error was {percent(pool['skill'])} below that of climatology on COGAT's count ({round(100 * pool['skill_low'])} % to "
    f"{round(100 * pool['skill_high'])} %), and {percent(other['skill'])} on UNRWA's. At {long} days the past holds only {far['effective'].min()} to "
    f"{far['effective'].max()} windows that do not overlap: too few to tell.",
    notes=f"{single['origin'].nunique()} origins, {step} days apart, and {len(records)} series; each forecaster got the days before its origin alone.",
)

# %% [markdown]
# **You will** meet each forecaster with its idea and its weakness, see what goes wrong when days are forecast one by one, run a
# backtest, and judge calibration. **You will learn** why the number of cases is far smaller than the number of forecasts, and when a
# ranking is an accident. **You need** to know what a probability is; about twenty minutes.
#
# Before: [Two counts, one flow](03_two_counts_one_flow.ipynb) · Next: [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb)

# %% [markdown]
# ## The models, one by one
#
# All of them take a daily history with absent days, and give joint paths of whole counts. `utils.models.MODELS` names them.
#
# ### Smoothing
#
# *Idea.* Follow the level and the weekday's share by exponential smoothing, and draw *innovations*, what a day has beyond its
# expectation, again from those of the past, the recent more often. Every setting of a grid is kept, weighted by how well it did. *Assumes* that days are independent given the
# level, and that innovations to come are like those that came. *Bad at* jumps: the level follows one with a lag, and none is foretold.
#
# ### Week residuals
#
# *Idea.* Take whole weeks of what lay above and below the level of their time, and lay them on a level that moves as it has moved.
# Residuals are brought to the spread of today. *Assumes* that a bad week keeps its shape at another level. *Bad at* short histories,
# which hold few weeks.
#
# ### The pool, which is the default
#
# *Idea.* Mix the paths of smoothing and week residuals in equal shares. Each holds many settings, and the level of each returns, stays,
# follows a line or grows in proportion. What counts is how well a setting foretold the next day, and the mean of windows as long as the one
# asked for. *Assumes* that what foretold before will foretell again. *Bad at* what its members ignore: news.

# %% [markdown]
# ### Negative-binomial regression
#
# *Idea.* A day's count is negative binomial around a mean that follows the counts before it, weekday by weekday, and returns to the mean of
# all levels so far. A share of days is disrupted, and a holiday that shuts the crossings has a factor of its own. *Assumes* that what a
# day adds fades at a steady rate, and that low days and high days spread by one law. *Bad at* levels that last, since its level
# always returns, and at the highest day: its upper tail is heavier than that of the counts.
#
# ### Level shifts
#
# *Idea.* The level stands still for a while, then jumps: a hidden semi-Markov chain of regimes. How long the level has stood is inferred day
# by day; jumps to come arrive as often as they did, and lead half-way to a level that was there before. *Assumes* that levels are flat
# between jumps, and that days about a level do not hang together. *Bad at* levels that drift, and at the time of a jump: it takes
# all days to be equally likely. Its paths stay close together where it expects a long calm.

# %% [markdown]
# ### SARIMAX
#
# *Idea.* A level a weekday and shocks that fade over days, on the square root of the counts, with the uncertainty of its
# parameters drawn. *Assumes* that the count always returns to one mean, and that noise is normal on the root scale. *Bad at*
# level shifts that last, which it takes for long shocks, and at the highest day.
#
# ### Structural models and exponential smoothing in state space
#
# *Idea.* Level, weekday and noise as components that drift, each with a variance of its own, by the Kalman filter. *Assumes* normal
# noise on the root scale. *Bad at* the skewness of the counts, with many days far below the level and few far above: highest days
# come out too high. They are there to be compared with.
#
# ### Climatology, weekday bootstrap, base rate, persistence, always no
#
# *Idea.* The baselines that need no model: any window of the past; whole weeks of the last two months; how often separate windows of
# the past met the event; what the last of them did; never. The base rate is the one that stands beside every answer, and
# [the forecast of the deadline](05_forecast_deadline_2024-11-13.ipynb) defines it. *Assume* that the past, or a part of it, goes on as
# it was. *Bad at* all that moves. A model that cannot beat them has no skill.

# %% [markdown]
# ## The trap: days without their paths
#
# Many tools give quantiles day by day. An event over many days cannot be read off them. Here are joint paths, and the same paths with
# each day's counts shuffled among them: every day has the same distribution as before, and the days no longer belong together.

# %%
history = load_daily("unrwa")
level = float(np.ceil(history.dropna().tail(180).quantile(0.8)))
joint = simulate_paths(history, long, n_paths=4_000, seed=seed)
shuffled = np.random.default_rng(seed).permuted(joint, axis=0)
assert np.array_equal(np.sort(joint, axis=0), np.sort(shuffled, axis=0))

# %%
curves = {}
for label, paths in {"joint paths": joint, "shuffled": shuffled}.items():
    first = first_passage(paths, "mean7", level)
    reached = [(0 <= first) & (first < day) for day in range(1, long + 1)]
    curves[label] = pd.Series(np.mean(reached, axis=1), range(1, long + 1))

# %% tags=["hide-input"]
show(
    plot_shuffled(
        curves, event=f"the mean of seven days reaches {level:g}", foot="Source: UNRWA list, last vintage; paths of the pool."
    ),
    alt=f"Two rising curves by days ahead. Joint paths end at {percent(curves['joint paths'].iloc[-1])}, shuffled ones at "
    f"{percent(curves['shuffled'].iloc[-1])}.",
    caption="The same counts on every day, and another answer: a mean over days depends on how the days hang together.",
)

# %% [markdown]
# ## The backtest
#
# At each *origin*, the last day of what is known, every forecaster gets the days up to it, simulates once, and is scored at three
# horizons, by four definitions of reaching, at round thresholds and at quantiles of the past. Three guards look for a forecaster
# that knows more: paths that equal what came, forecasts that change when later days do, and forecasts that do not follow the past
# that is given.
#
# Windows are resolved as the questions are: a closed day counts as nothing, and days that could be anything are left out of paths
# and truth alike. Every forecast is made from the last list, cut at the origin (*final*): it knows revisions that nobody knew on
# the day. Where a list was published more than once, the forecast is also made from the vintage of the day (*real-time*), and
# scored by the last one.

# %% tags=["hide-input"]
outcomes = scores[scores["score"].eq("outcome") & scores["model"].eq("climatology")]
cells = outcomes.groupby(["series", "vintage", "horizon"], observed=True)
table = cells["origin"].agg(origins="nunique", first="min", last="max").reset_index()
table["separate windows"] = [count_effective(rows["origin"], horizon=key[-1]) for key, rows in cells]
table["bears a ranking"] = table["separate windows"].map(lambda n: "yes" if is_rankable(n) else "no")
show_table(
    table,
    caption="Origins of each cell, and how many of their windows do not overlap. A ranking needs "
    f"{MIN_RANKED} of them, an interval {MIN_INTERVAL}.",
)

# %% [markdown]
# ## Skill, beside the number of cases

# %% tags=["hide-input"]
shown = summary[summary["series"].str.endswith(" all")]
sources = {f"{name} all": source for name, source in BY_NAME.items()}
show(
    plot_skill(
        shown,
        names={name: label for name, label in names.items() if name not in ("climatology", "always_no", "wide_pool")},
        reference="climatology",
        sources=sources,
        foot=f"Brier score, any one day, {len(THRESHOLDS) + len(QUANTILES)} thresholds; {n_paths} paths an origin.",
    ),
    alt="A panel a horizon with a row a model and a mark a series. At the shortest horizon the models lie right of zero with bars; at the "
    "longest the marks scatter widely and have few bars.",
    caption="Skill of each forecaster over climatology, by horizon and series, with block-bootstrap intervals.",
)

# %% tags=["hide-input"]
best = summary[summary["rank"].eq(1)].copy()
best["model"] = best["model"].map(names)
ranked = summary[summary["rank"].notna()].groupby(["series", "vintage", "horizon"]).ngroups
unranked = summary.groupby(["series", "vintage", "horizon"]).ngroups - ranked
show_table(
    best[["series", "vintage", "horizon", "model", "mean", "low", "high", "skill", "skill_low", "skill_high", "effective"]],
    caption=f"The lowest Brier score in each of the {ranked} cells that bear a ranking; the other {unranked} are not ranked.",
    formats=dict.fromkeys(["mean", "low", "high"], "{:.3f}") | dict.fromkeys(["skill", "skill_low", "skill_high"], "{:+.2f}"),
)

# %% [markdown]
# ## All scores of the pool
#
# Each score asks something else. Brier and log ask for the probability of the event, RPS for its day, with *never* as the last
# category. CRPS asks for the highest day, the threshold-weighted one only for what lies above a threshold. Energy and variogram
# scores ask for whole paths; the variogram sees only how days differ from each other. Lower is better in all.

# %% tags=["hide-input"]
kinds = ["brier", "log", "rps", "crps_max", "twcrps", "crps_day", "energy", "variogram"]
kept = scores[scores["series"].eq("unrwa all") & scores["vintage"].eq(FINAL) & scores["definition"].isin(["day", ""])]
kept = kept[kept["model"].isin(["default", "climatology"])]
every = pd.concat({kind: summarise_scores(kept, score=kind, seed=seed) for kind in kinds}, names=["score"]).reset_index(0)
mine = every[every["model"].eq("default")].sort_values("horizon", kind="stable")
show_table(
    mine[["horizon", "score", "mean", "low", "high", "skill", "skill_low", "skill_high", "effective"]],
    caption="The pool on UNRWA's count, cut at the origin: mean score, 90 % interval, skill over climatology, separate windows.",
    formats=dict.fromkeys(["mean", "low", "high"], "{:.3g}") | dict.fromkeys(["skill", "skill_low", "skill_high"], "{:+.2f}"),
)

# %% [markdown]
# ## Would more members help?
#
# Negative-binomial regression and level shifts can be members of the pool too. Here is the pool with both beside its three, on the same
# origins, on UNRWA's count. A change below zero says that the pool scored worse with them.

# %% tags=["hide-input"]
unrwa = {"unrwa all": records["unrwa all"]}
both = backtest(unrwa, models=["default", "wide_pool"], definitions=["day"], **options)
both = both[both["score"].eq("brier")]
beside = summarise_scores(both, score="brier", reference="default", seed=seed)
mean = beside.pivot_table(index=["series", "vintage", "horizon"], columns="model", values="mean", observed=True)
mean = mean.rename(columns=lambda name: names[name])[[names["default"], names["wide_pool"]]]
keys = ["series", "vintage", "horizon"]
change = beside[beside["model"].eq("wide_pool")].set_index(keys)[["skill", "skill_low", "skill_high", "effective"]]
show_table(
    mean.join(change.rename(columns={"skill": "change", "skill_low": "low", "skill_high": "high"})),
    caption="Brier score of the pool, and with both candidates beside its members; the change relative to the first, its interval, "
    "separate windows.",
    formats=dict.fromkeys(mean, "{:.4f}") | dict.fromkeys(["change", "low", "high"], "{:+.1%}"),
    index=True,
)

# %% tags=["hide-input"]
worse, clear = (change["skill"] < 0).sum(), ((change["skill_low"] > 0) | (change["skill_high"] < 0)).sum()
cells = mean.xs(FINAL, level="vintage").mean()
say(
    f"With both, the score is worse in {worse} of {len(change)} cells and better in {len(change) - worse}; intervals that leave "
    f"out no change at all: {clear} of {change['skill_low'].notna().sum()}. In the mean over the cells cut at the origin it goes from "
    f"{cells.iloc[0]:.4f} to {cells.iloc[1]:.4f}. More members bought nothing that these cases can show, so the pool "
    "keeps its three."
)

# %% [markdown]
# ## Must a model be fitted anew each time?
#
# SARIMAX takes longest to fit. Between fits it can be carried forward: its dynamics stay, while its levels and its state follow the new
# counts. This is what a fit at every other origin changes on UNRWA's count, with the same random numbers in both. On COGAT's list,
# which is shorter, single scores move by more: `benchmarks/refits.py` prints both.

# %% tags=["hide-input"]
seldom = backtest(unrwa, models=["sarimax"], refit=2, **options)
alike = anew[anew["series"].isin(seldom["series"].unique())]
scored = [run[run["score"].isin(kinds)].astype({"score": str}) for run in (alike, seldom)]
means = [run.groupby(["score", "horizon"])["value"].mean() for run in scored]
moved = (means[1] / means[0] - 1).unstack().loc[kinds]
ours, theirs = (run[run["score"].eq("brier")].groupby(["series", "origin"], observed=True)["value"].mean() for run in scored)
apart = (theirs - ours).abs()
say(
    f"With {2 * step} days between fits no mean score changes by more than {100 * moved.abs().max().max():.1f} %; half of them change by less than "
    f"{100 * moved.abs().stack().median():.1f} %. What changes comes at few origins: {percent(apart.max() / apart.sum())} of it at "
    f"{day_in_words(apart.idxmax()[1])} alone, where a fit anew learns at once of a break that an older fit does not know."
)

# %% tags=["hide-input"]
show_table(
    moved.rename(columns=lambda days: f"{days} days").rename_axis(columns=None),
    caption="SARIMAX, UNRWA's count: change of each mean score by horizon when it is fitted anew at every other origin only.",
    formats={f"{days} days": "{:+.2%}" for days in moved},
    index=True,
)

# %% [markdown]
# ## Calibration: does it come as often as forecast?

# %%
curves = {}
ours = scores[scores["model"].eq("default") & scores["vintage"].eq(FINAL)]
pairs = pair_events(ours[ours["definition"].eq("day")])
for series in ("cogat all", "unrwa all"):
    for horizon in sorted(scores["horizon"].unique()):
        rows = pairs[pairs["series"].eq(series) & pairs["horizon"].eq(horizon)]
        p, y = (rows.pivot(index="origin", columns="threshold", values=kind) for kind in ("probability", "outcome"))
        corp, at = fit_corp(p, y), np.linspace(0.02, 0.98, 25)
        effective = count_effective(p.index, horizon=horizon)
        few = effective < MIN_INTERVAL
        band = None if few else band_corp(p, y, at=at, block=int(np.ceil(horizon / step)), seed=seed)
        curves[series, horizon] = dict(corp=corp, at=at, band=band, forecasts=p.to_numpy().ravel(), effective=effective)

# %% tags=["hide-input"]
show(
    plot_reliability(curves, sources=sources, foot=f"Pool, cut at the origin, {n_paths} paths an origin."),
    alt="Six panels, COGAT above and UNRWA below, by horizon. Rising step curves around the diagonal; their bands widen with the "
    f"horizon, and {sum(curve['band'] is None for curve in curves.values())} of the panels have none for want of windows.",
    caption="Reliability of the pool. Where the band is wide, the past cannot say whether the probabilities are right.",
)

# %% tags=["hide-input"]
parts = []
for (series, horizon), curve in curves.items():
    rows = pairs[pairs["series"].eq(series) & pairs["horizon"].eq(horizon)]
    murphy, corp = decompose_brier(rows["probability"], rows["outcome"]), curve["corp"]
    row = dict(series=series, horizon=horizon, brier=((rows["probability"] - rows["outcome"]) ** 2).mean())
    row |= dict(miscalibration=corp.miscalibration, discrimination=corp.discrimination, uncertainty=corp.uncertainty)
    parts.append(row | dict(reliability=murphy.reliability, resolution=murphy.resolution, windows=curve["effective"]))
show_table(
    pd.DataFrame(parts),
    caption="The Brier score in parts: miscalibration less discrimination plus uncertainty, without bins; beside them Murphy's "
    "reliability and resolution over ten bins. Few windows make miscalibration look larger than it is.",
    formats=dict.fromkeys(["brier", "miscalibration", "discrimination", "uncertainty", "reliability", "resolution"], "{:.3f}"),
)

# %% tags=["hide-input"]
pit = {h: rows["value"].to_numpy() for h, rows in ours[ours["score"].eq("pit")].groupby("horizon")}
inside = ours[ours["score"].eq("inside90")].groupby("horizon")["value"].mean().to_dict()
show(
    plot_pit(pit, inside=inside, foot="Pool; series of one source overlap in what they count."),
    alt="Three histograms of where the true highest day lies among the paths, with a dashed line at equal shares. "
    f"Inside the central interval: {', '.join(f'{percent(v)} at {h} days' for h, v in inside.items())}.",
    caption="Randomised PIT of the highest day and coverage of the central interval.",
)

# %% [markdown]
# ## Does it help to let something come?
#
# The answer to the second question can be given with scenarios: a pause in the fighting, a closing, an announced opening, each with a
# hazard and the effect that the next of its kind would have. They are scored like everything else: at each origin hazards and
# effects are learnt from the events published and the days counted by then. A rule, written down before these scores were read, says
# which of the two leads: the plain forecast, unless the other has the lower Brier and log score by more than luck gives.

# %% tags=["long"]
with_and_without = backtest_scenarios(step=scenario_step, n_paths=n_paths, progress=False)
lead = choose_lead(with_and_without)

# %% tags=["hide-input"]
kept = with_and_without[with_and_without["definition"].isin(["day", ""])]
kept = kept[kept["score"].isin(["brier", "log", "crps_max", "inside90"])].astype({"score": str})
table = kept.pivot_table(index=["series", "horizon", "model"], columns="score", values="value", observed=True)
origins = kept.groupby(["series", "horizon"], observed=True)["origin"].unique()
table["separate windows"] = [count_effective(pd.DatetimeIndex(origins[key[:2]]), horizon=key[1]) for key in table.index]
names_of = {"brier": "Brier", "log": "log, bits", "crps_max": "CRPS, highest day", "inside90": "inside 90 %"}
show_table(
    table.rename(columns=names_of).reset_index(),
    caption="Any one day: both lists cut at the origin, with and without scenarios. Lower is better in the first three.",
    formats={"Brier": "{:.3f}", "log, bits": "{:.3f}", "CRPS, highest day": "{:.1f}", "inside 90 %": percent},
)

# %% tags=["hide-input"]
say(
    f"By the rule the forecast {lead.model} leads: {lead.why}. At the longest horizon the mean Brier score changes by "
    f"{lead.brier.mean:+.4f} with scenarios and the log score by {lead.log.mean:+.3f} bits, over {lead.brier.effective} separate windows a list. "
    "The other stands beside it on every page that leads with an answer."
)

# %% [markdown]
# ## How the pool's level drifts

# %%
weights = {}
for horizon in (short, long):
    rows = {}
    record = records["cogat all"]
    for origin in list_origins(record.truth, step=4 * step, first=120, horizon=short):
        fitted = fit(usable_history(record.known(origin, vintage=FINAL)), model="pool")
        rows[origin] = pd.Series(fitted.weigh_drifts(horizon))
    weights[horizon] = pd.DataFrame(rows).T

# %% tags=["hide-input"]
show(
    plot_weights(weights, foot="Pool on COGAT's count, cut at the origin."),
    alt="Two panels with four lines each, the weights by origin of a level that returns, stays, follows a line or grows.",
    caption="What the pool learnt about the level's drift. A slope starts with a tenth of the odds of none and has to earn more.",
)

# %% [markdown]
# ## What the scores can tell, and what they cannot

# %% tags=["hide-input"]
live = summary[summary["vintage"].eq(REAL_TIME) & summary["model"].eq("default") & summary["series"].eq("unrwa all")]
near = live[live["horizon"].eq(short)].iloc[0]
top = records["unrwa all"].truth.max()
rare = (
    pairs[pairs["threshold"].eq(f"{max(THRESHOLDS)}") & pairs["horizon"].eq(short)]
    .groupby("series", observed=True)["outcome"]
    .mean()
)
say(
    f"They can tell that at {short} days the pool knows more than the record's own frequencies: {percent(pool['skill'])} on COGAT's count over "
    f"{pool['effective']} separate windows. In real time, from {day_in_words(ours['origin'].max() if live.empty else records['unrwa all'].vintages[0][0])} "
    f"on, UNRWA's vintages give {near['effective']} such windows, and a skill of {near['skill']:+.2f} ({near['skill_low']:+.2f} to {near['skill_high']:+.2f}). "
    f"They cannot tell which forecaster is best at {long} days, nor how often a rare event comes: {max(THRESHOLDS)} a day was reached in "
    f"{percent(rare['cogat all'])} of COGAT's windows of {short} days and {percent(rare['unrwa all'])} of UNRWA's, whose highest day is {top:.0f}."
)

# %% [markdown]
# ## Limits
#
# The pool's members were chosen by people who had seen these series; a backtest on them flatters it, and only series
# that nobody looked at could say by how much. The two sources and their scopes count one flow and are not independent. The shortest horizon is read
# off the longest simulation, whose weights are those of the longest. A backtest scores what the past held: it held no
# ceasefire, and says nothing of how well one would be foretold.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
