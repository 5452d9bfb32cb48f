# %% [markdown]
# # Know the data: who counted what, and what was known on the day
#
# Two line lists, five files, and a past that was rewritten: what a forecaster held on the day of the question.

# %% tags=["hide-input"]
import pandas as pd

from utils import list_vintages, load_lines, load_quotes, load_snapshot
from utils.aid.figures import plot_revisions
from utils.aid.loaders import select_lines
from utils.aid.revisions import compare_reporters, tabulate_vintages
from utils.aid.sources import BY_NAME
from utils.common.formatting import day_in_words, percent
from utils.figures.record import plot_day_states, plot_vintages
from utils.figures.style import show
from utils.publishing.prose import say, show_answer
from utils.publishing.tables import show_provenance, show_table

# %% tags=["parameters"]
as_of = "2024-11-08"

# %% tags=["hide-input"]
vintages = list_vintages()
known = list_vintages(as_of=as_of)
age = pd.Timestamp(as_of) - known.groupby("source")["last"].max()
show_answer(
    f"What could a forecaster know about the trucks on {day_in_words(pd.Timestamp(as_of))}?",
    f"COGAT's list to {age['cogat'].days} days before, UNRWA's to {age['unrwa'].days} days before, and figures in the press.",
    notes=f"{len(vintages) - len(known)} of the {len(vintages)} files came out later. They are used in hindsight only, and labelled so.",
)

# %% [markdown]
# **You will** follow each file from its publisher to the daily table, see which days are missing, and see how the past changed
# between vintages. **You will learn** why a missing day is not a zero, and why fitting on the last file cheats.
# **You need** nothing but patience with tables; about ten minutes.
#
# Before: [Start here](00_start_here.ipynb) · Next: [Explore the daily trucks](02_explore_daily_trucks.ipynb)

# %% [markdown]
# ## Two bodies, two moments
#
# COGAT lists what crosses the border, with route, kind of goods and donor. UNRWA lists what is received inside, with
# crossing, kind of cargo, kind of donation and who reported it. A load can wait for days between the two moments, be
# loaded anew on another truck, or never be collected. So the lists need not agree on a day, and do not.

# %% [markdown]
# ## The files and when they were public
#
# A *vintage* is a file as published on a day. A forecast as of a day may use a file only if it was public by then.

# %% tags=["hide-input"]
show(
    plot_vintages(
        vintages,
        as_of=as_of,
        foot="Source: the publishers' files; data/datapackage.json gives name, hash and address of each.",
        sources=BY_NAME,
    ),
    alt="A bar for each of five files over the days that it covers, with a diamond on the day of publication; two of UNRWA's files lie "
    "to the right of the line of the as-of day and are pale.",
    caption="What each file covers and from which day it was public. Everything pale was still in the future.",
)

# %% tags=["hide-input"]
show_table(
    vintages[["source", "published", "first", "last", "rows", "publisher", "url"]],
    caption="The vintages. Rows are those of the publisher's file: one row is one truck.",
    formats={"rows": "{:,}"},
)

# %% [markdown]
# The files themselves are not part of this project: they belong to their publishers. The daily tables were made from them by
# `python -m utils ingest`, which accounts for every row, and lie in `data/` with their hashes.

# %% [markdown]
# ## Which trucks count
#
# The questions ask for trucks by land. COGAT's list also holds ships' and aircrafts' loads, and UNRWA's holds loads from the
# American pier; both are left out here. Private-sector trucks are in *all* and not in *humanitarian*.

# %% tags=["hide-input"]
rows = []
for source in ("cogat", "unrwa"):
    lines = load_lines(source)
    for scope in ("all", "humanitarian"):
        rows.append({"source": source, "scope": scope, "trucks": select_lines(lines, scope=scope)["trucks"].sum()})
    rows.append({"source": source, "scope": "any route, as listed", "trucks": lines["trucks"].sum()})
show_table(pd.DataFrame(rows), caption="Trucks in the last vintage of each source, by scope.", formats={"trucks": "{:,}"})

# %% [markdown]
# ## Every day has a state
#
# A day without a row may be a day on which the crossings were shut, or one that nobody reported. The list does not say. The
# loader leaves such a day empty and gives it a state: *closed* on Saturdays and on holidays that shut the crossings,
# *unreported* otherwise, *not yet reported* where the report was still to come, and *partial* where it had only begun.

