# %% [markdown]
# # Explore the daily trucks: days, weekdays, crossings, cargo, donors
#
# What the two counts show before any model: their level, their weekly beat, where trucks came in and what they carried.

# %% tags=["hide-input"]
import pandas as pd

from utils import DEADLINE, list_vintages, load_events, load_lines, load_snapshot
from utils.aid.figures import CARGO, SENDERS, plot_ratio
from utils.aid.loaders import select_lines
from utils.aid.questions import ASKED
from utils.aid.revisions import MIN_DAYS, tabulate_ratios
from utils.aid.sources import UNRWA
from utils.common.formatting import day_in_words, percent
from utils.figures.record import plot_record, plot_shares, plot_small_multiples, plot_weekdays
from utils.figures.style import show
from utils.publishing.prose import say, show_answer
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = None  # None: the last vintages; a day: only what had been published by then

# %% tags=["hide-input"]
lists = {source: load_snapshot(source, as_of=as_of, init="list") for source in ("cogat", "unrwa")}
counts = {source: one.days["count"] for source, one in lists.items()}
lines = {source: select_lines(load_lines(source, as_of=as_of)) for source in lists}
target = DEADLINE.threshold
best = {source: series.idxmax() for source, series in counts.items()}
week = {source: series.rolling(7).mean().max() for source, series in counts.items()}
show_answer(
    f"How near did the daily trucks come to {target:g}?",
    f"COGAT's count reached it on {counts['cogat'].ge(target).sum()} days, at most {counts['cogat'].max():.0f} on "
    f"{day_in_words(best['cogat'])}. UNRWA's came to {counts['unrwa'].max():.0f} on {day_in_words(best['unrwa'])}.",
    notes=f"Seven counted days in a row never had a mean above {week['cogat']:.0f} (COGAT) or {week['unrwa']:.0f} (UNRWA).",
)

# %% [markdown]
# **You will** look at every day of both counts, then by weekday, by crossing, by cargo and by donor. **You will learn** which
# patterns a forecast must carry and which of them differ between the counts. **You need** to read a bar chart; about ten minutes.
#
# Before: [Know the data](01_data_and_provenance.ipynb) ·
# Next: [Two counts, one flow](03_two_counts_one_flow.ipynb)

# %% [markdown]
# ## Every day
#
# The line is the mean of the counted days among seven. A missing day is no zero: it leaves the line where it is.

# %% tags=["hide-input"]
events = {
    "2023-11-24": "pause",
    "2023-12-17": "Kerem Shalom opens",
    "2024-04-08": "crossing pledged",
    "2024-05-07": "Rafah ends",
    "2024-10-11": "commerce stops",
    "2024-11-12": "Kissufim",
}
show(
    plot_record(list(lists.values()), threshold=target, labels=events, events=load_events()),
    alt="Two panels of daily bars with a seven-day line. COGAT rises in spring to peaks above the target and falls back to about half of it "
    "by September, where it ends. UNRWA stays below the target throughout, drops in May and October and ends in January.",
    caption="The daily record of both counts by land, with its events. COGAT's public list ends in September.",
)

# %% [markdown]
# ## One week has two kinds of days
#
# On Saturdays, and less so on Fridays, COGAT's crossings are nearly still: what enters is mostly gas and fuel. UNRWA's count,
# taken where loads are collected, shows a weaker beat. A forecast without weekdays would be wrong every Saturday.

# %% tags=["hide-input"]
split = "2024-05-07"
show(
    plot_weekdays(list(lists.values()), split=split),
    alt="Four panels of points by weekday with medians: both counts, before and after the Rafah route ended. COGAT's Fridays and "
    "Saturdays lie far below the other days in both periods; UNRWA's differ less.",
    caption="Counted days by weekday, before and after the day on which the route through Rafah ended.",
)

# %% [markdown]
# ## Where the trucks came in
#
# COGAT's list does not name the crossing, UNRWA's does. When one route ended another took its place, only in part.

# %% tags=["hide-input"]
unrwa = lines["unrwa"]
order = unrwa.groupby("crossing")["trucks"].sum().sort_values(ascending=False).index
weekly = unrwa.pivot_table(index="date", columns="crossing", values="trucks", aggfunc="sum").resample("W-SAT").sum()[order]
share = weekly.loc["2024-06":, "Kerem Shalom"].sum() / weekly.loc["2024-06":].sum().sum()

# %% tags=["hide-input"]
show(
    plot_small_multiples(
        weekly,
        claim=f"After Rafah closed, Kerem Shalom carried {percent(share)} of what UNRWA counted",
        qualifier="Trucks a week by crossing, each panel on the same scale; the number is the total of the panel.",
        foot=f"Source: UNRWA list published {load_lines('unrwa', as_of=as_of).attrs['vintage']}, by land.",
        unit="trucks",
        source=UNRWA,
    ),
    alt="Small panels, one a crossing, of trucks a week. Rafah runs until May and stops; Kerem Shalom runs throughout; the northern "
    "crossings and Gate 96 begin in May and stay low; Kissufim appears in the last weeks.",
    caption="Weekly trucks by crossing on UNRWA's count. The share in the title is from June on.",
)

