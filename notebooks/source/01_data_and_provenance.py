# %% [markdown]
# # Know the data: who counted what, and what was known on the day
#
# Two lists, a few files of each, and a past that was rewritten: what a forecaster held on a day.

# %% tags=["hide-input"]
import pandas as pd

from utils import list_vintages, load_lines, load_quotes, load_snapshot
from utils.aid.figures import plot_revisions
from utils.aid.known import describe_lists
from utils.aid.loaders import SCOPES, select_lines
from utils.aid.revisions import compare_reporters, tabulate_vintages
from utils.aid.sources import BY_NAME
from utils.common.formatting import day_in_words, format_some, list_in_words, percent
from utils.figures.record import plot_day_states, plot_vintages
from utils.figures.style import show
from utils.publishing.prose import say, show_answer, show_questions
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"

# %% tags=["hide-input"]
day = pd.Timestamp(as_of)
vintages, known = list_vintages(), list_vintages(as_of=day)
age = day - known.groupby("source")["last"].max()
later = len(vintages) - len(known)
show_answer(
    f"What could a forecaster know about the trucks on {day_in_words(day)}?",
    f"COGAT's list up to {format_some(age['cogat'].days, 'day')} before, UNRWA's up to {format_some(age['unrwa'].days, 'day')} before, "
    "and figures in the press.",
    notes=describe_lists(as_of=day)
    + (f" {later} of the {len(vintages)} files on this page came out later; they are shown in hindsight." if later else ""),
)

# %% [markdown]
# **You will** follow each file from its publisher to the daily table, see which days are missing, and see how the past changed
# from file to file. **You will learn** why a missing day is not a zero, and why fitting a model to the last file cheats.
# **You need** patience with tables; about six minutes.
#
# Before: [Start here](00_start_here.ipynb) · Next: [Explore the daily trucks](02_explore_daily_trucks.ipynb)

# %% [markdown]
# ## Two bodies, two moments
#
# COGAT lists what crosses the border, with its route, kind of goods and donor. UNRWA lists what is received inside, with its
# crossing, kind of cargo, kind of donation and reporter. Between the two moments a load can wait for days, be moved to another
# truck, or never be collected. So the lists need not agree on a day, and they do not.

# %% [markdown]
# ## The files and when they were public
#
# A *vintage* is a file as it was published on one day. A forecast as of a day may use a file only if it was public by then.

# %% tags=["hide-input"]
show(
    plot_vintages(
        vintages,
        as_of=as_of,
        foot="Source: the publishers' files; data/datapackage.json gives name, hash and address of each.",
        sources=BY_NAME,
    ),
    alt=f"Of {len(vintages)} files {len(known)} were public on {day_in_words(day)}. The newest counts in them were "
    f"{list_in_words([f'{days} days old ({BY_NAME[name].title})' for name, days in age.dt.days.items()])}.",
    caption="What each file covers, and from which day it was public. Everything pale was still to come.",
)

# %% tags=["hide-input"]
columns = {"title": "source", "published": "published", "first": "first day", "last": "last day", "rows": "rows"}
show_table(
    vintages[[*columns, "url"]].rename(columns=columns),
    caption="The vintages. Rows are those of the publisher's file: one row is one truck.",
    formats={"rows": "{:,}"},
    links={"source": "url"},
)

# %% [markdown]
# The files belong to their publishers and are not part of this project. `python -m utils ingest` makes daily tables of them and
# accounts for every row. The tables lie in `data/`, each with its hash.

# %% [markdown]
# ## Which trucks count
#
# The questions ask for trucks by land. COGAT's list also holds loads that came by ship or were dropped from the air, and UNRWA's
# holds loads from the American pier. Both are left out. Private-sector trucks count in the scope *all*, but not in
# *humanitarian*.

# %% tags=["hide-input"]
lines = {source: load_lines(source) for source in BY_NAME}
by_scope = {
    BY_NAME[source].title: {scope: select_lines(one, scope=scope)["trucks"].sum() for scope in SCOPES}
    | {"by any route": one["trucks"].sum()}
    for source, one in lines.items()
}
by_scope = pd.DataFrame(by_scope).T.rename(columns={"all": "all, by land", "humanitarian": "humanitarian, by land"})
show_table(
    by_scope.reset_index(names="source"),
    caption="Trucks in the last vintage of each source, by scope.",
    formats=dict.fromkeys(by_scope, "{:,}"),
)

# %% [markdown]
# ## Every day has a state
#
# A day without a row may be one on which the crossings were shut, or one that nobody reported. The list does not say which. The
# loader leaves the day empty and gives it a state: *closed* on Saturdays and on holidays that shut the crossings, *unreported*
# otherwise, *not yet reported* where the report was still to come, and *partial* where it had only begun.

# %% tags=["hide-input"]
lists = {source: load_snapshot(source) for source in BY_NAME}
absent = {source: one.days[one.days["count"].isna()] for source, one in lists.items()}
show(
    plot_day_states(list(lists.values())),
    alt="; ".join(
        f"{lists[source].source.title}'s list has no count on {len(days)} of {len(lists[source].days)} days: "
        + list_in_words([f"{n} {state.replace('_', ' ')}" for state, n in days["state"].value_counts().items()])
        for source, days in absent.items()
    )
    + ".",
    caption="The state of every day in the last vintages.",
)

# %% tags=["hide-input"]
gaps = absent["unrwa"].reset_index()
show_table(
    gaps.assign(weekday=gaps["date"].dt.day_name())[["date", "weekday", "state", "note"]],
    caption="Days without a row in UNRWA's last list.",
    folded=True,
)

