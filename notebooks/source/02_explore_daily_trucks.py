# %% [markdown]
# # Explore the daily trucks: days, weekdays, crossings, cargo, donors
#
# What the two counts show before any model: their level, their weekly beat, where trucks came in and what they carried.

# %% tags=["hide-input"]
import pandas as pd

from utils import DEADLINE, list_vintages, load_events, load_lines, load_snapshot
from utils.aid.crossings import plot_crossings
from utils.aid.figures import CARGO, SENDERS, plot_ratio
from utils.aid.known import describe_lists
from utils.aid.loaders import select_lines
from utils.aid.questions import ASKED
from utils.aid.revisions import MIN_DAYS, tabulate_ratios
from utils.aid.sources import BY_NAME, UNRWA, name_sources
from utils.common.formatting import day_in_words, format_some, list_in_words, percent
from utils.figures.record import plot_record, plot_shares, plot_small_multiples, plot_weekdays
from utils.figures.style import show
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = None  # None: the last vintages; a day: only what had been published by then

# %% tags=["hide-input"]
lists = {source: load_snapshot(source, as_of=as_of, init="list") for source in BY_NAME}
counts = {source: one.days["count"] for source, one in lists.items()}
lines = {source: select_lines(load_lines(source, as_of=as_of)) for source in lists}
target, known = DEADLINE.threshold, describe_lists(as_of=as_of)
top = {source: series.idxmax() for source, series in counts.items()}
week = {source: series.rolling(7).mean().max() for source, series in counts.items()}
show_answer(
    f"How near did the daily trucks come to {target:g}?",
    f"COGAT's count reached it on {format_some(counts['cogat'].ge(target).sum(), 'day')}; its highest was {counts['cogat'].max():.0f}, on "
    f"{day_in_words(top['cogat'])}. UNRWA's highest day had {counts['unrwa'].max():.0f}, on {day_in_words(top['unrwa'])}.",
    notes=f"{known} The highest mean of seven days was {week['cogat']:.0f} on COGAT's count and {week['unrwa']:.0f} on UNRWA's.",
)

# %% [markdown]
# **You will** look at every day of both counts, then by weekday, crossing, cargo and donor. **You will learn** which patterns a
# forecast must carry, and where the counts differ. **You need** to read a bar chart; about five minutes.
#
# Before: [Know the data](01_data_and_provenance.ipynb) ·
# Next: [Two counts, one flow](03_two_counts_one_flow.ipynb)

# %% [markdown]
# ## Every day
#
# The line is the mean of the counted days among seven. A missing day is not a zero: the mean is taken over the others.

# %% tags=["hide-input"]
labels = {
    "2023-11-24": "pause",
    "2023-12-17": "Kerem Shalom opens",
    "2024-04-08": "crossing pledged",
    "2024-05-07": "Rafah ends",
    "2024-10-11": "commerce stops",
    "2024-11-12": "Kissufim",
}
events = load_events(as_of=as_of)
labels = {day: label for day, label in labels.items() if events["date"].eq(day).any()}
means = {source: series.rolling(7, min_periods=4).mean() for source, series in counts.items()}
ends = {source: series.last_valid_index() for source, series in counts.items()}

# %% tags=["hide-input"]
show(
    plot_record(list(lists.values()), threshold=target, labels=labels, events=events),
    alt="Two panels of daily bars with a seven-day line. "
    + " ".join(
        f"{BY_NAME[source].title}'s line is highest at {line.max():.0f} on {day_in_words(line.idxmax())} and stands at "
        f"{line[ends[source]]:.0f} on {day_in_words(ends[source])}, where the list ends."
        for source, line in means.items()
    ),
    caption="The daily record of both counts by land, with some of its events.",
)

# %% [markdown]
# ## A week has two kinds of days
#
# On Saturdays COGAT counts few trucks, mostly of gas and fuel, and Fridays are quieter too. UNRWA counts where loads are collected, and
# its week is more even. A forecast without weekdays would be wrong every Saturday.

# %% tags=["hide-input"]
split = "2024-05-07"
late = {source: series[split:].dropna() for source, series in counts.items()}
middle = {source: series.groupby(series.index.day_name()).median() for source, series in late.items()}
show(
    plot_weekdays(list(lists.values()), split=split),
    alt="Four panels of counted days by weekday: both counts, before and after the route through Rafah ended. After it, "
    + "; ".join(
        f"{BY_NAME[source].title}'s median Saturday has {days['Saturday']:.0f} trucks and its median Friday {days['Friday']:.0f}, against "
        f"{days.drop(['Friday', 'Saturday']).median():.0f} on other days"
        for source, days in middle.items()
    )
    + ".",
    caption="Counted days by weekday, before and after the day on which the route through Rafah ended.",
)

# %% [markdown]
# ## Where the trucks came in
#
# UNRWA's list names the crossing, COGAT's does not. When one route ended, another took its place only in part.