# %% tags=["hide-input"]
lists = {source: load_snapshot(source) for source in ("cogat", "unrwa")}
show(
    plot_day_states(list(lists.values())),
    alt="A calendar of small tiles, a row a weekday and a column a week, for each source. Most tiles are counted; crosses mark "
    "unreported days, most of them in the first weeks, in May and in early October; pale tiles are Saturdays and holidays.",
    caption="The state of every day in the last vintages.",
)

# %% tags=["hide-input"]
unrwa = lists["unrwa"].days
absent = unrwa[unrwa["count"].isna()]
show_table(
    absent.reset_index().assign(weekday=lambda t: t["date"].dt.day_name())[["date", "weekday", "state", "note"]],
    caption=f"The {len(absent)} days without a row in UNRWA's last list.",
)

# %% [markdown]
# ## The past was rewritten
#
# UNRWA's older months grew between the files. Was that late reporting, or something else? Only trucks by land are counted here: the rows
# of the pier changed too, but they are no part of the question.

# %% tags=["hide-input"]
by_vintage = tabulate_vintages("unrwa").loc["2024-04":]
show(
    plot_revisions(by_vintage),
    alt="Groups of bars by month, one bar a vintage. From June to September the last vintage stands well above the earlier ones.",
    caption="Mean trucks a day by month, as each file had it. A month that a file covers only in part is left out of its bars.",
)

# %% tags=["hide-input"]
months = by_vintage.rename(columns="published {:%Y-%m-%d}".format)
show_table(
    months.reset_index(names="month").assign(month=lambda table: table["month"].dt.strftime("%B %Y")),
    caption="Trucks a day by month in each vintage, by land; only months that it covers whole.",
    formats=dict.fromkeys(months, "{:.1f}"),
)

# %% tags=["hide-input"]
by_source = compare_reporters("2024-06-01", "2024-09-30", as_of=as_of)
grown = by_vintage.loc["2024-06":"2024-09"]
earlier, later = grown.loc[:, : pd.Timestamp(as_of)].ffill(axis=1).iloc[:, -1], grown.iloc[:, -1]
growth, absent_then = (later / earlier - 1).dropna(), (1 - earlier / later).dropna()
show_table(
    by_source.reset_index(names="data source").rename(columns={"held": "held on the day", "last": "last vintage"}),
    caption="Trucks by land from June to September, by who reported them, in the vintage held on the day and in the last.",
    formats=dict.fromkeys(["held on the day", "last vintage"], "{:,.0f}") | {"change": "{:+,.0f}"},
)

# %% tags=["hide-input"]
wfp = by_source["change"].reindex(["WFP", "WFP LC"]).sum()
june, july = (f"{earlier.iloc[n]:.1f} to {later.iloc[n]:.1f} a day ({growth.iloc[n]:+.0%})".replace("%", " %") for n in (0, 1))
say(
    f"Each of these months grew, by {percent(growth.min())} to {percent(growth.max())}: June from {june}, July from {july}. Seen from the end, "
    f"{percent(absent_then.min())} to {percent(absent_then.max())} of the trucks in the last file were not in the one held on the day. "
    f"Of {by_source['change'].sum():,.0f} more trucks, {wfp:,.0f} came with one data source, written *WFP* before and *WFP LC* after. It is a "
    "**new source, not a delay**: whoever fits a model to the last file and calls it a forecast from the day of the question has let "
    "those trucks in early."
)

# %% [markdown]
# ## What else had been published
#
# After the lists end there are figures in the press: a day, a week's total, a month's mean. Each carries its publisher, its
# address and the day from which it was public. COGAT's months as somebody compiled them more than a year later lie in `data/` too. They
# settle the questions in [Check our work](07_check_our_work.ipynb), and no forecast reads them.

# %% tags=["hide-input"]
quotes = load_quotes(as_of=as_of)
counts = quotes[quotes["date_start"] >= "2024-10-01"]
show_table(
    counts[["date_start", "date_end", "trucks", "statistic", "bound", "basis", "scope", "published"]],
    caption=f"Figures on days from October on that had been published by {day_in_words(pd.Timestamp(as_of))}.",
    formats={"trucks": "{:,.0f}"},
)

# %% [markdown]
# ## Limits
#
# The day of publication of UNRWA's files is the newest edit in them; a file may have lain open a little later. Within a file
# nothing is dated honestly: the last one was edited in bulk. UNRWA calls its own list incomplete from May on, since its staff could
# not stay at Kerem Shalom; the state *counted* says that a count was published, not that it was whole. Events are dated by when
# they happened, not by when they were reported.

# %% [markdown]
# ## What this page was made with

# %% tags=["hide-input"]
show_provenance(list_vintages())
