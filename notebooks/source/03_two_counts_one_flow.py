# %% [markdown]
# # Read two counts and the quotes as one flow
#
# The target speaks of the border, the newest list counts collections, and the news quotes single days. What was the level?

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

from utils import DEADLINE, TRANSITION, answer, list_vintages, load_daily, load_quotes, reconcile
from utils.aid.equations import NOTATION_AT, NOWCAST
from utils.aid.figures import plot_contributions, plot_flow
from utils.aid.known import describe_lists
from utils.aid.nowcast.checks import check_quotes, compare_with_later, review_absent_days
from utils.aid.nowcast.quotes import name_quote
from utils.aid.nowcast.state_space import PARAMS
from utils.aid.references import BIBLIOGRAPHY
from utils.aid.sources import name_sources
from utils.common.formatting import day_in_words, days_in_words, format_some, list_in_words, percent
from utils.figures.style import show
from utils.publishing.equations import show_equations
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"

# %%
flow = reconcile(as_of)
week = flow.state.loc["week"]

# %% tags=["hide-input"]
day, listed = pd.Timestamp(as_of), flow.daily.days[flow.daily.listed - 1]
show_answer(
    f"How many trucks a day crossed on COGAT's basis in the week to {day_in_words(flow.origin)}?",
    f"About {week['mean']:.0f}; between {week['low']:.0f} and {week['high']:.0f} with 90 % probability.",
    notes=f"{describe_lists(as_of=day)} Beside them, {format_some(len(flow.used), 'figure')} quoted by then. COGAT's list has none of these "
    "days. Where this page looks back with later lists and figures, it says so.",
)

# %% [markdown]
# **You will** read two lists and a handful of quotes as observations of one daily flow, see what each of them weighs, and hold the
# result against days that were hidden and figures that came later. **You will learn** what a total over days tells of single days,
# and why a forecast should start from an uncertain present. **You need** to know what an average and a standard deviation are;
# about eight minutes.
#
# Before: [Explore the daily trucks](02_explore_daily_trucks.ipynb) ·
# Next: [Test the forecasters](04_models_and_backtest.ipynb)

# %% [markdown]
# ## The flow as known on the day
#
# The *flow* is the number of trucks that crossed on a day, whether or not anybody published it. Where COGAT's list has the day the flow is known.
# After its end the flow is known only to within an interval, the pale band; the caption gives the band's probability.

# %% tags=["hide-input"]
smooth = flow.flow["q50"].rolling(7).mean()[listed:]
points = [smooth.index[7], smooth.idxmin(), smooth.index[-1]]
show(
    plot_flow(flow, start="2024-07-01"),
    alt="Both counts as daily points, the quoted figures as bars, and after COGAT's list ends a band of the flow. Its median over seven days: "
    + list_in_words([f"{smooth[one]:.0f} a day to {day_in_words(one)}" for one in sorted(set(points))])
    + ".",
    caption=f"Both counts, the quoted figures, and the flow read from them with its 90 % interval, as known on {day_in_words(day)}.",
)

# %% [markdown]
# ## What the level rests on
#
# Every observation has a weight in the level on the last day. A bar shows by how many per cent the level would move if that
# observation had been one per cent higher.

# %% tags=["hide-input"]
weights = flow.contributions["elasticity"]
quoted = weights[weights.index.str.startswith("quote")]
show(
    plot_contributions(flow),
    alt=f"Horizontal bars. The lists weigh {weights.drop(quoted.index).sum():+.2f} together. The heaviest of {format_some(len(quoted), 'quote')}: "
    + list_in_words([f"{name.removeprefix('quote, ')} ({weight:+.2f})" for name, weight in quoted.nlargest(2).items()])
    + ".",
    caption="What the level on the last day rests on. Lists are summed over all their days.",
)

# %%
heaviest = [quote for quote in flow.used.itertuples() if len(quoted) and name_quote(quote) == quoted.idxmax()]
without = flow.without_quotes([quote.Index for quote in heaviest]).state.loc["week"]

# %% tags=["hide-input"]
say(
    f"Of all quotes the level rests most on this one: {quoted.idxmax().removeprefix('quote, ')}. Without it the last week would have "
    f"**{without['mean']:.0f}** a day ({without['low']:.0f} to {without['high']:.0f}) instead of **{week['mean']:.0f}** ({week['low']:.0f} to "
    f"{week['high']:.0f}). A day that makes the news need not be a usual one, and the model cannot know that."
    if heaviest
    else f"No sum quoted by {day_in_words(day)} speaks of days after COGAT's list: the level rests on the lists alone."
)

