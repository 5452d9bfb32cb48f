# %% [markdown]
# # Exercises: read two counts as one flow
#
# Three exercises to [Read two counts as one flow](../03_two_counts_one_flow.ipynb): what a quoted total says, why no constant turns one count
# into the other, and how a sum moves its days.

# %%
import pandas as pd

from utils import load_daily, load_quotes
from utils.aid.exercises import checks_03 as checks

# %% [markdown] tags=["exercise"] minutes=5 trains="turning a total over days into a rate"
# ## Read: a total over days
#
# The quote below gives a total. How many trucks a day is that, on average over its days?

# %%
quote = load_quotes().set_index("id").loc["20241001-20241030-ocha-836-voi"]
quote[["date_start", "date_end", "trucks", "statistic", "basis", "scope"]]

# %% [markdown] tags=["hint"]
# From `date_start` to `date_end`, and both days count.

# %% [markdown] tags=["hint"]
# The difference of two dates has an attribute `days`. For Monday to Tuesday it is one, although these are two days.

# %% tags=["solution"]
length = (quote["date_end"] - quote["date_start"]).days + 1
a_day = quote["trucks"] / length

# %% tags=["mistake"]
# One day too few
a_day = quote["trucks"] / (quote["date_end"] - quote["date_start"]).days

# %% tags=["mistake"]
# The whole month
a_day = quote["trucks"] / 31

# %% tags=["mistake"]
# The total itself
a_day = quote["trucks"]

# %% tags=["check"]
checks.check_quote_a_day(a_day)

# %% [markdown] tags=["exercise"] minutes=10 trains="estimating a ratio that drifts from what was known"
# ## Change: the ratio of late
#
# The cell below hides the last four weeks that both lists counted, and reads COGAT's sum over them from UNRWA's, with the ratio of
# all the days before. Change it: use the last 56 of the days before. What is the error then?

# %%
both = pd.DataFrame({source: load_daily(source) for source in ("cogat", "unrwa")}).dropna()
hidden, known = both[-28:], both[:-28]
ratio = known["cogat"].sum() / known["unrwa"].sum()
ratio * hidden["unrwa"].sum() / hidden["cogat"].sum() - 1

# %% [markdown] tags=["hint"]
# Only `known` may be used to find the ratio, and of it only the end.

# %% [markdown] tags=["hint"]
# `known[-56:]` has the last rows of `known`.

# %% tags=["solution"]
lately = known[-56:].sum()
error = lately["cogat"] / lately["unrwa"] * hidden["unrwa"].sum() / hidden["cogat"].sum() - 1

# %% tags=["mistake"]
# Nothing changed
error = ratio * hidden["unrwa"].sum() / hidden["cogat"].sum() - 1

# %% tags=["mistake"]
# Hidden days looked at
seen = both[-56:].sum()
error = seen["cogat"] / seen["unrwa"] * hidden["unrwa"].sum() / hidden["cogat"].sum() - 1

# %% tags=["mistake"]
# Hidden days looked at, and nothing else
seen = hidden.sum()
error = seen["cogat"] / seen["unrwa"] * hidden["unrwa"].sum() / hidden["cogat"].sum() - 1

# %% tags=["mistake"]
# The sign turned
error = 1 - lately["cogat"] / lately["unrwa"] * hidden["unrwa"].sum() / hidden["cogat"].sum()

# %% tags=["check"]
checks.check_recent_ratio(error)

# %% [markdown] tags=["exercise"] minutes=20 trains="conditioning days on their sum"
# ## Build: days that must sum to a total
#
# Of four days a model knows the mean and the covariance; together they are normal. Then a total for the four is published. What is
# the expected number of trucks on each day now? Build a Series labelled like `mean`.

# %%
mean, cov, total = checks.state_days()
cov.assign(mean=mean)

# %% [markdown] tags=["hint"]
# The four means do not sum to the total. What is lacking must be shared out among the days. Which days should take more of it?

# %% [markdown] tags=["hint"]
# A day's share is its covariance with the sum, over the variance of the sum: the slope of the regression of the day on the sum. The first
# is `cov.sum(axis=1)`, the sum of its row, the second the sum of those.

# %% tags=["solution"]
share = cov.sum(axis=1) / cov.to_numpy().sum()
expected = mean + share * (total - mean.sum())

# %% tags=["mistake"]
# The same for each day
expected = mean + (total - mean.sum()) / len(mean)

# %% tags=["mistake"]
# All days multiplied alike
expected = mean * total / mean.sum()

# %% tags=["mistake"]
# Variances alone
variance = pd.Series({day: cov.loc[day, day] for day in cov})
expected = mean + variance / variance.sum() * (total - mean.sum())

# %% tags=["mistake"]
# The total, not the gap
expected = mean + share * total

# %% tags=["check"]
checks.check_conditioned_days(expected)
