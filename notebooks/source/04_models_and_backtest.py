# %% [markdown]
# # Test the forecasters on the past, without hindsight
#
# A probability is worth what it earned when the truth was not yet known. How much did these earn, and on how many cases?

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from utils import first_passage, list_vintages, load_daily, load_records, load_scores, simulate_paths
from utils.aid.daily import THRESHOLDS
from utils.aid.equations import BESIDE, LINEAR, NOTATION_AT, POOL, SCORES
from utils.aid.known import describe_lists
from utils.aid.references import BIBLIOGRAPHY
from utils.aid.scenario_backtest import choose_lead
from utils.aid.scores import N_PATHS, STEP
from utils.aid.sources import BY_NAME, name_sources
from utils.common.formatting import day_in_words, format_some, list_in_words, percent
from utils.counts.snapshot import FINAL, REAL_TIME, usable_history
from utils.figures.style import show
from utils.figures.verification import plot_pit, plot_reliability, plot_shuffled, plot_skill
from utils.models import fit
from utils.publishing.equations import show_equations
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table
from utils.questions.base_rate import count_effective
from utils.verification.calibration import band_corp, decompose_brier, fit_corp
from utils.verification.plan import QUANTILES, list_origins
from utils.verification.resampling import MIN_INTERVAL, MIN_RANKED, is_rankable
from utils.verification.summaries import pair_events, summarise_scores

# %% tags=["parameters"]
seed = 0

# %% tags=["hide-input"]
names = {
    "default": "pool (default)", "smoothing": "smoothing", "week_residuals": "week residuals", "negative_binomial": "negative binomial",
    "regime_switching": "level shifts", "wide_pool": "pool with both", "sarimax": "SARIMAX", "weekday_bootstrap": "weekday bootstrap",
    "base_rate": "base rate", "persistence": "persistence", "always_no": "always no", "climatology": "climatology",
}  # fmt: skip
records = load_records()
scores, with_and_without = load_scores(), load_scores("scenarios")

# %% tags=["hide-input"]
single = scores[scores["definition"].eq("day") & scores["score"].eq("brier")]
summary = summarise_scores(single, score="brier", seed=seed)
cut = summary[summary["vintage"].eq(FINAL) & summary["model"].eq("default")].set_index(["series", "horizon"])
short, *_, long = sorted(scores["horizon"].unique())
pool, far = cut.loc[("cogat all", short)], cut.xs(long, level="horizon")
other = cut.loc[("unrwa all", short)]
show_answer(
    "How far can these probabilities be trusted?",
    f"For windows of {short} days the squared error of our forecaster, the pool, was {percent(pool['skill'])} below that of a plain rule, climatology, on "
    f"COGAT's count ({round(100 * pool['skill_low'])} % to {round(100 * pool['skill_high'])} %), and {percent(other['skill'])} on UNRWA's. Of {long} days "
    f"the past holds only {far['effective'].min()} to {far['effective'].max()} windows that do not overlap: too few to tell.",
    notes=f"{describe_lists()} Each forecaster got the days before its origin alone: {single['origin'].nunique()} origins, {STEP} days apart.",
)

# %% [markdown]
# **You will** see what each forecaster earned, judge whether its probabilities came true, and read how the test was run.
# **You will learn** why the number of cases is far smaller than the number of forecasts, and when a ranking is an accident.
# **You need** mean, variance and the idea of an interval; about twelve minutes.
#
# Before: [Two counts, one flow](03_two_counts_one_flow.ipynb) · Next: [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb)

# %% [markdown]
# ## Skill, beside the number of cases
#
# A forecaster is asked at many past days, each an *origin*: the last day that it knows. It says how probable it is that the count
# reaches a threshold in the window that follows; the length of the window is the *horizon*. The *Brier score* is the mean squared distance
# of these probabilities from what came, which is one or zero: zero is best. *Skill* is the part of the score of *climatology* that is
# saved: above zero is better. Climatology takes every window of the past as equally likely to come again. The *pool* answers everywhere in
# this collection; all rows of the figure are explained [below](#The-models,-one-by-one).
#
# Windows of neighbouring origins share days, so that their scores are alike, and the usual interval of a mean would be too
# narrow. A *block bootstrap* draws whole stretches of origins again and again, and keeps nine in ten of the means.