# %% [markdown]
# Each quote is judged by one rule: whose count it is, of which crossings, of which days, and whether it repeats another. Those that
# are not used are kept, with the reason.

# %% tags=["hide-input"]
uses = {"flow": "the flow", "lower": "at least so many", "unrwa_humanitarian": "UNRWA, humanitarian", "unrwa": "UNRWA"}
columns = {
    "date_start": "from", "date_end": "to", "total": "trucks in all", "basis": "whose count", "scope": "of what", "use": "read as",
}  # fmt: skip
used = flow.used.sort_values(["use", "date_start"])
show_table(
    used.assign(use=used["use"].map(uses))[[*columns, "noise", "published"]].rename(columns=columns),
    caption="Quotes in use, as totals over their days. Noise is a standard deviation relative to the figure.",
    formats={"trucks in all": "{:,.0f}", "noise": percent},
    folded=True,
)

# %% tags=["hide-input"]
unused = flow.quotes[flow.quotes["use"].eq("apart")].groupby("why").agg(quotes=("id", "size"))
show_table(unused.reset_index(names="reason"), caption="Quotes that are not used, and why.", folded=True)

# %% [markdown]
# ## Are quotes predicted by all the rest?
#
# Each quoted sum is left out in turn, with everything that follows from it, and predicted from the lists and the other quotes. About
# one in ten should lie outside its interval. The error is in standard deviations.

# %% tags=["hide-input"]
left_out = check_quotes(flow)
shown = left_out.reset_index().rename(columns={"observation": "quote"})
shown["quote"] = shown["quote"].str.removeprefix("quote, ")
if len(shown):
    show_table(
        shown[["quote", "trucks", "predicted", "low", "high", "error", "inside"]],
        caption="Each quote, predicted without it: trucks over its days, 90 % interval, standardised error.",
        formats=dict.fromkeys(["trucks", "predicted", "low", "high"], "{:,.0f}") | {"error": "{:+.1f}"},
    )

# %% tags=["hide-input"]
outside = shown[~shown["inside"].astype(bool)]
say(
    f"Outside their intervals: {len(outside)} of {len(shown)}"
    + (": " + "; ".join(f"{row.quote}, error {row.error:+.1f}" for row in outside.itertuples()) if len(outside) else "")
    + ". So few quotes, which share days, cannot show whether the intervals are right in general. Hidden days can."
    if len(shown)
    else f"By {day_in_words(day)} there was no such sum to leave out. Hidden days can be held against the flow."
)

# %% [markdown]
# ## Are hidden days found again?
#
# Here COGAT's last weeks are hidden, as if the list had ended earlier, while UNRWA's last list stays. This looks back, whatever the
# day of the page. The benchmark `benchmarks/hidden_days.py` hides many such spans and compares with plain baselines.

# %% tags=["hide-input"]
cogat = load_daily("cogat")
hidden_from = cogat.index[-1] - pd.Timedelta(weeks=8)
end = cogat.index[-1] + pd.Timedelta(days=1)
hidden = reconcile(end, vintage="final", quotes=load_quotes().head(0), hide_after=hidden_from)
truth = cogat[hidden_from + pd.Timedelta(days=1) :]
found = hidden.flow.loc[truth.index[0] :].join(truth.rename("truth")).dropna()
inside, above = found["truth"].between(found["q05"], found["q95"]), found["q50"] > found["truth"]
bias = found["q50"].sum() / found["truth"].sum() - 1

# %% tags=["hide-input"]
show(
    plot_flow(hidden, start="2024-05-15", truth=truth),
    alt=f"COGAT's points to {day_in_words(hidden_from)}, then bands of the flow with hollow diamonds for the hidden counts: {inside.sum()} of "
    f"{len(found)} lie inside the 90 % band, and {above.sum()} below its median.",
    caption="Eight hidden weeks of COGAT's list, read from UNRWA's count alone.",
)

