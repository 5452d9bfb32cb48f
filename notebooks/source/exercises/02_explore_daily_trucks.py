# %% [markdown]
# # Exercises: explore the daily trucks
#
# Three exercises to [Explore the daily trucks](../02_explore_daily_trucks.ipynb): weekdays, what a zero does to a base rate, and two
# counts side by side.

# %%
import pandas as pd

from utils import DEADLINE, load_daily, load_snapshot
from utils.aid.exercises import checks_02 as checks
from utils.counts.snapshot import settle_counts
from utils.questions.base_rate import estimate_base_rate

# %% [markdown] tags=["exercise"] minutes=5 trains="selecting by weekday and by date, and naming the count"
# ## Read: a usual Saturday
#
# How many trucks has the median Saturday of COGAT's count, from the day on which the route through Rafah ended?

# %%
split = "2024-05-07"
counts = load_daily("cogat")[split:]
counts.head(7)

# %% [markdown] tags=["hint"]
# `counts.index.day_of_week` gives Monday as 0, and so Saturday as 5.

# %% [markdown] tags=["hint"]
# `counts[...]` keeps the days for which what stands in the brackets is true, such as `counts > 100`. Then take `median()`.

# %% tags=["solution"]
saturday = counts[counts.index.day_of_week == 5].median()

# %% tags=["mistake"]
# Sunday, by a week that begins with 1
saturday = counts[counts.index.day_of_week == 6].median()

# %% tags=["mistake"]
# The mean
saturday = counts[counts.index.day_of_week == 5].mean()

# %% tags=["mistake"]
# The whole record
whole = load_daily("cogat")
saturday = whole[whole.index.day_of_week == 5].median()

# %% tags=["mistake"]
# The other count
other = load_daily("unrwa")[split:]
saturday = other[other.index.day_of_week == 5].median()

# %% tags=["check"]
checks.check_usual_saturday(saturday)

# %% [markdown] tags=["exercise"] minutes=10 trains="seeing what filled gaps do to a base rate"
# ## Change: fill the gaps with zeros
#
# The cell below asks how often a window of the past, as long as the deadline's, held a quiet day. Days that could be anything are left
# out. Change that: read them as zeros, and see what the base rate becomes.

# %%
days = load_snapshot("unrwa").days
question = DEADLINE.vary(source="unrwa", threshold=20, below=True)
estimate_base_rate(settle_counts(days), question)

# %% [markdown] tags=["hint"]
# `settle_counts(days)` is a Series in which a day that could be anything has no number.

# %% [markdown] tags=["hint"]
# `fillna` puts a number there. The base rate is the attribute `probability`.

# %% tags=["solution"]
filled = settle_counts(days).fillna(0)
base_rate = estimate_base_rate(filled, question).probability

# %% tags=["mistake"]
# Nothing changed
base_rate = estimate_base_rate(settle_counts(days), question).probability

# %% tags=["mistake"]
# The day before instead of a zero
base_rate = estimate_base_rate(settle_counts(days).ffill(), question).probability

# %% tags=["mistake"]
# At least instead of below
base_rate = estimate_base_rate(filled, question.vary(below=False)).probability

# %% tags=["check"]
checks.check_filled_base_rate(base_rate)

# %% [markdown] tags=["exercise"] minutes=15 trains="comparing two counts on the days that both have"
# ## Build: the ratio of the two counts
#
# Build a pandas Series with COGAT's trucks for each of UNRWA's, by month: the sum of one over the sum of the other, on the days that
# both counted. Label each month by its first day.

# %% [markdown] tags=["hint"]
# `pd.DataFrame({"cogat": ..., "unrwa": ...})` of both series has a row a day; `dropna()` keeps the days that both counted.

# %% [markdown] tags=["hint"]
# `resample("MS")` groups by month and labels by its first day. Sum, then divide.

# %% tags=["solution"]
both = pd.DataFrame({source: load_daily(source) for source in ("cogat", "unrwa")}).dropna()
sums = both.resample("MS").sum()
ratio = sums["cogat"] / sums["unrwa"]

# %% tags=["mistake"]
# Upside down
ratio = sums["unrwa"] / sums["cogat"]

# %% tags=["mistake"]
# The mean of daily ratios
ratio = (both["cogat"] / both["unrwa"]).resample("MS").mean()

# %% tags=["mistake"]
# Days that only one of them counted
table = pd.DataFrame({source: load_daily(source) for source in ("cogat", "unrwa")})
each = table[: load_daily("cogat").index[-1]].resample("MS").sum()
ratio = each["cogat"] / each["unrwa"]

# %% tags=["check"]
checks.check_monthly_ratio(ratio)
