# %% [markdown]
# # Exercises: forecast the deadline
#
# Three exercises to [Forecast the deadline](../05_forecast_deadline_2024-11-13.ipynb): what a window holds, a lower target, and what a rate
# that was never seen can still be.

# %%
from scipy.special import betaincinv

from utils import DEADLINE, answer
from utils.aid.exercises import checks_05 as checks

as_of = "2024-11-08"

# %% [markdown] tags=["exercise"] minutes=5 trains="reading a window exactly as its question defines it"
# ## Read: the days that are left
#
# On how many days could the target of `DEADLINE` still be reached, on the day `as_of`?

# %%
DEADLINE.rules

# %% [markdown] tags=["hint"]
# The day `as_of` itself: were its trucks known already?

# %% [markdown] tags=["hint"]
# `DEADLINE.window` lists the days, and `len` counts what is in a list.

# %% tags=["solution"]
days_left = len(DEADLINE.window)

# %% tags=["mistake"]
# The deadline itself counted
days_left = (DEADLINE.closes - DEADLINE.opens).days + 1

# %% tags=["mistake"]
# The day of the question left out
days_left = (DEADLINE.closes - DEADLINE.opens).days - 1

# %% tags=["check"]
checks.check_days_left(days_left)

# %% [markdown] tags=["exercise"] minutes=10 trains="varying a question in one part alone"
# ## Change: a lower target
#
# The cell below asks the question of the deadline, from COGAT's list alone. Change it: ask for 300 trucks a day, and leave all else as it
# is. What is the probability?

# %%
answer(DEADLINE, as_of=as_of, init="list", n_paths=2_000).probability

# %% [markdown] tags=["hint"]
# A question is one object. The same question with another target is another object.

# %% [markdown] tags=["hint"]
# `DEADLINE.vary(...)` changes fields by name. The target is the field `threshold`.

# %% tags=["solution"]
question = DEADLINE.vary(threshold=300)
probability = answer(question, as_of=as_of, init="list", n_paths=2_000).probability

# %% tags=["mistake"]
# The question as it was
probability = answer(DEADLINE, as_of=as_of, init="list", n_paths=2_000).probability

# %% tags=["mistake"]
# A mean of seven days
mean = question.vary(definition="mean7")
probability = answer(mean, as_of=as_of, init="list", n_paths=2_000).probability

# %% tags=["mistake"]
# The other count
other = question.vary(source="unrwa")
probability = answer(other, as_of=as_of, init="list", n_paths=2_000).probability

# %% tags=["mistake"]
# That it is not reached
probability = 1 - answer(question, as_of=as_of, init="list", n_paths=2_000).probability

# %% tags=["check"]
checks.check_lower_target(probability)

# %% [markdown] tags=["exercise"] minutes=10 trains="saying how far a rate from few windows can lie from its estimate"
# ## Build: the upper end of a rate
#
# A base rate rests on few windows. Of `windows` separate windows `met` held the event. By Jeffreys' rule what is known of the rate is a beta
# distribution, which lies between 0 and 1, with the parameters `met + 1/2` and `windows - met + 1/2`. Write a function `upper(met, windows)` that returns the upper end of its
# central 90 %.

# %% [markdown] tags=["hint"]
# `betaincinv(a, b, p)` is the quantile at `p` of the beta distribution with the parameters `a` and `b`.

# %% [markdown] tags=["hint"]
# The central 90 % leaves as much above it as below. At which quantile does it end?


# %% tags=["solution"]
def upper(met, windows):
    return betaincinv(met + 1 / 2, windows - met + 1 / 2, 0.95)


# %% tags=["mistake"]
# The lower end
def upper(met, windows):
    return betaincinv(met + 1 / 2, windows - met + 1 / 2, 0.05)


# %% tags=["mistake"]
# The central 95 %
def upper(met, windows):
    return betaincinv(met + 1 / 2, windows - met + 1 / 2, 0.975)


# %% tags=["mistake"]
# All windows as failures
def upper(met, windows):
    return betaincinv(met + 1 / 2, windows + 1 / 2, 0.95)


# %% tags=["mistake"]
# A flat prior
def upper(met, windows):
    return betaincinv(met + 1, windows - met + 1, 0.95)


# %% tags=["mistake"]
# The normal interval
def upper(met, windows):
    rate = met / windows
    return rate + 1.645 * (rate * (1 - rate) / windows) ** 0.5


# %% tags=["mistake"]
# No interval at all
def upper(met, windows):
    return met / windows


# %% tags=["check"]
checks.check_upper_end(upper)