# %% tags=["hide-input"]
wide = "too wide here" if inside.mean() > 0.95 else "too narrow here" if inside.mean() < 0.85 else "about right here"
say(
    f"{inside.sum()} of {len(found)} hidden days lie inside their 90 % bands, where about {0.9 * len(found):.0f} should: the bands are {wide}. "
    f"And the flow is {'biased upwards' if bias > 0 else 'biased downwards'}: its medians sum to {percent(abs(bias))} {'above' if bias > 0 else 'below'} "
    f"the counts, and lie above them on {above.sum()} of the {len(found)} days."
)

# %% [markdown]
# ## On the day, and in hindsight
#
# Later UNRWA's list grew and went on, and more figures were published. Hindsight uses all of it, up to the same last day.

# %% tags=["hide-input"]
hindsight = reconcile(as_of, vintage="final")
late = {name: one.flow["q95"][listed:] - one.flow["q05"][listed:] for name, one in {"then": flow, "now": hindsight}.items()}
show(
    plot_flow(hindsight, start="2024-07-01"),
    alt=f"The same picture in hindsight. After COGAT's list ends the 90 % band of a day is {late['now'].mean():.0f} trucks wide on average, "
    f"against {late['then'].mean():.0f} as known on the day.",
    caption="The same flow in hindsight: last vintages, and every quote of the days before, cut at the same last day.",
)

# %% tags=["hide-input"]
later = compare_with_later(flow, hindsight, load_quotes())
table = later[["from", "to", "quoted"]].copy()
for known in ("on the day", "in hindsight"):
    table[f"flow {known}"] = [
        f"{mean:.0f} ({low:.0f} to {high:.0f})"
        for mean, low, high in later[[known, f"{known}, low", f"{known}, high"]].to_numpy()
    ]
show_table(
    table,
    caption="Figures for all trucks that were published later, trucks a day, and the flow on the same days with its 90 % interval.",
    formats={"quoted": "{:.0f}"},
)

# %% tags=["hide-input"]
missed = later[~later["quoted"].between(later["on the day, low"], later["on the day, high"])]
inside_then = f"Inside the interval of the day: {len(later) - len(missed)} of {len(later)}."
say(inside_then if len(later) else "No such figure was published later.")
collected = load_daily("unrwa")
for row in missed.to_dict("records"):
    near = flow.used[(flow.used["date_end"] >= row["from"]) & (flow.used["total"] / flow.used["days"] > row["quoted"])]
    higher = [name_quote(quote).removeprefix("quote, ") for quote in near.itertuples()]
    say(
        f"For {days_in_words(row['from'], row['to'])} the flow said {row['on the day']:.0f} a day; {row['quoted']:.0f} was published later. "
        f"What was known pointed higher: {'; '.join(higher) or 'no single figure, but the lists'}. UNRWA's last list has "
        f"{collected[row['from'] : min(row['to'], flow.origin)].mean():.0f} a day on these days. These figures cannot all be what they are taken for. In "
        f"hindsight the model, which trusts each as far as its kind deserves, says {row['in hindsight']:.0f}."
    )

# %% [markdown]
# ## What it does to the answer
#
# The forecasts start from draws of this flow, the *nowcast*, so that the uncertainty about the present is in them.

# %% tags=["hide-input"]
ways = {"COGAT's list": dict(init="list"), "the nowcast": dict(), "the nowcast in hindsight": dict(vintage="final")}
still_open = [question for question in (DEADLINE, TRANSITION) if pd.Timestamp(question.closes) > day]
known = {name: [answer(question, as_of=as_of, **way) for question in still_open] for name, way in ways.items()}
chances = pd.DataFrame({name: [one.probability for one in told] for name, told in known.items()}).T
chances.columns = [question.name for question in still_open]
show_table(
    chances.reset_index(names="the paths start from"),
    caption="Probability that a day reaches the target on COGAT's count, by question and by what the paths start from.",
    formats=dict.fromkeys(chances, percent),
)

# %% [markdown]
# ## How it is computed
#
# One flow crosses the border each day. It has a slow level, deviations that fade, quieter Fridays and Saturdays, shut holidays, and
# each day's own irregularity. COGAT's list is that flow. UNRWA's list is the flow times a ratio that drifts, with noise of its own and
# some of what was left over from the day before. A quoted total is the sum of the flow over its days, and a figure for some of the
# crossings is a lower bound. Days without a count are missing, not zero.
#
# Since COGAT's list ended nobody sees single days, and a crossing can shut overnight. So the level may also *break*: take one large
# step on a rare day. How rare and how large is learnt from the days before. The parameters are not known exactly
# either, so the draws are spread over several sets of them.
#
# All of it is a state-space model on the square root of the counts, fitted with statsmodels' Kalman filter. The sums come in
# afterwards: what the filter knows of the days is one joint normal distribution, and it is conditioned on each sum, as a regression line
# gives the mean of one variable once another is known.
# `utils/aid/nowcast/__init__.py` derives it.