# %% tags=["hide-input"]
unrwa = lines["unrwa"]
order = unrwa.groupby("crossing")["trucks"].sum().sort_values(ascending=False).index
weekly = unrwa.pivot_table(index="date", columns="crossing", values="trucks", aggfunc="sum").resample("W-SAT").sum()[order]
share = weekly.loc["2024-06":, "Kerem Shalom"].sum() / weekly.loc["2024-06":].sum().sum()
weeks = {crossing: trucks[trucks > 0].index for crossing, trucks in weekly.items()}
spans = [f"{name} {weekly[name].sum():,.0f} from {days[0]:%B %Y} to {days[-1]:%B %Y}" for name, days in weeks.items()]

# %% tags=["hide-input"]
show(
    plot_small_multiples(
        weekly,
        claim=f"From June on, Kerem Shalom carried {percent(share)} of what UNRWA counted",
        qualifier="Trucks a week by crossing, each panel on the same scale. The number is the panel's total.",
        foot=known,
        unit="trucks",
        source=UNRWA,
    ),
    alt=f"Small panels of trucks a week, one a crossing: {'; '.join(spans)}.",
    caption="Weekly trucks by crossing on UNRWA's count.",
)

# %% tags=["hide-input"]
entered = unrwa.groupby("crossing")["trucks"].sum()
main = entered.idxmax()
show(
    plot_crossings(entered, events=events, foot=known),
    alt=f"Schematic outline of the Gaza Strip with a mark at each place of entry, larger where more trucks came in: {main} had "
    f"{entered[main]:,.0f} of {entered.sum():,.0f} trucks.",
    caption="Where the places of entry lie, when they served, and what UNRWA counted at each.",
)

# %% [markdown]
# ## What they carried, and from whom
#
# The two publishers class cargo in their own ways. The private sector's share tells how far *all trucks* and *humanitarian* lie apart.

# %% tags=["hide-input"]
cargo = {}
for source, column, kinds in (("cogat", "classification", 6), ("unrwa", "cargo_category", 4)):
    table = lines[source].pivot_table(index="date", columns=column, values="trucks", aggfunc="sum").resample("MS").sum()
    table = table[table.sum().sort_values(ascending=False).index]
    small = table.columns[kinds:]
    cargo[f"{source.upper()}: kind of cargo"] = table.drop(columns=small).assign(
        **({"other": table[small].sum(axis=1)} if len(small) else {})
    )

# %% tags=["hide-input"]
food = {"COGAT": "Food", "UNRWA": "Food Items"}
tables = {title.split(":")[0]: table for title, table in cargo.items()}
whole = {name: table[food[name]].sum() / table.sum().sum() for name, table in tables.items()}
low = {name: (table[food[name]] / table.sum(axis=1)).min() for name, table in tables.items()}
least = [f"{percent(part)} of {name}'s trucks, in no month under {percent(low[name])}" for name, part in whole.items()]
claim = "Food: " + ", ".join(f"{percent(part)} of {name}'s trucks" for name, part in whole.items())

# %% tags=["hide-input"]
show(
    plot_shares(
        cargo,
        claim=claim,
        qualifier="Share of each month's trucks by kind of cargo, as each publisher classes it.",
        foot=known,
        unit="trucks",
        places=CARGO,
    ),
    alt=f"Stacked bars by month. Food is {list_in_words(least)}.",
    caption="What the trucks carried, by month.",
)

# %% tags=["hide-input"]
donors = {}
for source, column in (("cogat", "donor_group"), ("unrwa", "donation_type")):
    table = lines[source].pivot_table(index="date", columns=column, values="trucks", aggfunc="sum").resample("MS").sum()
    donors[f"{source.upper()}: who sent it"] = table[sorted(table, key=lambda name: (name.lower() != "private sector", name))]

# %% tags=["hide-input"]
private = {title.split(":")[0]: table.iloc[:, 0] / table.sum(axis=1) for title, table in donors.items()}
peak = {name: f"{percent(values.max())} at {name} in {values.idxmax():%B %Y}" for name, values in private.items()}
at_the_end = {name: f"{percent(values.iloc[-1])} at {name} in {values.index[-1]:%B %Y}" for name, values in private.items()}
highest, end = list_in_words(list(peak.values())), list_in_words(list(at_the_end.values()))

# %% tags=["hide-input"]
show(
    plot_shares(
        donors,
        claim=f"The private sector's share was at most {highest}",
        qualifier="Share of each month's trucks by sender. COGAT's donors are grouped into private sector and all others.",
        foot=known,
        unit="trucks",
        places=SENDERS,
    ),
    alt=f"Stacked bars by month. The private sector's share is highest with {highest}; at the end of the lists it is {end}.",
    caption="Who sent the trucks, by month.",
)

