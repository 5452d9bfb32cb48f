# %% [markdown]
# # Exercises: know the data
#
# Three exercises to [Know the data](../01_data_and_provenance.ipynb): missing days, a past that was rewritten, and a daily series of your
# own.

# %%
from utils import load_daily, load_lines, load_snapshot
from utils.aid.exercises import checks_01 as checks
from utils.aid.loaders import select_lines

as_of = "2024-11-08"

# %% [markdown] tags=["exercise"] minutes=5 trains="telling a day that nobody reported from a closed day and from a zero"
# ## Read: the days that nobody reported
#
# `load_snapshot("unrwa").days` has a row a day, with its `count` and its `state`. On how many days of UNRWA's last list did nobody
# report, although the crossings were open?

# %% [markdown] tags=["hint"]
# `value_counts()` of the column `state` shows all states.

# %% [markdown] tags=["hint"]
# Compare the column with the name of one state, and sum: a `True` counts as one.

# %% tags=["solution"]
days = load_snapshot("unrwa").days
unreported = int(days["state"].eq("unreported").sum())

# %% tags=["mistake"]
# All days without a count
unreported = int(days["count"].isna().sum())

# %% tags=["mistake"]
# A missing day taken for a zero
unreported = int(days["count"].eq(0).sum())

# %% tags=["mistake"]
# Days that were closed
unreported = int(days["state"].eq("closed").sum())

# %% tags=["check"]
checks.check_unreported_days(unreported)

# %% [markdown] tags=["exercise"] minutes=10 trains="keeping what came later out of a forecast"
# ## Change: what leaks from January's file
#
# The cell below sums the trucks from June to August in UNRWA's last file, of January. Change it so that it tells which part of them
# was not yet in the file that a forecaster held on the day `as_of`.

# %%
months = slice("2024-06", "2024-08")
last = load_daily("unrwa")[months].sum()

# %% [markdown] tags=["hint"]
# `load_daily("unrwa", as_of=as_of)` reads the file that was public on that day.

# %% [markdown] tags=["hint"]
# The part that was missing is one less the part that was there. Which of the two sums is the whole?

# %% tags=["solution"]
then = load_daily("unrwa", as_of=as_of)[months].sum()
leaked = 1 - then / last

# %% tags=["mistake"]
# Growth over the old file
leaked = last / then - 1

# %% tags=["mistake"]
# The part that was known
leaked = then / last

# %% tags=["mistake"]
# The same file twice
leaked = 1 - load_daily("unrwa")[months].sum() / last

# %% tags=["check"]
checks.check_leaked_share(leaked)

# %% [markdown] tags=["exercise"] minutes=15 trains="building a daily series in which a missing day stays missing"
# ## Build: a daily series from the rows
#
# `load_lines("unrwa")` has the rows of the last file, summed by day and by what they say of a load. Build the daily series of trucks by
# land: a pandas Series with every day from the first to the last, and no number where there is no row.

# %%
rows = load_lines("unrwa")
rows.head()

# %% [markdown] tags=["hint"]
# `select_lines(rows)` keeps what came by land. Then group by `date` and sum `trucks`.

# %% [markdown] tags=["hint"]
# `asfreq("D")` puts the absent days in, without a number.

# %% tags=["solution"]
daily = select_lines(rows).groupby("date")["trucks"].sum().asfreq("D")

# %% tags=["mistake"]
# Absent days filled with zeros
daily = select_lines(rows).groupby("date")["trucks"].sum().asfreq("D", fill_value=0)

# %% tags=["mistake"]
# Absent days left out
daily = select_lines(rows).groupby("date")["trucks"].sum()

# %% tags=["mistake"]
# The pier not left out
daily = rows.groupby("date")["trucks"].sum().asfreq("D")

# %% tags=["mistake"]
# Rows counted, not trucks
daily = select_lines(rows).groupby("date").size().asfreq("D")

# %% tags=["check"]
checks.check_daily_series(daily)