# %% tags=["hide-input"]
meaning = {
    "sd_level": "how far the level drifts in a day, log of the root",
    "sd_transient": "size of a new transient deviation, log of the root",
    "phi": "part of a transient deviation left after a day",
    "sd_ratio": "drift of UNRWA's ratio, until it called its list incomplete",
    "sd_ratio_partial": "drift of UNRWA's ratio since then",
    "sd_irregular": "a day's own irregularity, root of trucks",
    "sd_unrwa": "UNRWA's own noise, root of trucks",
    "lag": "carried over into the next day's collection",
}

# %% tags=["hide-input"]
starts, law = flow.fit.starts, flow.fit.start.breaks
rows = [
    (text, getattr(flow.fit.params, name), *np.quantile([getattr(one.params, name) for one in starts], [0, 1]))
    for name, text in meaning.items()
]
show_table(
    pd.DataFrame(rows, columns=["parameter", "estimate", "lowest draw", "highest draw"]),
    caption=f"The main parameters, of {len(PARAMS)}, estimated from both lists as known on the day, and {len(starts)} draws of them.",
    formats=dict.fromkeys(["estimate", "lowest draw", "highest draw"], "{:.3f}"),
    folded=True,
)
say(
    f"The days so far imply a break once in {1 / law.rate:.0f} days. A break of one standard deviation multiplies or divides the flow by "
    f"{np.exp(2 * law.sd):.1f}."
)

# %% tags=["hide-input"]
review = review_absent_days(flow)
show_table(
    name_sources(review),
    caption="Days without a count while COGAT's list ran. The other list's count, and the median of the flow on COGAT's basis.",
    formats=dict.fromkeys(["other", "flow"], "{:.0f}"),
    folded=True,
)

# %% [markdown]
# ## The model in equations

# %% tags=["hide-input"]
show_equations("How both lists and the quotes follow one flow", NOWCAST, bibliography=BIBLIOGRAPHY, notation=NOTATION_AT)

# %% [markdown]
# ## Limits
#
# How far a quote is trusted, by its kind, is a judgement; so are the speed at which a break is undone, half of it in a week, and the
# way in which UNRWA's last days fill up, of which few pairs of lists tell. The trust in quotes stands in one table of
# `utils/aid/nowcast/quotes.py` and was checked on quotes from spring and summer that a list can verify. The ratio of UNRWA's count drifts as a
# whole, while the list grew reporter by reporter ([Know the data](01_data_and_provenance.ipynb)). After COGAT's list ends, nobody outside
# can check the flow day by day.

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    "UNRWA's list is newer than COGAT's. Why not take its level as it stands?":
        "It counts collections inside, and its ratio to COGAT's count drifts. The flow learns the ratio where both lists have counts, and carries it "
        f"on with growing doubt. So COGAT's level of the last week is {week['mean']:.0f} a day, but anything from {week['low']:.0f} to {week['high']:.0f} is plausible.",
    "A day is quoted in the news because it stood out. What does the model make of it?":
        "It takes the day for one like any other, since it cannot know why it was quoted. "
        + (f"Without the quote that weighs most, the last week would have {without['mean']:.0f} a day; with it, {week['mean']:.0f}." if heaviest else ""),
    "The sum over a week is quoted, and no day of it. What is known of a single day?":
        "Its range, and that the days hang together: the higher one of them was, the lower the rest must have been. That is why the days are "
        "drawn jointly, and not one by one.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# COGAT's own list of the weeks after its end: it would replace the flow there, and show day by day where it was wrong. More figures of
# ordinary days would take weight from those that made the news.
#
# ### What to read next
#
# [Test the forecasters](04_models_and_backtest.ipynb) asks how far forecasts from such counts can be trusted. Three
# [exercises](exercises/03_two_counts_one_flow.ipynb) read a total, change the ratio, and draw days that must sum to a total.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