# %% [markdown]
# ## Two counts of one flow
#
# How COGAT's count stands to UNRWA's changes from month to month, and with the state of UNRWA's list: for a while a whole reporter
# was missing from it.

# %% tags=["hide-input"]
day = pd.Timestamp(as_of or ASKED)
states = {f"as known on {day_in_words(day)}": day} | ({} if as_of else {"as last revised": None})
ratios = tabulate_ratios(states).dropna(how="all")
spans = {"until April": slice(None, "2024-04"), "in May": slice("2024-05", "2024-05"), "from June on": slice("2024-06", None)}
tell = {
    state: list_in_words([f"{ratios.loc[span, state].mean():.2f} {when}" for when, span in spans.items()]) for state in ratios
}

# %% tags=["hide-input"]
show(
    plot_ratio(ratios, foot=f"Both lists by land; months with {MIN_DAYS} or more days on which both counted. {known}"),
    alt="COGAT's trucks for each of UNRWA's, mean of the months: "
    + "; ".join(f"{state}, {means}" for state, means in tell.items())
    + ".",
    caption="COGAT's trucks for each of UNRWA's, by month"
    + ("." if as_of else ", as the lists stood on the day of the questions and as they stand now."),
)

# %% tags=["hide-input"]
first, last = ratios.iloc[:, 0], ratios.iloc[:, -1]
stays = "stayed up" if last.loc["2024-06":].mean() > last.loc[:"2024-05"].mean() else "fell back"
gap = (first - last).loc["2024-06":].mean() / (first.loc["2024-06":].mean() - first.loc[:"2024-04"].mean())
say(
    "For each of UNRWA's trucks COGAT counted, in the mean of the months: "
    + "; ".join(f"{state}, {means}" for state, means in tell.items())
    + ". "
    + (
        ""
        if as_of
        else f"So the ratio rose in May and {stays}. Of the rise that a forecaster saw by then, {percent(gap)} was a reporter "
        "that UNRWA's list did not have yet: see [Know the data](01_data_and_provenance.ipynb)."
    )
)

# %% tags=["hide-input"]
both = pd.DataFrame(counts).dropna()
apart = (both["cogat"] - both["unrwa"]).abs()
same_day, same_week = both.corr().iloc[0, 1], both.rolling(7).mean().corr().iloc[0, 1]
say(
    f"COGAT's number is the higher one on {percent((both['cogat'] > both['unrwa']).mean())} of the days that both counted. On a single day the "
    f"two differ by {apart.median():.0f} trucks in the median and by {apart.max():.0f} at most. Daily counts correlate at "
    f"{same_day:.2f}, seven-day means at {same_week:.2f}: one counts at the border and the other at collection, so their days do not align. "
    "That is why every answer in this collection names its count."
)

# %% tags=["hide-input"]
far = both.assign(difference=both["cogat"] - both["unrwa"]).loc[apart.nlargest(6).index].reset_index()
show_table(
    name_sources(far),
    caption="The six days on which the two counts lie farthest apart, trucks.",
    formats=dict.fromkeys(["COGAT", "UNRWA"], "{:.0f}") | {"difference": "{:+.0f}"},
)

# %% [markdown]
# ## Limits
#
# What looks like a pattern may be a change in who reported. UNRWA calls its list incomplete from May on, and the last weeks of a
# list are still filling up. COGAT's cargo includes fuel and gas, which UNRWA hardly lists. Tonnes are mostly round estimates by kind of
# load, so this page counts trucks alone.

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    "Why would a forecast without weekdays be wrong every week?":
        f"After the route through Rafah ended, COGAT's median Friday had {middle['cogat']['Friday']:.0f} trucks, and its median day from "
        f"Sunday to Thursday {middle['cogat'].drop(['Friday', 'Saturday']).median():.0f}; Saturdays have a level of their own too. One level for all days fits none of them.",
    "On a single day the two counts lie far apart. Must one of them be wrong?":
        f"No. They differ by {apart.median():.0f} trucks on a middling day. One counts at the border, the other where loads are collected, "
        f"which can be days later. Single days of the two correlate at {same_day:.2f}, means of seven days at {same_week:.2f}.",
    "The mean of a week stays under the target. Can a day of it still reach the target?":
        f"Yes, since days scatter about their mean. COGAT's highest mean of seven days was {week['cogat']:.0f}, its highest day "
        f"{counts['cogat'].max():.0f}. So a question has to say whether it asks for a day or for a mean.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# A list of COGAT's that names the crossing, or one list that follows each load from the border to its collection. Either would tell a change
# in the flow from a change in who reported. Until then a ratio that rises can be both.
#
# ### What to read next
#
# [Two counts, one flow](03_two_counts_one_flow.ipynb) asks what the level was when the lists had ended. Three
# [exercises](exercises/02_explore_daily_trucks.ipynb) look at Saturdays, fill gaps with zeros, and build the ratio of the counts.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