# %% tags=["hide-input"]
shown = summary[summary["series"].str.endswith(" all")]
sources = {f"{name} all": source for name, source in BY_NAME.items()}
ahead = shown[shown["model"].eq("default") & shown["vintage"].eq(FINAL)].groupby("horizon")["skill"].agg(["min", "max"])
show(
    plot_skill(
        shown,
        names={name: label for name, label in names.items() if name not in ("climatology", "always_no", "wide_pool")},
        reference="climatology",
        sources=sources,
        foot=f"Brier score, any one day, {len(THRESHOLDS) + len(QUANTILES)} thresholds; {N_PATHS} paths an origin.",
    ),
    alt="A panel a horizon, a row a model, a mark a series. The pool's skill on the last lists: "
    + "; ".join(f"{low:+.2f} to {high:+.2f} at {days} days" for days, (low, high) in ahead.iterrows()),
    caption="Skill of each forecaster over climatology, by horizon and count, with 90 % intervals by block bootstrap. Hollow: from the lists as they were on the day.",
)

# %% tags=["hide-input"]
best = summary[summary["rank"].eq(1)].copy()
best["model"] = best["model"].map(names)
best["skill"] = [
    f"{mean:+.2f} ({low:+.2f} to {high:+.2f})" for mean, low, high in best[["skill", "skill_low", "skill_high"]].to_numpy()
]
columns = {"series": "count", "vintage": "lists", "horizon": "days ahead", "model": "best", "mean": "Brier score"}
columns |= {"effective": "separate windows"}
ranked, all_cells = (one.groupby(["series", "vintage", "horizon"]).ngroups for one in (summary[summary["rank"].notna()], summary))
show_table(
    name_sources(best)[["series", "vintage", "horizon", "model", "mean", "skill", "effective"]].rename(columns=columns),
    caption=f"The lowest Brier score in each of the {ranked} cells (count, lists, days ahead) with windows enough to rank, and the skill's 90 % interval. The other {all_cells - ranked} are not ranked. "
    "Final: the last list, cut at the origin. Real-time: the list of the day.",
    formats={"Brier score": "{:.3f}"},
)

# %% tags=["hide-input"]
live = summary[summary["vintage"].eq(REAL_TIME) & summary["model"].eq("default") & summary["series"].eq("unrwa all")]
near = live[live["horizon"].eq(short)].iloc[0]
sure = cut.xs(short, level="horizon")["skill_low"] > 0
never = scores[scores["model"].eq("always_no") & scores["series"].eq("cogat all") & scores["definition"].eq("day")]
never = never[never["horizon"].eq(short)].groupby("score", observed=True)["value"].mean()
say(
    f"On the final lists the 90 % interval of the pool's skill at {short} days lies above zero on {sure.sum()} of {len(sure)} series. In real time, "
    f"from {day_in_words(records['unrwa all'].vintages[0][0])} on, UNRWA's count gives {near['effective']} separate windows and a "
    f"skill of {near['skill']:+.2f} ({near['skill_low']:+.2f} to {near['skill_high']:+.2f}). At {long} days too few windows are separate to tell which forecaster is best."
)
say(
    f"*Always no* gives every event a probability of 0. On COGAT's count at {short} days its Brier score, {never['brier']:.2f}, is the share of events that "
    f"came. Its log score would be infinite at the first miss: for that score alone, every probability is kept 1/{N_PATHS} away from 0 and "
    f"1, so that a miss costs {np.log2(N_PATHS):.0f} bits."
)

# %% [markdown]
# ## Calibration: does it come as often as forecast?
#
# Of the events that got a probability of a half, half should come: that is *calibration*. The first figure asks it of the probabilities:
# its steps are how often events came, and should lie along the diagonal. The second asks it of the highest day of a window. The place of the true
# one among the simulated ones is its *PIT*. If all is right, it falls into each tenth of them equally often, and the bars are level.

# %% tags=["hide-input"]
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
        band = None if few else band_corp(p, y, at=at, block=int(np.ceil(horizon / STEP)), seed=seed)
        curves[series, horizon] = dict(corp=corp, at=at, band=band, forecasts=p.to_numpy().ravel(), effective=effective)