# %% [markdown]
# ## What they carried, and from whom
#
# Food is most of it on both counts. The private sector's share tells how far *all trucks* and *humanitarian* lie apart: it
# grew through the summer, and commercial entry was stopped in October.

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
food = {title: table["Food" if "COGAT" in title else "Food Items"].sum() / table.sum().sum() for title, table in cargo.items()}
show(
    plot_shares(
        cargo,
        claim="Food is most of it: " + ", ".join(f"{percent(part)} at {title.split(':')[0]}" for title, part in food.items()),
        qualifier="Share of each month's trucks by kind of cargo, as each publisher classes it.",
        foot="Source: last vintages of both lists, by land.",
        unit="trucks",
        places=CARGO,
    ),
    alt="Stacked bars by month, one panel a source. Food fills two thirds or more of nearly every bar.",
    caption="What the trucks carried, by month. The two publishers class cargo in their own ways.",
)

# %% tags=["hide-input"]
donors = {}
for source, column in (("cogat", "donor_group"), ("unrwa", "donation_type")):
    table = lines[source].pivot_table(index="date", columns=column, values="trucks", aggfunc="sum").resample("MS").sum()
    donors[f"{source.upper()}: who sent it"] = table[sorted(table, key=lambda name: (name.lower() != "private sector", name))]

# %% tags=["hide-input"]
private = {title: (table.iloc[:, 0] / table.sum(axis=1)) for title, table in donors.items()}
peak = {title.split(":")[0]: (values.max(), values.idxmax()) for title, values in private.items()}
show(
    plot_shares(
        donors,
        claim="Private share peaks: "
        + ", ".join(f"{percent(top)} at {name} in {month:%B %Y}" for name, (top, month) in peak.items()),
        qualifier="Share of each month's trucks by sender. COGAT's donors are grouped into private sector and all others.",
        foot="Source: last vintages of both lists, by land.",
        unit="trucks",
        places=SENDERS,
    ),
    alt="Stacked bars by month, one panel a source; the share of the private sector grows until late summer, and falls in autumn "
    "on UNRWA's count.",
    caption="Who sent the trucks, by month.",
)

# %% [markdown]
# ## Two counts of one flow
#
# On days that both counted, COGAT's number is usually the higher one. By how much changes from month to month, and with the state of
# UNRWA's list: a forecaster on the day of the questions held one from which a whole reporter was missing.

# %% tags=["hide-input"]
day = pd.Timestamp(as_of or ASKED)
known = {f"as known on {day_in_words(day)}": day} | ({} if as_of else {"as last revised": None})
ratios = tabulate_ratios(known).dropna(how="all")
held, last = ratios.iloc[:, 0], ratios.iloc[:, -1]
rise = held.loc["2024-06":]
show(
    plot_ratio(
        ratios,
        foot=f"Source: both lists by land, {' and '.join(known)}; months with {MIN_DAYS} or more days on which both counted.",
    ),
    alt=f"COGAT's trucks for each of UNRWA's by month, {' and '.join(known)}. As known then, the ratio lies between {held.min():.2f} and "
    f"{held.loc[:'2024-05'].max():.2f} until May and reaches {held.max():.2f} in {held.idxmax():%B}"
    + ("." if as_of else f"; as last revised it stays between {last.min():.2f} and {last.max():.2f}."),
    caption="COGAT's trucks for each of UNRWA's, by month, as the lists stood on a day and as they stand now.",
)

# %% tags=["hide-input"]
say(
    f"On the lists that were public on {day_in_words(day)} the ratio of the months from June on is "
    + ", ".join(f"{value:.2f}" for value in rise)
    + (
        "."
        if as_of
        else f"; on the last ones it is {', '.join(f'{value:.2f}' for value in last[rise.index])}. Most of the growing gap was no change of the flow "
        "but a reporter that UNRWA's list did not have yet: see [Know the data](01_data_and_provenance.ipynb)."
    )
)

# %% tags=["hide-input"]
both = pd.DataFrame(counts).dropna()
apart = (both["cogat"] - both["unrwa"]).abs()
same_week = both.corr().iloc[0, 1], both.rolling(7).mean().corr().iloc[0, 1]
say(
    f"On a single day the two differ by {apart.median():.0f} trucks in the median and by up to {apart.max():.0f}. Their daily "
    f"counts correlate at {same_week[0]:.2f}, their seven-day means at {same_week[1]:.2f}: the days do not align, since one counts at the "
    "border and the other at collection. That is why every answer in this collection names its count."
)

# %% tags=["hide-input"]
far = both.assign(difference=both["cogat"] - both["unrwa"]).loc[apart.nlargest(6).index].reset_index()
show_table(
    far,
    caption="The six days on which the two counts lie farthest apart, trucks.",
    formats=dict.fromkeys(["cogat", "unrwa"], "{:.0f}") | {"difference": "{:+.0f}"},
)

# %% [markdown]
# ## Limits
#
# What one picture calls a pattern may be a change in who reported. UNRWA's list is incomplete from May on by its own word, and its
# last weeks are still filling up. COGAT's classes of cargo hold fuel and gas, which UNRWA hardly lists. Tonnes are mostly
# round estimates by kind of load, so this page counts trucks alone.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
