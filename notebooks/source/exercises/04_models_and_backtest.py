# %% [markdown]
# # Exercises: test the forecasters
#
# Three exercises to [Test the forecasters](../04_models_and_backtest.ipynb): a wrong scale of the noise, shuffled paths, and a score of your
# own.

# %%
import matplotlib.pyplot as plt
import numpy as np

from utils import first_passage, load_daily, simulate_paths
from utils.aid.exercises import checks_04 as checks

# %% [markdown] tags=["exercise"] minutes=5 trains="reading calibration off a histogram"
# ## Read: a PIT with its ends too high
#
# A plain forecast says of tomorrow: normal about the mean of the last seven days, with a stated standard deviation. Of each day that
# came, `pit` holds the probability that the forecast had given to a lower count: near zero the day came out lower than nearly all that
# was thought possible, near one higher. The histogram counts them. If the scale were right, all bars would be about as high. How often did the central 90 % of the
# forecast hold what came?

# %%
pit = checks.forecast_tomorrow()
plt.hist(pit, bins=10, range=(0, 1))
plt.xlabel("probability of a count below the one that came")
_ = plt.ylabel("days")

# %% [markdown] tags=["hint"]
# The central 90 % leaves out the same at each end. How much is that?

# %% [markdown] tags=["hint"]
# `pit.between(low, high)` is true or false for each day; the mean of it is a fraction.

# %% tags=["solution"]
inside = pit.between(0.05, 0.95).mean()

# %% tags=["mistake"]
# Outside instead of inside
inside = 1 - pit.between(0.05, 0.95).mean()

# %% tags=["mistake"]
# The central 80 %
inside = pit.between(0.1, 0.9).mean()

# %% tags=["mistake"]
# One end only
inside = (pit <= 0.95).mean()

# %% tags=["mistake"]
# Days instead of their fraction
inside = pit.between(0.05, 0.95).sum()

# %% tags=["check"]
checks.check_inside(inside)

# %% [markdown] tags=["exercise"] minutes=10 trains="seeing that an answer rests on how days hang together"
# ## Change: shuffle the paths
#
# The cell below simulates UNRWA's count and finds the probability that a mean of seven days reaches a level. Change it: shuffle the
# counts of each day among the paths, so that every day keeps its distribution. What is the probability then?

# %%
joint = simulate_paths(load_daily("unrwa"), 73, n_paths=2_000, seed=0)
(first_passage(joint, "mean7", 132) >= 0).mean()  # of a path that never meets it `first_passage` is negative

# %% [markdown] tags=["hint"]
# `joint` has a row a path and a column a day. Each column must be shuffled by itself.

# %% [markdown] tags=["hint"]
# `np.random.default_rng(0).permuted(joint, axis=...)` gives a copy that is shuffled along one axis. Along axis 0 each column is shuffled by
# itself, along axis 1 each row. Then ask of the copy what the cell above asks of `joint`.

# %% tags=["solution"]
shuffled = np.random.default_rng(1).permuted(joint, axis=0)
probability = (first_passage(shuffled, "mean7", 132) >= 0).mean()

# %% tags=["mistake"]
# Whole paths change places
whole = np.random.default_rng(1).permutation(joint)
probability = (first_passage(whole, "mean7", 132) >= 0).mean()

# %% tags=["mistake"]
# Each path shuffled in time
in_time = np.random.default_rng(0).permuted(joint, axis=1)
probability = (first_passage(in_time, "mean7", 132) >= 0).mean()

# %% tags=["check"]
checks.check_shuffled(probability)

# %% [markdown] tags=["exercise"] minutes=15 trains="scoring a forecaster beside a reference"
# ## Build: a score of skill
#
# Write a function `skill(probability, reference, outcome)` of three numpy arrays: the probabilities of a forecaster, those of a
# reference, and what came, one or zero. It returns the skill by the Brier score: zero where both are equally good, one
# where the forecaster is perfect.

# %% [markdown] tags=["hint"]
# The Brier score is the mean of squared distances between the probabilities and what came. Arrays are subtracted case by case, `**` is to the
# power of, and `np.mean` takes the mean.

# %% [markdown] tags=["hint"]
# Compute both scores. What part of the reference's score has the forecaster got rid of?


# %% tags=["solution"]
def skill(probability, reference, outcome):
    ours = np.mean((probability - outcome) ** 2)
    theirs = np.mean((reference - outcome) ** 2)
    return 1 - ours / theirs


# %% tags=["mistake"]
# The ratio of the scores
def skill(probability, reference, outcome):
    return np.mean((probability - outcome) ** 2) / np.mean((reference - outcome) ** 2)


# %% tags=["mistake"]
# The difference of the scores
def skill(probability, reference, outcome):
    return np.mean((reference - outcome) ** 2) - np.mean((probability - outcome) ** 2)


# %% tags=["mistake"]
# Changed places
def skill(probability, reference, outcome):
    return 1 - np.mean((reference - outcome) ** 2) / np.mean((probability - outcome) ** 2)


# %% tags=["mistake"]
# Case by case
def skill(probability, reference, outcome):
    return np.mean(1 - (probability - outcome) ** 2 / (reference - outcome) ** 2)


# %% tags=["mistake"]
# Not squared
def skill(probability, reference, outcome):
    return 1 - np.mean(abs(probability - outcome)) / np.mean(abs(reference - outcome))


# %% tags=["check"]
checks.check_skill(skill)
