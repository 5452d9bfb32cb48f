# %% [markdown]
# # Exam: ten questions over five sessions
#
# Two questions to each session, with marks and answers. The questions print on sheets of their own, and so do the answers.

# %% tags=["hide-input"]
from utils.aid.teaching.exam import write_exam
from utils.course.exam import show_answers_of_exam, show_questions_of_exam, sum_marks
from utils.publishing.prose import say, show_answer

# %% tags=["parameters"]
seed = 0
minutes_a_mark = 2

# %% tags=["hide-input"]
items = write_exam(seed=seed)
marks = sum_marks(items)
show_answer(
    "What can they do now?",
    f"{len(items)} questions, {marks} marks, {minutes_a_mark * marks} minutes.",
    notes="Paper, a pocket calculator, no laptop. Every number below is computed from the data, so another seed makes another paper.",
)

# %% [markdown]
# **You will** find what to print and how to mark it. **You need** a browser that prints: choose the pages of the questions for the class, and
# keep those of the answers.
#
# Back: [Teach](T1_teach.ipynb)

# %% [markdown] tags=["new-sheet"]
# ## Questions

# %% tags=["hide-input"]
say(f"Name ____________________ Date __________ Marks ____ of {marks}")
show_questions_of_exam(items)

# %% [markdown] tags=["new-sheet"]
# ## Answers

# %% tags=["hide-input"]
show_answers_of_exam(items)

# %% [markdown]
# ## Limits
#
# Give marks for the reason where a number is slightly off: tables are rounded. Nobody has sat this paper yet, so the minutes are a guess. The exam
# asks for what the sessions trained, and not whether somebody can pose a question of their own. For that, let them fill
# [the card at the end of the last page](08_ask_your_own_question.ipynb#A-card-to-fill).
