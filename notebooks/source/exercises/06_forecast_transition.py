# %% [markdown]
# # Exercises: forecast the transition
#
# Three exercises to [Forecast the transition](../06_forecast_transition_2025-01-20.ipynb): how often something came, what a hazard does to an
# answer, and a hazard of your own.

# %%
import numpy as np
import pandas as pd

from utils import TRANSITION
from utils.aid.exercises import checks_06 as checks
from utils.aid.scenarios import count_interventions

as_of = "2024-11-08"

# %% [markdown] tags=["exercise"] minutes=5 trains="using a rate without taking it as known"
# ## Read: one pause in a year
#
# `rate` holds how often the fighting had paused by the day `as_of`. With which probability do one or more pauses come within the window
# of the transition?

# %%
rate = count_interventions("pause", as_of=as_of)
rate, rate.per_day, rate.interval

# %% [markdown] tags=["hint"]
# How many days does the window have? `TRANSITION.window` lists them.

# %% [markdown] tags=["hint"]
# `rate.probability(days)` takes into account that one pause says little of the rate.

# %% tags=["solution"]
pause = rate.probability(len(TRANSITION.window))

# %% tags=["mistake"]
# How many are expected
pause = rate.per_day * len(TRANSITION.window)

# %% tags=["mistake"]
# The rate taken as known
pause = 1 - np.exp(-rate.per_day * len(TRANSITION.window))

# %% tags=["mistake"]
# The rate a day
pause = rate.per_day

# %% tags=["mistake"]
# That none comes
pause = 1 - rate.probability(len(TRANSITION.window))

# %% tags=["check"]
checks.check_pause_comes(pause)

# %% [markdown] tags=["exercise"] minutes=10 trains="telling how often from how strongly"
# ## Change: twice as often
#
# The cell below lets a pause come on COGAT's paths, with the probability 0.002 a day, and answers the question of the transition. Change
# it: let the pause come twice as often. What is the answer?

# %%
ensemble = checks.simulate_transition()
mixed, _ = ensemble.apply_scenarios([checks.describe_pause(0.002, ratio=2)], seed=0)
mixed.answer(TRANSITION).probability

# %% [markdown] tags=["hint"]
# Which of the two numbers says how often, and which how strongly?

# %% [markdown] tags=["hint"]
# Make the scenario anew with another hazard, apply it to `ensemble`, and ask again.

# %% tags=["solution"]
often, _ = ensemble.apply_scenarios([checks.describe_pause(0.004, ratio=2)], seed=0)
probability = often.answer(TRANSITION).probability

# %% tags=["mistake"]
# Nothing changed
probability = mixed.answer(TRANSITION).probability

# %% tags=["mistake"]
# The effect doubled
strong, _ = ensemble.apply_scenarios([checks.describe_pause(0.002, ratio=4)], seed=0)
probability = strong.answer(TRANSITION).probability

# %% tags=["mistake"]
# The answer doubled
probability = 2 * mixed.answer(TRANSITION).probability

# %% tags=["mistake"]
# No pause at all
probability = ensemble.answer(TRANSITION).probability

# %% tags=["check"]
checks.check_doubled_hazard(probability)

# %% [markdown] tags=["exercise"] minutes=10 trains="spreading a probability over the days of a window"
# ## Build: a hazard of your own
#
# You think that a pause comes within the window with the probability `view`, and that all its days are equally likely. Build the
# hazard: a pandas Series by day of `TRANSITION.window` with the probability that the pause comes on that day.

# %%
view = 0.3

# %% [markdown] tags=["hint"]
# A pause can begin once. So what do the days sum to?

# %% [markdown] tags=["hint"]
# `pd.Series(value, TRANSITION.window)` has the same value on each day.

# %% tags=["solution"]
hazard = pd.Series(view / len(TRANSITION.window), TRANSITION.window)

# %% tags=["mistake"]
# The whole on each day
hazard = pd.Series(view, TRANSITION.window)

# %% tags=["mistake"]
# If none came before
hazard = pd.Series(1 - (1 - view) ** (1 / len(TRANSITION.window)), TRANSITION.window)

# %% tags=["mistake"]
# For certain
hazard = pd.Series(1 / len(TRANSITION.window), TRANSITION.window)

# %% tags=["mistake"]
# All on the first day
hazard = pd.Series(0.0, TRANSITION.window)
hazard.iloc[0] = view

# %% tags=["check"]
checks.check_own_hazard(hazard)
