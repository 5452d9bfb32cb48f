# %% [markdown]
# # Teach: what to do on Monday
#
# Five sessions, a half day or one hour, each by the clock, with what to prepare and what to listen for.

# %% tags=["hide-input"]
import pandas as pd

from utils.aid.teaching.plan import ALL, HALF, ONE_HOUR, SESSIONS
from utils.common.formatting import list_in_words
from utils.common.paths import NOTEBOOKS
from utils.course.exercises import sum_minutes
from utils.course.sessions import CLASS_SECONDS_A_SHEET, count_session, list_used, load_pace, show_session
from utils.publishing.prose import say, show_answer
from utils.publishing.reading import SECONDS_A_SHEET, WORDS_A_MINUTE
from utils.publishing.tables import show_table

# %% tags=["hide-input"]
pace = load_pace(NOTEBOOKS)
whole = {session.title: count_session(session, pace) for session in ALL}
first = SESSIONS[0]
show_answer(
    "What do I do on Monday?",
    f"Hold the first session, on {first.title.partition(': ')[2]}: {whole[first.title]} of its {first.minutes} minutes are planned, by the clock below.",
    notes=f"Four more follow. With less time, hold {HALF.title.lower()} of {HALF.minutes // 60} hours, or {ONE_HOUR.title.lower()}.",
)

# %% [markdown]
# **You will** find each session by the clock, its aims, what to ask and what to skip. **You need** this edition for yourself and the
# reader's edition for the class: this one shows the solutions. [The exam](T2_exam.ipynb) is a page of its own.

# %% [markdown]
# ## Before Monday
#
# 1. **Install** on each laptop: Python and make, then `make lab` in a copy of the project. The first call fetches the libraries, so do it
#    where the network is good; afterwards nothing needs a network. Where nobody may install, a hub can: `binder/` tells it how. The hour
#    needs one laptop, at the projector.
# 2. **Make both editions**: `make reports` for the class, `make teacher` for you. Put the folder `reports` on a stick or a server: each
#    page is one file that works offline. Do not show `reports-teacher` on the wall.
# 3. **Do the exercises of the session yourself**, from `notebooks/exercises`, without this edition. Note where you stumbled.
# 4. **Arrange the room** so that two people share a screen and can talk. A board, a projector, paper for the guesses.
# 5. **Know your class.** All sessions need averages and percentages, and somebody at each table who can read Python. The third and fourth
#    also need the idea of a probability distribution.
#
# Counts of trucks stand for food, water and medicine for people. Somebody in the room may know them. Say so at the beginning, and keep
# to what was counted, by whom, and when it was public.

# %% [markdown]
# ## Session one: counts and vintages
#
# **Aims.** To say whose count a question is about, and to use on a day only what was public by then.
#
# **Needs.** The reader's edition on the wall, JupyterLab on the laptops, a slip of paper each. No statistics.

# %% tags=["hide-input"]
show_session(SESSIONS[0], pace)

# %% [markdown]
# **Discuss.**
#
# - *Both counts are honest. How can they differ so much?* Listen for the place and the day of counting, for loads that one of them does not
#   list, and for reports that had not come in. Stop at motives: the counts say nothing of them.
# - *A colleague fits a model to the newest file and tests it on last summer. What is wrong?* Listen for: the file of that summer
#   was another. The test hands the model what nobody knew.
# - *Which count would you ask about?* Listen for the reason, and for who will settle it.
#
# **If time runs short**, leave the last exercise for home. The one on the leak must stay.

# %% [markdown]
# ## Session two: missing days
#
# **Aims.** To tell a day without a report from a closed day and from a zero, and to see that filling a gap is an assumption.
#
# **Needs.** JupyterLab on the laptops. Averages and medians; for the last exercise, variance and covariance.

# %% tags=["hide-input"]
show_session(SESSIONS[1], pace)

# %% [markdown]
# **Discuss.**
#
# - *Is the base rate with zeros wrong?* Listen for: the trucks did not change, the answer did. A zero says that somebody looked.
# - *When may a gap be filled?* Listen for a model that says how sure it is, and for a name on the assumption. A mean without its
#   uncertainty is a zero in disguise.
# - *A day makes the news with a figure. Does it tell of the other days?* Listen for selection: days are quoted because they stand out.
#
# **If time runs short**, do the build exercise together on the projector: one writes, the others say what to write.

# %% [markdown]
# ## Session three: joint paths and first passage
#
# **Aims.** To read an answer off whole paths, by four definitions of one verb, and to see why days must stay together.
#
# **Needs.** A board, JupyterLab, the page of the deadline in the reader's edition open on each laptop. The idea of a distribution.

# %% tags=["hide-input"]
show_session(SESSIONS[2], pace)