# %% [markdown]
# ## The past was rewritten
#
# Months that were long past grew from one file of UNRWA's to the next. Was that late reporting, or something else? Only trucks by
# land are counted here. The rows of the pier changed too, but the questions do not ask for them.

# %% tags=["hide-input"]
by_vintage = tabulate_vintages("unrwa").loc["2024-04":]
grown = by_vintage.loc["2024-06":"2024-09"]
then, now = grown.loc[:, :day].ffill(axis=1).iloc[:, -1], grown.iloc[:, -1]
growth, absent_then = (now / then - 1).dropna(), (1 - then / now).dropna()
show(
    plot_revisions(by_vintage),
    alt="Mean trucks a day from June on, in UNRWA's list as held on the day and in its last vintage: "
    + "; ".join(f"{month:%B} {then[month]:.0f} and {now[month]:.0f}" for month in growth.index)
    + ".",
    caption="Mean trucks a day by month in each file. A file's bar is left out where the file covers only part of the month.",
)

# %% tags=["hide-input"]
months = by_vintage.rename(columns="published {:%Y-%m-%d}".format)
show_table(
    months.reset_index(names="month").assign(month=lambda table: table["month"].dt.strftime("%B %Y")),
    caption="Trucks a day by month in each vintage, by land. Only months that it covers whole.",
    formats=dict.fromkeys(months, "{:.1f}"),
    folded=True,
)

# %% tags=["hide-input"]
first, last = growth.index[0], growth.index[-1] + pd.offsets.MonthEnd()
by_source = compare_reporters(first, last, as_of=day)
show_table(
    by_source.reset_index(names="reporter").rename(columns={"held": "held on the day", "last": "last vintage"}),
    caption=f"Trucks by land, {first:%B} to {last:%B %Y}, by who reported them, in the list held on {day_in_words(day)} and in the last one.",
    formats=dict.fromkeys(["held on the day", "last vintage"], "{:,.0f}") | {"change": "{:+,.0f}"},
)

# %% tags=["hide-input"]
wfp, more = by_source["change"].reindex(["WFP", "WFP LC"]).sum(), by_source["change"].sum()
say(
    f"Each of these months grew, by {percent(growth.min())} to {percent(growth.max())}. Seen from the end, {percent(absent_then.min())} to "
    f"{percent(absent_then.max())} of the trucks in the last file were missing from the one held on the day. Of {more:,.0f} more trucks, "
    f"{wfp:,.0f} came from one reporter, written *WFP* before and *WFP LC* after. That is **a new source, not a delay**. A model that is "
    "fitted to the last file and called a forecast from the day has been given those trucks too early."
    if growth.max() > 0
    else f"On {day_in_words(day)} the last file was public, so nothing was missing from these months."
)

# %% [markdown]
# ## What else had been published
#
# After the lists end there are figures in the press: for a day, for a week or for a month. Each is kept with its publisher, its
# address and the day from which it was public. `data/` also holds COGAT's totals by month, which were compiled more than a year
# later. They help to settle the questions in [Check our work](07_check_our_work.ipynb); no forecast reads them.

# %% tags=["hide-input"]
quotes = load_quotes(as_of=day)
quotes = quotes[quotes["date_start"] >= "2024-10-01"]
words = {"total": "in all", "daily_mean": "a day"}
columns = {
    "date_start": "from", "date_end": "to", "trucks": "trucks", "statistic": "counted", "basis": "whose count", "scope": "of what",
}  # fmt: skip
show_table(
    quotes.assign(statistic=quotes["statistic"].map(words))[[*columns, "published", "publisher", "url"]].rename(columns=columns),
    caption=f"Figures for days from October on that had been published by {day_in_words(day)}.",
    formats={"trucks": "{:,.0f}"},
    links={"publisher": "url"},
    folded=True,
)

# %% [markdown]
# ## Limits
#
# An UNRWA file counts as public from the day of the newest edit in it; it may have come out a little later. The dates of edits
# inside a file cannot rebuild what was known on a day, since the last file was edited in bulk. UNRWA calls its own list incomplete from May on, when its staff
# could no longer stay at Kerem Shalom. The state *counted* says that a count was published, not that it was complete.

# %% [markdown]
# ## Test yourself

# %% tags=["hide-input"]
show_questions({
    "A day has no row in a list. How many trucks came in?":
        f"Nobody can tell from the list. UNRWA's last one has no count on {len(absent['unrwa'])} of {len(lists['unrwa'].days)} days: some "
        "were closed, the others nobody reported. A day that nobody reported stays missing. To call it a zero would be to invent a count.",
    f"Somebody fits a model to UNRWA's last file and calls it a forecast of {day_in_words(day)}. What is wrong with it?":
        f"It has read what nobody could read on that day. From {first:%B} to {last:%B} the last file has {more:,.0f} trucks more than the one "
        "held then. A test on it flatters the model.",
    "Rows of a file carry the date of their last edit. Why can these dates not rebuild an earlier file?":
        "The last file was edited in bulk. Its dates tell when a row was last touched, not when it was first there, and rows that "
        "were removed have left no trace. Only a copy kept from the day shows what the day knew.",
})  # fmt: skip

# %% [markdown]
# ### What would change your mind
#
# A file of UNRWA's from between those at hand, with the new reporter's trucks already in it: then they were known earlier than this page
# assumes. A word from a publisher that its empty days were days without trucks: then they are zeros.
#
# ### What to read next
#
# [Explore the daily trucks](02_explore_daily_trucks.ipynb) shows what the counts look like. Three
# [exercises](exercises/01_know_the_data.ipynb) count missing days, find what leaks from a later file, and build a daily series.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
