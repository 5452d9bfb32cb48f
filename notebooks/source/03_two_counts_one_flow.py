# %% [markdown]
# # Read two counts and the quotes as one flow
#
# The target speaks of the border, the newest list counts collections, and the news quotes single days: what was the level?

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from utils import DEADLINE, TRANSITION, answer, list_vintages, load_daily, load_lines, load_quotes, reconcile
from utils.aid.figures import plot_contributions, plot_flow
from utils.aid.loaders import select_lines
from utils.aid.nowcast.checks import check_quotes, review_absent_days
from utils.aid.nowcast.quotes import name_quote
from utils.aid.nowcast.state_space import PARAMS
from utils.common.formatting import day_in_words, percent
from utils.figures.style import show
from utils.forecasts.tables import tabulate_known
from utils.publishing.prose import say, show_answer
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"

# %%
flow = reconcile(as_of)
week = flow.state.loc["week"]

# %% tags=["hide-input"]
listed = flow.daily.days[flow.daily.listed - 1]
show_answer(
    f"How many trucks a day crossed on COGAT's basis in the week to {day_in_words(flow.origin)}?",
    f"About {week['mean']:.0f}; between {week['low']:.0f} and {week['high']:.0f} with 90 % probability.",
    notes=f"From COGAT's list to {day_in_words(listed)}, UNRWA's list, and {len(flow.used)} quoted figures, all published by "
    f"{day_in_words(pd.Timestamp(as_of))}. No list was at hand for any of these days.",
)

# %% [markdown]
# **You will** read two lists and a handful of quotes as observations of one daily flow, see what each of them weighs, hide known
# days to see whether they are found again, and compare what was known on the day with hindsight. **You will learn** how a total over
# days tells of single days, and why a forecast should start from an uncertain present. **You need** to know what an
# average and a standard deviation are; about fifteen minutes.
#
# Before: [Explore the daily trucks](02_explore_daily_trucks.ipynb) ·
# Next: [Test the forecasters](04_models_and_backtest.ipynb)

# %% [markdown]
# ## The model, in words
#
# One flow crosses the border each day: a slow level, transient deviations, quieter Fridays and Saturdays, shut holidays, and the
# day's own irregularity. COGAT's list is that flow. UNRWA's list is the flow times a ratio that drifts, with noise of its own and
# a bit of what was left over from the day before. A quoted total is the sum of the flow over its days; a mean is the total
# over the number of days; a figure for a part of the crossings is a lower bound. Days without a count are missing, not zero.
#
# Since COGAT's list ended nobody sees single days, and a crossing can shut overnight. There the level may also *break*: take a
# further, large step on a rare day. How rare and how large is learnt from the days before. The estimates below are not known
# exactly either, so the draws are spread over several vectors of parameters, each with a law of breaks of its own.
#
# All of it is a state-space model on the square root of the counts, fitted by statsmodels' Kalman filter. The sums come in
# afterwards: what the filter knows of the days is one joint normal distribution, and conditioning it on a sum gives the same
# answer as the textbook's cumulator states. `utils/aid/nowcast/__init__.py` derives it.

# %% tags=["hide-input"]
meaning = {
    "sd_level": "how far the level drifts in a day, log of the root",
    "sd_transient": "size of a new transient deviation, log of the root",
    "phi": "part of a transient deviation left after a day",
    "sd_ratio": "drift of UNRWA's ratio before its disclaimer",
    "sd_ratio_partial": "drift of UNRWA's ratio since",
    "sd_irregular": "a day's own irregularity, root of trucks",
    "sd_unrwa": "UNRWA's own noise, root of trucks",
    "lag": "carried over into the next day's collection",
}