# %% tags=["hide-input"]
show(
    plot_reliability(curves, sources=sources, foot=f"Pool, cut at the origin, {N_PATHS} paths an origin."),
    alt="Panels by count and horizon; rising steps around the diagonal. Miscalibration, in units of the Brier score: "
    + "; ".join(f"{sources[series].title} {days} days {one['corp'].miscalibration:.3f}" for (series, days), one in curves.items())
    + f". {sum(one['band'] is None for one in curves.values())} panels have no band for want of windows.",
    caption="Reliability of the pool. Where the band is wide, the past cannot say whether the probabilities are right.",
)

# %% tags=["hide-input"]
parts = []
for (series, horizon), curve in curves.items():
    rows = pairs[pairs["series"].eq(series) & pairs["horizon"].eq(horizon)]
    murphy, corp = decompose_brier(rows["probability"], rows["outcome"]), curve["corp"]
    row = {"count": series, "days ahead": horizon, "Brier": ((rows["probability"] - rows["outcome"]) ** 2).mean()}
    row |= dict(miscalibration=corp.miscalibration, discrimination=corp.discrimination, uncertainty=corp.uncertainty)
    parts.append(row | dict(reliability=murphy.reliability, resolution=murphy.resolution, windows=curve["effective"]))
show_table(
    name_sources(pd.DataFrame(parts)),
    caption="The Brier score in parts. It is miscalibration less discrimination plus uncertainty, without bins; beside them Murphy's "
    "reliability and resolution over ten bins. Few windows make miscalibration look larger than it is.",
    formats=dict.fromkeys(["Brier", "miscalibration", "discrimination", "uncertainty", "reliability", "resolution"], "{:.3f}"),
    folded=True,
)

# %% tags=["hide-input"]
pit = {h: rows["value"].to_numpy() for h, rows in ours[ours["score"].eq("pit")].groupby("horizon")}
covered = ours[ours["score"].eq("inside90")].groupby("horizon")["value"].agg(["sum", "size", "mean"])
held = [f"{row['sum']:.0f} of {row['size']:.0f} at {days} days" for days, row in covered.iterrows()]
show(
    plot_pit(pit, inside=covered["mean"].to_dict(), foot="Pool; series of one source overlap in what they count."),
    alt="Histograms of where the true highest day lies among the paths, by horizon, with a dashed line at equal shares. Inside the central "
    f"90 %: {'; '.join(held)}.",
    caption="PIT of the highest day: its place among the simulated highest days, ties broken at random. And how often the central 90 % held it.",
)

# %% [markdown]
# ## Does it help to let something come?
#
# The second question can also be answered with *scenarios*: a pause in the fighting, a closing, an announced opening, each with the
# rate at which its like came before and the effect that the next one would have. They are scored like everything else: at each
# origin both are learnt from what had been published by then. A rule, written down before these scores were read, says which of the two
# leads: the plain forecast, unless the other has the lower Brier and log score by more than luck gives.

# %% tags=["hide-input"]
kept = with_and_without[with_and_without["definition"].isin(["day", ""])]
kept = kept[kept["score"].isin(["brier", "log", "crps_max", "inside90"])].astype({"score": str})
cells = kept.groupby(["series", "horizon", "model", "score"], observed=True)["value"]
table, inside = cells.mean().unstack("score"), cells.agg(["sum", "size"]).xs("inside90", level="score")
table["inside90"] = [f"{row['sum']:.0f} of {row['size']:.0f}" for _, row in inside.iterrows()]
origins = kept.groupby(["series", "horizon"], observed=True)["origin"].unique()
table["separate windows"] = [count_effective(pd.DatetimeIndex(origins[key[:2]]), horizon=key[1]) for key in table.index]
columns = {"brier": "Brier", "log": "log, bits", "crps_max": "CRPS, highest day", "inside90": "inside 90 %"}
columns |= {"series": "count", "horizon": "days ahead", "model": "forecast"}
show_table(
    name_sources(table.reset_index()).rename(columns=columns),
    caption="Any one day: both lists cut at the origin, with and without scenarios. In the scores lower is better.",
    formats={"Brier": "{:.3f}", "log, bits": "{:.3f}", "CRPS, highest day": "{:.1f}"},
)

# %% tags=["hide-input"]
lead = choose_lead(with_and_without)
say(
    f"By the rule the forecast {lead.model} leads: {lead.why}. At the longest horizon scenarios change the mean Brier score by "
    f"{lead.brier.mean:+.4f} and the log score by {lead.log.mean:+.3f} bits, over {lead.brier.effective} separate windows a list."
)