# %% [markdown]
# For the board: five paths of five days, with counts near the target on the first path only, high on one day of the second, rising on the
# third, and low on the others. One group asks for a day at the target, one for a mean of all days, one for two days in a row.
#
# **Discuss.**
#
# - *The shuffled paths have the same distribution on each day. Why does the answer fall?* Listen for: high days come together, and
#   a mean needs them together.
# - *Never in so few windows: is it impossible?* Listen for the upper end, and for whether old windows are like the next.
# - *Who chose the definition, and when?* Listen for: before the outcome was known, and in writing.
#
# **If time runs short**, leave the exercise on the rate for home.

# %% [markdown]
# ## Session four: scoring and calibration
#
# **Aims.** To score a probability, to hold it beside a reference, and to know how little a few windows can show.
#
# **Needs.** A board, JupyterLab. Squares and means; logarithms for the last exercise.

# %% tags=["hide-input"]
show_session(SESSIONS[3], pace)

# %% [markdown]
# **Discuss.**
#
# - *Saying never scores well here. Is it a good forecaster?* Listen for: the event is rare, and the score rewards that. Skill is
#   what is left beside such a rule.
# - *The pages speak of separate windows. Why not of all origins?* Listen for overlap: neighbours share most of their days.
# - *A low probability, and it came. Was it wrong?* Listen for: one event cannot tell, many statements can. What was missing from the model
#   is another question, and a better one.
#
# **If time runs short**, do the exercise on the log score on the board.

# %% [markdown]
# ## Session five: settling, hindsight and hazards
#
# **Aims.** To settle a question by a rule made before, to tell hindsight from forecast, and to put a view of one's own into an answer.
#
# **Needs.** The pages of the transition and of the outcomes open on each laptop, JupyterLab, the guesses of the sessions before.

# %% tags=["hide-input"]
show_session(SESSIONS[4], pace)

# %% [markdown]
# **Discuss.**
#
# - *The list ends before the window does. Did it happen?* Listen for: it stays open on that list. Another count may settle another
#   question.
# - *Everybody sees the ceasefire coming, afterwards. What could be known before?* Listen for dates of publication. Ask each who is
#   sure to find a report of before.
# - *What would you have to believe to double the answer?* Listen for a probability and a size that somebody stands for.
#
# **If time runs short**, show the second exercise to the last page on the projector.

# %% [markdown]
# ## A half day
#
# **Aims.** One way through all five: a question, its data, an answer, a view, and what came of it.
#
# **Needs.** All of the above, coffee for two breaks, and a question from each one's own work.

# %% tags=["hide-input"]
show_session(HALF, pace, folded=True)

# %% [markdown]
# **Discuss** the questions of sessions one, three and four. **If time runs short**, drop the second exercise to the first page, then the
# sliders.

# %% [markdown]
# ## One hour
#
# **Aims.** To see that a probability needs a question that can be settled, and that one outcome does not judge it.
#
# **Needs.** A projector with the reader's edition, a board, a slip of paper each. No laptops, no Python.

# %% tags=["hide-input"]
show_session(ONE_HOUR, pace, folded=True)

# %% [markdown]
# **Discuss** with the guesses on the board, without names. *Whose was best, and would it be best next time?* Listen for luck. **If time runs
# short**, leave out the sliders.

# %% [markdown]
# ## What each exercise trains

# %% tags=["hide-input"]
used = list_used(SESSIONS)
rows = [
    (f"{number} {one.title}", one.minutes, one.trains, session or "at home")
    for number, exercises in pace.exercises.items()
    for one in exercises
    for session in [list_in_words([t.partition(":")[0] for t in used.get((number, one.title.partition(":")[0]), [])])]
]
show_table(
    pd.DataFrame(rows, columns=["exercise", "minutes", "trains", "done in"]),
    caption="All exercises: page, title, minutes, what each trains, and where it is done. Those for at home go on from the sessions.",
    folded=True,
)

# %% [markdown]
# ## How the minutes were found

# %% tags=["hide-input"]
every = [one for exercises in pace.exercises.values() for one in exercises]
reading = max(len(" ".join([one.task, *one.hints]).split()) for one in every) / WORDS_A_MINUTE
typing, typed = max(len(one.solution) for one in every), 80
say(
    f"*Reading* was measured: {WORDS_A_MINUTE} words a minute, and for each figure or open table {CLASS_SECONDS_A_SHEET} seconds in class, where "
    f"somebody points and somebody asks ({SECONDS_A_SHEET} for who reads alone), rounded up to whole minutes for each row."
)
say(
    f"*Exercises* add up to {sum_minutes(every)} minutes. The given code, the solution and the check of each were run in a fresh kernel. To read one with its hints takes up "
    f"to {reading:.1f} minutes, and to type its solution, at {typed} characters a minute, up to {typing / typed:.0f}. The kernel and its first cell "
    "take a few seconds, an answer about one. What is left is time to think, and for a wrong attempt or two. That part is a judgement."
)

# %% [markdown]
# ## Limits
#
# No class has been held by these plans yet. Whoever holds one should note where the clock was wrong, and correct the minutes in
# `notebooks/source/exercises` and in `utils/aid/teaching/plan.py`; everything else follows from them.