# %% tags=["hide-input"]
starts = flow.fit.starts
rows = [
    (text, getattr(flow.fit.params, name), *np.quantile([getattr(one.params, name) for one in starts], [0, 1]))
    for name, text in meaning.items()
]
show_table(
    pd.DataFrame(rows, columns=["what", "estimate", "lowest draw", "highest draw"]),
    caption=f"The main of {len(PARAMS)} parameters, estimated from both lists as known on the day, and {len(starts)} draws of them.",
    formats=dict.fromkeys(["estimate", "lowest draw", "highest draw"], "{:.3f}"),
)

# %% tags=["hide-input"]
law = flow.fit.start.breaks
say(
    f"The days so far make a break once in {1 / law.rate:.0f} days, of a size (standard deviation) that takes the flow times or "
    f"divided by {np.exp(2 * law.sd):.1f}."
)

# %% [markdown]
# ## What each quote observes
#
# Every figure published by then is judged by one rule: its basis, its crossings, its days, and whether another publisher
# quotes the same fact. What is not used is kept, with the reason.

# %% tags=["hide-input"]
uses = {"flow": "the flow", "lower": "at least", "unrwa_humanitarian": "UNRWA, humanitarian", "unrwa": "UNRWA"}
used = flow.used.sort_values(["use", "date_start"])
used = used.assign(
    days=used["date_start"].dt.strftime("%d %b – ") + used["date_end"].dt.strftime("%d %b"), observes=used["use"].map(uses)
)
show_table(
    used[["days", "total", "basis", "scope", "observes", "noise", "published"]],
    caption="Quotes in use, as totals over their days. Noise: standard deviation relative to the figure.",
    formats={"total": "{:,.0f}", "noise": "{:.0%}"},
)

# %% tags=["hide-input"]
reasons = flow.quotes[flow.quotes["use"].eq("apart")].groupby("why").agg(quotes=("id", "size"), example=("id", "first"))
show_table(reasons.reset_index(names="reason"), caption="Quotes that are not used, and why.")

# %% [markdown]
# ## The flow as known on the day

# %% tags=["hide-input"]
show(
    plot_flow(flow, start="2024-07-01"),
    alt="COGAT's and UNRWA's daily points until September, then bands of the flow: high in late September, very low in the first half "
    "of October where a long quoted mean lies, rising to the quoted single days of late October and early November.",
    caption="Both counts, the quoted figures, and the flow read from them, as known on the day of the questions.",
)

# %% [markdown]
# ## Why does it think so?
#
# Every observation has a weight in the level at the origin. The bars say by how many per cent the level would move if that
# observation had been one per cent higher.

# %% tags=["hide-input"]
show(
    plot_contributions(flow),
    alt="Horizontal bars, one an observation. The single day of early November is by far the longest; the lists' own days come after "
    "several quotes.",
    caption="What the level at the origin rests on. Lists are summed over all their days.",
)

# %%
names = {name_quote(quote): quote for quote in flow.used.itertuples()}
heaviest = names[flow.contributions.loc[flow.contributions.index.isin(list(names)), "elasticity"].idxmax()]
without = flow.without_quotes([heaviest.Index]).state.loc["week"]

# %% tags=["hide-input"]
say(
    f"Of all quotes the level rests most on {heaviest.trucks:.0f} on {day_in_words(heaviest.date_end)}. Without it the last week would be "
    f"**{without['mean']:.0f}** a day ({without['low']:.0f} to {without['high']:.0f}) instead of **{week['mean']:.0f}** "
    f"({week['low']:.0f} to {week['high']:.0f}). A day that makes the news need not be a usual one; the model cannot know that."
)

# %% [markdown]
# ## Are quotes predicted by all the rest?
#
# Each sum in turn is left out, with everything that follows from it, and predicted from the lists and the other quotes. The error is in
# standard deviations; about one in ten should lie outside its interval.

# %% tags=["hide-input"]
left_out = check_quotes(flow)
show_table(
    left_out.reset_index()[["observation", "trucks", "predicted", "low", "high", "error", "inside"]],
    caption="Each quote, predicted without it: total trucks over its days, 90 % interval, standardised error.",
    formats=dict.fromkeys(["trucks", "predicted", "low", "high"], "{:,.0f}") | {"error": "{:+.1f}"},
)