# %% [markdown]
# ## How the test is run
#
# At each origin every forecaster gets the days up to it and simulates some hundred *paths*: possible futures, each a count for every day
# ahead. The part of them that meets a definition is its probability. It is scored at three horizons, by four
# [definitions](00_start_here.ipynb), at round thresholds and at quantiles of the past. Three guards look for a forecaster that knows more than it should: paths
# that equal what came, forecasts that change when later days do, and forecasts that do not follow the past that is given. All of it
# takes minutes: the scores lie in `data/scores`, and `make scores` computes them anew.
#
# Windows are resolved as the questions are: a closed day counts as nothing, and days that could be anything are left out of paths
# and truth alike. *Final* lists hold revisions that nobody had on the day. Where a list was published more than once, a *real-time*
# forecast is made from the list of the day and scored by the last one.

# %% tags=["hide-input"]
outcomes = scores[scores["score"].eq("outcome") & scores["model"].eq("climatology")]
cells = outcomes.groupby(["series", "vintage", "horizon"], observed=True)
table = cells["origin"].agg(origins="nunique", first="min", last="max").reset_index()
table["separate windows"] = [count_effective(rows["origin"], horizon=key[-1]) for key, rows in cells]
table["bears a ranking"] = table["separate windows"].map(is_rankable)
show_table(
    name_sources(table).rename(columns={"series": "count", "vintage": "lists", "horizon": "days ahead"}),
    caption="Origins of each cell, and how many of their windows do not overlap. A ranking needs "
    f"{MIN_RANKED} of them, an interval {MIN_INTERVAL}.",
    folded=True,
)

# %% [markdown]
# Brier and log score ask for the probability of the event, RPS for its day, with *never* as the last
# category. CRPS, the distance of all simulated values from what came, asks for the highest day, for each day, or only for what lies
# above a threshold. Energy and variogram scores ask for whole paths; the variogram sees only how days differ from each other. Lower is
# better in all.

# %% tags=["hide-input"]
show_equations("The scores of a probability and of a value", SCORES, bibliography=BIBLIOGRAPHY, notation=NOTATION_AT, folded=True)

# %% tags=["hide-input"]
kinds = {"brier": "Brier", "log": "log, bits", "rps": "RPS", "crps_max": "CRPS, highest day", "twcrps": "CRPS, above thresholds"}
kinds |= {"crps_day": "CRPS, each day", "energy": "energy", "variogram": "variogram"}
kept = scores[scores["series"].eq("unrwa all") & scores["vintage"].eq(FINAL) & scores["definition"].isin(["day", ""])]
kept = kept[kept["model"].isin(["default", "climatology"])]
every = pd.concat(
    {label: summarise_scores(kept, score=kind, seed=seed) for kind, label in kinds.items()}, names=["score"]
).reset_index(0)
mine = every[every["model"].eq("default")].sort_values("horizon", kind="stable")
columns = {"horizon": "days ahead", "skill_low": "from", "skill_high": "to", "effective": "separate windows"}
show_table(
    mine[["horizon", "score", "mean", "skill", "skill_low", "skill_high", "effective"]].rename(columns=columns),
    caption="All scores of the pool on UNRWA's count, cut at the origin. Mean, skill over climatology with its 90 % interval, separate windows.",
    formats={"mean": "{:.3g}"} | dict.fromkeys(["skill", "from", "to"], "{:+.2f}"),
    folded=True,
)

# %% [markdown]
# ## The trap: days without their paths
#
# Many tools give quantiles day by day. An event over many days cannot be read off them. The days of a path belong together, as real days
# do: a low week stays low for a while. Such paths are *joint*. Here they are beside the same paths with each day's counts shuffled
# among them, so that every day has the same distribution as before. But the variance of a mean of days holds their covariances, and a shuffle
# sets these to zero: high days then meet low days of other futures, and their mean stays in the middle.

