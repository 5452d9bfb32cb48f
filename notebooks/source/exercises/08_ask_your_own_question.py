# %% [markdown]
# # Exercises: ask your own question
#
# Three exercises to [Ask your own question](../08_ask_your_own_question.ipynb): what was known on a day, a promise by another count, and a
# file of your own.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from utils import read_counts
from utils.aid.exercises import checks_08 as checks
from utils.aid.tables import read_table

# %% [markdown] tags=["exercise"] minutes=5 trains="knowing which days were public on a day"
# ## Read: what was known on the day
#
# The file holds the tests of each day. On how many days of it could a forecast as of `as_of` rest?

# %%
as_of = "2020-04-27"
tests = read_counts(checks.FILE, date="date", count="tests")
tests.days

# %% [markdown] tags=["hint"]
# A day's figure came out on the day after.

# %% [markdown] tags=["hint"]
# `tests.days.index < as_of` is true for the days before.

# %% tags=["solution"]
known = int((tests.days.index < as_of).sum())

# %% tags=["mistake"]
# The day itself
known = int((tests.days.index <= as_of).sum())

# %% tags=["mistake"]
# The whole file
known = len(tests.days)

# %% tags=["mistake"]
# What was still to come
known = int((tests.days.index >= as_of).sum())

# %% tags=["check"]
checks.check_known_days(known)

# %% [markdown] tags=["exercise"] minutes=10 trains="asking what is counted in a figure"
# ## Change: a promise by another count
#
# The cell below takes the tests of the promise's last day, as they were announced. Change it: count no kits that were only sent out. How
# many tests are left?

# %%
table = read_table("examples/uk_covid_tests.csv").set_index("date")
last_day = table.loc["2020-04-30"]
last_day["tests"]

# %% [markdown] tags=["hint"]
# The table has a column for the kits. `last_day` shows all of the day.

# %% [markdown] tags=["hint"]
# The announced tests hold the kits.

# %% tags=["solution"]
without_kits = last_day["tests"] - last_day["kits_sent"]

# %% tags=["mistake"]
# As announced
without_kits = last_day["tests"]

# %% tags=["mistake"]
# The kits themselves
without_kits = last_day["kits_sent"]

# %% tags=["mistake"]
# People
without_kits = last_day["people_tested"]

# %% tags=["mistake"]
# Added twice
without_kits = last_day["tests"] + last_day["kits_sent"]

# %% tags=["check"]
checks.check_without_kits(without_kits)

# %% [markdown] tags=["exercise"] minutes=20 trains="preparing a file in which a missing day stays missing"
# ## Build: your own file
#
# Write a CSV file with at least four weeks of a daily count of your own, made up or real, on one day of which nobody counted. Read it with
# `read_counts(path, date="...", count="...")`, and keep what that gives as `mine`.

# %% [markdown] tags=["hint"]
# Two columns will do, of days and of counts. A `DataFrame` writes itself with `to_csv(path, index=False)`.

# %% [markdown] tags=["hint"]
# For the day that nobody counted, leave the row out, or its field empty. A count of zero would say that somebody looked.

# %% tags=["solution"]
days = pd.date_range("2024-03-01", periods=30)
visits = pd.DataFrame({"day": days, "visits": [40 + 3 * (day.day_of_week < 5) + day.day % 7 for day in days]})
with TemporaryDirectory() as folder:
    path = Path(folder) / "visits.csv"
    visits.drop(index=9).to_csv(path, index=False)
    mine = read_counts(path)

# %% tags=["mistake"]
# Missing read as zero
with TemporaryDirectory() as folder:
    path = Path(folder) / "visits.csv"
    visits.drop(index=9).to_csv(path, index=False)
    mine = read_counts(path, missing="zero")

# %% tags=["mistake"]
# Nothing missing
with TemporaryDirectory() as folder:
    path = Path(folder) / "visits.csv"
    visits.to_csv(path, index=False)
    mine = read_counts(path)

# %% tags=["mistake"]
# Too short
with TemporaryDirectory() as folder:
    path = Path(folder) / "visits.csv"
    visits[:21].drop(index=9).to_csv(path, index=False)
    mine = read_counts(path)

# %% tags=["check"]
checks.check_own_file(mine)