# %% tags=["hide-input"]
outside = left_out[~left_out["inside"]]
say(
    f"{len(outside)} of {len(left_out)} lie outside. "
    + ("; ".join(f"*{name}* (error {row.error:+.1f})" for name, row in outside.iterrows()) + ". " if len(outside) else "")
    + f"The errors have a standard deviation of {left_out['error'].std():.1f}, where right ones would have 1. "
    "A fall of this size came once before in the lists, in May 2024: the law of breaks allows for it and does not expect it. "
    "So few quotes, which share days, cannot show whether the intervals are right in general; hidden days can."
)

# %% [markdown]
# ## Hidden days are found again
#
# COGAT's last weeks are hidden here as if the list had ended earlier; UNRWA's last list stays. The truth is laid over
# the flow. The benchmark `benchmarks/hidden_days.py` does this at many dates, against plain baselines.

# %% tags=["hide-input"]
cogat = load_daily("cogat")
hidden_from = cogat.index[-1] - pd.Timedelta(weeks=8)
end = cogat.index[-1] + pd.Timedelta(days=1)
hidden = reconcile(end, vintage="final", quotes=load_quotes().head(0), hide_after=hidden_from)
show(
    plot_flow(hidden, start="2024-05-15", truth=cogat[hidden_from + pd.Timedelta(days=1) :]),
    alt="COGAT's points until July, then eight weeks of bands with a weekly beat, and hollow diamonds of the hidden counts, most "
    "of them inside the bands.",
    caption="Eight hidden weeks of COGAT's list, read from UNRWA's count alone.",
)

# %% tags=["hide-input"]
found = hidden.flow.loc[hidden_from + pd.Timedelta(days=1) :].join(cogat.rename("truth")).dropna()
inside = found["truth"].between(found["q05"], found["q95"])
say(
    f"{inside.sum()} of {len(found)} hidden days lie inside their 90 % bands, where about nine in ten should; the mean of the "
    f"hidden days was {found['truth'].mean():.0f}, the flow's is {found['mean'].mean():.0f}."
)

# %% [markdown]
# ## Absent days, reviewed
#
# With two lists a missing day can be held against the other one. A day that neither list has is another thing than a day that one
# source did not report; neither is given a count.

# %% tags=["hide-input"]
review = review_absent_days(flow)
show_table(
    review,
    caption="Days without a count while COGAT's list ran: what the other list has, and the median of the flow on COGAT's basis.",
    formats=dict.fromkeys(["other", "flow"], "{:.0f}"),
)

# %% tags=["hide-input"]
kinds = review["finding"].value_counts()
say(
    "Of these, " + ", ".join(f"{count} are *{finding}*" for finding, count in kinds.items()) + ". A Saturday that is shut by the "
    "calendar can still have a few trucks of gas and fuel on COGAT's list, which UNRWA does not list."
)

# %% [markdown]
# ## On the day, and in hindsight
#
# Later UNRWA's list grew and went on, and more was quoted. Hindsight uses all of it, cut at the same origin.

# %% tags=["hide-input"]
hindsight = reconcile(as_of, vintage="final")
show(
    plot_flow(hindsight, start="2024-07-01"),
    alt="The same picture with UNRWA's later counts through October and early November and one more quoted mean; the bands of October "
    "are much narrower.",
    caption="The same flow in hindsight: last vintages cut at the origin, and every quote of the days before it.",
)

# %% tags=["hide-input"]
quotes = load_quotes()
all_trucks = quotes["basis"].eq("COGAT") & quotes["part"].eq("all") & quotes["bound"].ne("lower")
published_later = quotes[
    all_trucks & (quotes["published"] > pd.Timestamp(as_of)) & quotes["date_start"].between(listed, flow.origin)
]
rows = []
for quote in published_later.itertuples():
    length = (quote.date_end - quote.date_start).days + 1
    row = {"from": quote.date_start, "to": quote.date_end, "quoted": quote.trucks / (length if quote.statistic == "total" else 1)}
    for known, result in (("on the day", flow), ("in hindsight", hindsight)):
        mean = result.summarise_sum(quote.date_start, min(quote.date_end, flow.origin), mean=True)
        row |= {known: mean["mean"], f"{known}, low": mean["low"], f"{known}, high": mean["high"]}
    rows.append(row)