# %%
history = load_daily("unrwa")
level = float(np.ceil(history.dropna().tail(180).quantile(0.8)))
joint = simulate_paths(history, long, n_paths=4_000, seed=seed)
shuffled = np.random.default_rng(seed).permuted(joint, axis=0)
assert np.array_equal(np.sort(joint, axis=0), np.sort(shuffled, axis=0))
curves = {}
for label, paths in {"joint paths": joint, "shuffled": shuffled}.items():
    first = first_passage(paths, "mean7", level)  # day on which a path first meets it, from 0; negative where it never does
    reached = [(0 <= first) & (first < day) for day in range(1, long + 1)]
    curves[label] = pd.Series(np.mean(reached, axis=1), range(1, long + 1))

# %% tags=["hide-input"]
show(
    plot_shuffled(
        curves, event=f"the mean of seven days reaches {level:g}", foot="Source: UNRWA list, last vintage; paths of the pool."
    ),
    alt=f"Two rising curves by days ahead. Joint paths end at {percent(curves['joint paths'].iloc[-1])}, shuffled ones at "
    f"{percent(curves['shuffled'].iloc[-1])}.",
    caption="Probability that the mean has been reached by each day. The same counts on every day, and another answer.",
)

# %% [markdown]
# ## The models, one by one
#
# All of them take a daily history with absent days and give joint paths of whole counts. `utils.models.MODELS` names them.
#
# ### Smoothing
#
# *Idea.* The *level* is the height about which the days lie. After each day it moves a part of the way to what was counted, and so does the
# weekday's share: *exponential smoothing*. What a day has beyond its expectation is its *innovation*. A path draws innovations from those of the past, the
# recent more often. No single part of the way is chosen: many are tried and weighted by how well they did. *Assumes* that days are independent given the
# level, and that innovations to come are like those that came. *Bad at* jumps: the level follows one with a lag, and none is foretold.
#
# ### Week residuals
#
# *Idea.* A *residual* is what a day had above or below the level of its time. Take whole weeks of them, and lay them on a level that moves as it
# has moved. Residuals are brought to the spread of today. *Assumes* that a bad week keeps its shape at another level. *Bad at* short histories,
# which hold few weeks.
#
# ### The pool, which is the default
#
# *Idea.* Mix the paths of smoothing and week residuals in equal shares. Each holds many settings, and the level of each returns, stays,
# follows a line or grows in proportion. A setting weighs more the better it foretold the next day, and the mean of windows as long as the one
# asked for. *Assumes* that what foretold before will foretell again. *Bad at* what its members ignore: news.
#
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
# all days to be equally likely.
#
# ### SARIMAX
#
# *Idea.* A level a weekday and shocks that fade over days, on the square root of the counts, with the uncertainty of its
# parameters drawn. *Assumes* that the count always returns to one mean, and that noise is normal on the root scale. *Bad at*
# level shifts that last, which it takes for long shocks, and at the highest day.
#
# ### Structural models and exponential smoothing in state space
#
# *Idea.* Level, weekday and noise are the parts of a *state space*, which the Kalman filter follows; the level drifts. *Assumes* normal
# noise on the root scale. *Bad at* the skewness of the counts, with many days far below the level and few far above: highest days
# come out too high. They are not scored here.
#
# ### Climatology, weekday bootstrap, base rate, persistence, always no
#
# *Idea.* The baselines that need no model: any window of the past; whole weeks of the last two months; how often separate windows of
# the past met the event, which stands beside every answer; *persistence*, what the last of them did; never. *Assume* that the past, or a
# part of it, goes on as it was. *Bad at* all that moves. A model that cannot beat them has no skill.
#
# ### The models in equations

# %% tags=["hide-input"]
for title, box in {
    "The pool and its members": POOL,
    "Negative-binomial regression, and level shifts": BESIDE,
    "SARIMAX, structural model and exponential smoothing": LINEAR,
}.items():
    show_equations(title, box, bibliography=BIBLIOGRAPHY, notation=NOTATION_AT, folded=True)

# %% [markdown]
# ## What was tried, and changed little
#
# Negative-binomial regression and level shifts can be members of the pool too, and SARIMAX, which takes longest to fit, can be carried
# forward between fits. Both were tried on UNRWA's count, at the same origins.

