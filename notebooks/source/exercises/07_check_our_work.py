# %% [markdown]
# # Exercises: check our work
#
# Three exercises to [Check our work](../07_check_our_work.ipynb): what a list can settle, the same question by another count, and what a
# forecast scored.

# %%
import numpy as np

from utils import TRANSITION, load_snapshot
from utils.aid.exercises import checks_07 as checks

# %% [markdown] tags=["exercise"] minutes=5 trains="telling what a list can settle from what it cannot"
# ## Read: what a list can settle
#
# How did the question of the transition come out on UNRWA's list: "YES", "NO" or "UNRESOLVED"?

# %%
question = TRANSITION.vary(source="unrwa")
days = load_snapshot("unrwa").days
days[days["state"].eq("counted")].tail(3), question.window[-1]

# %% [markdown] tags=["hint"]
# Does the list hold every day of the window?

# %% [markdown] tags=["hint"]
# `question.resolve(days)` has an attribute `outcome`, and says why.

# %% tags=["solution"]
outcome = question.resolve(days).outcome

# %% tags=["mistake"]
# Missing taken for not reached
outcome = "NO"

# %% tags=["mistake"]
# Another count
outcome = "YES"

# %% tags=["check"]
checks.check_outcome_on_list(outcome)

# %% [markdown] tags=["exercise"] minutes=10 trains="settling a question by the count of another body"
# ## Change: settle it by another count
#
# The cell below settles the same question by single days that were quoted of COGAT's count. Change it: settle it by the count of the
# truce, which the table of quotes calls "Israel and guarantors". How many trucks decide it?

# %%
quoted = checks.count_single_days("COGAT")
TRANSITION.resolve(quoted)

# %% [markdown] tags=["hint"]
# What `resolve` gives has an attribute `day`: the first day that meets the target.

# %% [markdown] tags=["hint"]
# Look that day up in the counts of the same basis: `quoted[day]` is its number.

# %% tags=["solution"]
truce = checks.count_single_days("Israel and guarantors")
trucks = truce[TRANSITION.resolve(truce).day]

# %% tags=["mistake"]
# The count before the change
trucks = quoted[TRANSITION.window[0] : TRANSITION.window[-1]].max()

# %% tags=["mistake"]
# The day of the transition
trucks = truce[f"{TRANSITION.closes}"]

# %% tags=["mistake"]
# Gaza's government
trucks = checks.count_single_days("GMO")[TRANSITION.window[-1]]

# %% tags=["mistake"]
# Egypt's Red Crescent
trucks = checks.count_single_days("ERCS")[TRANSITION.window[-1]]

# %% tags=["check"]
checks.check_deciding_day(trucks)

# %% [markdown] tags=["exercise"] minutes=10 trains="scoring the probability that was given to what came"
# ## Build: a log score
#
# Write a function `bits(probability, outcome)` that returns the log score in bits: of a probability, and of what came, one or zero.
# A half that came true costs one bit, a quarter two.

# %% [markdown] tags=["hint"]
# Score the probability that was given to what came. If the event did not come, which one is that?

# %% [markdown] tags=["hint"]
# `np.log2` is the logarithm to base two. Of a number below one it is negative.


# %% tags=["solution"]
def bits(probability, outcome):
    given = probability if outcome else 1 - probability
    return -np.log2(given)


# %% tags=["mistake"]
# The natural logarithm
def bits(probability, outcome):
    return -np.log(probability if outcome else 1 - probability)


# %% tags=["mistake"]
# The sign turned
def bits(probability, outcome):
    return np.log2(probability if outcome else 1 - probability)


# %% tags=["mistake"]
# The outcome not used
def bits(probability, outcome):
    return -np.log2(probability)


# %% tags=["mistake"]
# Changed places
def bits(probability, outcome):
    return -np.log2(1 - probability if outcome else probability)


# %% tags=["mistake"]
# The Brier score
def bits(probability, outcome):
    return (probability - outcome) ** 2


# %% tags=["check"]
checks.check_bits(bits)