later = pd.DataFrame(rows)

# %% tags=["hide-input"]
show_table(
    later,
    caption="Figures for all trucks published after the day, trucks a day, and the flow on the same days up to the origin, with 90 %.",
    formats=dict.fromkeys(later.columns[2:], "{:.0f}"),
)

# %% tags=["hide-input"]
held = later["quoted"].between(later["on the day, low"], later["on the day, high"])
say(
    f"{sum(held)} of {len(held)} lie inside the interval of the day: "
    + "; ".join(
        f"{row['quoted']:.0f} for {day_in_words(row['from'])} to {day_in_words(row['to'])} {'does' if inside else 'does **not**'}"
        for (_, row), inside in zip(later.iterrows(), held, strict=True)
    )
    + "."
)

# %% [markdown]
# Why not, where it does not? On the day of the questions there were a high single day, parts of another, and a UN figure for the
# end of October; all of them point to more than the mean that was reported later. That mean's last day is not stated, and it may be an early count;
# UNRWA's own later list has more collected on those days than it leaves room for. The two figures cannot both be what they
# are taken for, and the model, which trusts each as far as its kind of quote deserves, lies between them and nearer to the
# one that was known on the day.

# %% [markdown]
# ## What it does to the answer
#
# The forecast now starts from draws of this flow, the *nowcast*, so that the uncertainty about the present is in it.

# %% tags=["hide-input"]
ways = [dict(init="list"), dict(), dict(vintage="final")]
known = [answer(question, as_of=as_of, **way) for question in (DEADLINE, TRANSITION) for way in ways]
table = tabulate_known(known).assign(question=[one.question.name for one in known])
show_table(
    table[["question", "starts from", "vintage", "last counted day", "probability"]],
    caption="Probability that a day reaches the target on COGAT's count, by what the paths start from and by the vintage of the lists.",
    formats={"probability": percent},
)

# %% [markdown]
# ## The archive: growth is a new source, not a revision
#
# UNRWA's list of a past month changed between vintages in two ways. Rows of sources that were there before changed little; rows of one
# source came in later. A ratio fitted on the last vintage would have been wrong on the day.

# %% tags=["hide-input"]
held, final = (select_lines(load_lines("unrwa", as_of=day)) for day in (as_of, None))  # by land: the pier's rows changed too
new = ["WFP", "WFP LC"]  # one source, renamed
parts = {
    (kind, when): lines[lines["data_source"].isin(new) == (kind == "WFP")].set_index("date")["trucks"].resample("MS").sum()
    for kind in ("WFP", "all others")
    for when, lines in (("on the day", held), ("last", final))
}
archive = pd.DataFrame({f"{kind}, {when}": values for (kind, when), values in parts.items()}).loc["2024-04":"2024-09"]
show_table(
    archive.reset_index(names="month").assign(month=lambda t: t["month"].dt.strftime("%B %Y")),
    caption="Trucks by land by month, as known on the day and in the last vintage, by who reported them.",
    formats=dict.fromkeys(archive, "{:,.0f}"),
)

# %% [markdown]
# ## Limits
#
# A break is undone bit by bit, half of it in a week: that is a judgement, and so is the assumption that goes with the few pairs
# of lists from which the filling up of UNRWA's last days is learnt. How far a quote is trusted, by its kind, is a
# judgement, written in one table of `utils/aid/nowcast/quotes.py` and checked on quotes from spring and summer that a list can verify. The ratio
# of UNRWA's count drifts as a whole, not source by source. After COGAT's list ends, nobody outside can check the flow
# day by day.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