# %% tags=["hide-input"]
both = load_scores("wide_pool")
both = both[both["score"].eq("brier")]
beside = summarise_scores(both, score="brier", reference="default", seed=seed)
change = beside[beside["model"].eq("wide_pool")]
means = beside[beside["vintage"].eq(FINAL)].groupby("model", observed=True)["mean"].mean()
clear = ((change["skill_low"] > 0) | (change["skill_high"] < 0)).sum()
say(
    f"With both as members the pool's Brier score is worse in {(change['skill'] < 0).sum()} of {len(change)} cells. Intervals of the change that "
    f"exclude zero: {clear} of {change['skill_low'].notna().sum()}. The mean over the cells cut at the origin goes from {means['default']:.4f} to "
    f"{means['wide_pool']:.4f}. So the pool keeps its members."
)

# %% tags=["hide-input"]
seldom = load_scores("seldom_fitted")
alike = scores[scores["model"].eq("sarimax") & scores["series"].isin(seldom["series"].unique())]
scored = [run[run["score"].isin(list(kinds))].astype({"score": str}) for run in (alike, seldom)]
means = [run.groupby(["score", "horizon"])["value"].mean() for run in scored]
moved = (means[1] / means[0] - 1).abs()
say(
    f"With {2 * STEP} instead of {STEP} days between fits of SARIMAX no mean score changes by more than {100 * moved.max():.1f} %; half of them change by less than "
    f"{100 * moved.median():.1f} %."
)

# %% tags=["hide-input"]
record, fitted = records["cogat all"], {}
for origin in list_origins(record.truth, step=4 * STEP, first=120, horizon=short):
    fitted[origin] = fit(usable_history(record.known(origin, vintage=FINAL)), model="pool")
learnt = []
for days in (short, long):
    weights = pd.DataFrame([one.weigh_drifts(days) for one in fitted.values()])
    ranges = [f"*{name}* {percent(one.min())} to {percent(one.max())}" for name, one in weights.items()]
    learnt.append(f"for {days} days {list_in_words(ranges)}")
say(
    f"How the pool's level drifts is learnt too. On COGAT's count the weights, over {format_some(len(fitted), 'origin')}, are {'; '.join(learnt)}."
)

# %% [markdown]
# ## Limits

# %% tags=["hide-input"]
top = records["unrwa all"].truth.max()
rare = pairs[pairs["threshold"].eq(f"{max(THRESHOLDS)}") & pairs["horizon"].eq(short)]
rare = rare.groupby("series", observed=True)["outcome"].agg(["sum", "size"])
seen = [f"{row['sum']:.0f} of {row['size']:.0f} of {sources[name].title}'s" for name, row in rare.iterrows() if name in sources]
say(
    f"The scores cannot tell how often a rare event comes: {max(THRESHOLDS)} a day was reached in {list_in_words(seen)} windows of {short} days, and "
    f"UNRWA's highest day is {top:.0f}. The past held no ceasefire, so they say nothing of how well one would be foretold."
)

# %% [markdown]
# The pool's members were chosen by people who had seen these series, so a backtest on them flatters it. Only series that nobody looked
# at could say by how much. The two sources and their scopes count one flow and are not independent. All horizons are read off
# one simulation, weighted for the longest.

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    f"Each forecaster was asked at {single['origin'].nunique()} origins. Why are these not as many cases?":
        "Windows from neighbouring origins share most of their days, so they come out alike. "
        f"At {long} days only {far['effective'].min()} to {far['effective'].max()} windows do not overlap.",
    f"On COGAT's count, at {short} days, always no has a Brier score of {never['brier']:.2f}. Is that good?":
        "The score alone does not say. It is the share of events that came: where they are rare, saying no is cheap. Only another forecast "
        "of the same events shows what the score is worth.",
    "A tool gets the distribution of every single day right. Why can its answer for a mean of seven days be wrong?":
        "Because the mean depends on how the days hang together. On this page, shuffling each day's counts among the paths leaves every day as "
        f"it was, and moves the answer from {percent(curves['joint paths'].iloc[-1])} to {percent(curves['shuffled'].iloc[-1])}.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# A second record of this kind that nobody had read while the pool was built, or some more years of this one. If the pool's skill were below
# zero there, and its interval with it, the pool should go. If the interval were above zero at the longest horizon too, its answers to the
# longer question would deserve more trust than they have here.
#
# ### What to read next
#
# [Forecast the deadline](05_forecast_deadline_2024-11-13.ipynb) puts the pool to use. Three
# [exercises](exercises/04_models_and_backtest.ipynb) read a PIT, shuffle paths, and build a score of skill.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
