"""The sessions of the course: five of an hour and a half, a half day, and one hour."""

from __future__ import annotations

from ...course.sessions import Session, read, solve, talk

FULL, HALF_DAY, HOUR = 90, 240, 60
#: Where the page of the outcomes scores a reader's own guesses.
SCORED = "Your-guess-beside-them"

COUNTS = Session(
    "Session 1: counts and vintages",
    FULL,
    (
        talk("Put the question on the board. Each writes a probability on paper, without a word to others", 5),
        read("00", "", "The record at a glance", "What was quoted after the lists end", words="Show and read"),
        read("01", words="Read alone, then ask what surprised"),
        talk("Open JupyterLab and the first exercise together", 5),
        solve("01", "Change"),
        solve("01", "Build"),
        read("02", "Two counts of one flow"),
        solve("02", "Build"),
        talk("Discuss", 15),
    ),
)

MISSING = Session(
    "Session 2: missing days",
    FULL,
    (
        talk("Recall: whose count, which file, public since when?", 5),
        read("01", "Every day has a state", words="Show and read again"),
        solve("01", "Read"),
        read("02", "Every day", "A week has two kinds of days"),
        solve("02", "Read"),
        solve("02", "Change"),
        talk("Discuss the policies for a missing day", 10),
        read("03", "", "The flow as known on the day", "What the level rests on", "How it is computed"),
        solve("03", "Read"),
        solve("03", "Build"),
        talk("Discuss what a quote is worth", 10),
    ),
)

PATHS = Session(
    "Session 3: joint paths and first passage",
    FULL,
    (
        talk("Guess first: each gives the deadline a probability on the page", 5, page="05", anchor="guess"),
        read("05", "The question, so that it can resolve", "What was known", "Simulate joint paths"),
        solve("05", "Read"),
        talk("Draw five paths of five days on the board. Each group reads off another definition", 10),
        read("05", "Read the answer off the paths", "Four definitions, two counts, plain baselines"),
        solve("05", "Change"),
        read("04", "The trap: days without their paths"),
        solve("04", "Change"),
        solve("05", "Build"),
        talk("Discuss", 15),
    ),
)

SCORES = Session(
    "Session 4: scoring and calibration",
    FULL,
    (
        talk("On the board: four statements and what came. Work out the Brier score by hand, then that of always no", 10),
        read("04", "Skill, beside the number of cases", "How the test is run"),
        solve("04", "Build"),
        read("04", "Calibration: does it come as often as forecast?"),
        solve("04", "Read"),
        read("05", "What such statements were worth"),
        solve("07", "Build"),
        read("07", "What the forecasts scored", "Where this lies in the backtest"),
        talk("In pairs: the three questions at the end of the page", 10, page="04", section="Test yourself"),
        talk("Discuss what the score of one event can mean", 20),
    ),
)

SETTLING = Session(
    "Session 5: settling, hindsight and hazards",
    FULL,
    (
        talk("Guess first: each gives the transition a probability on the page", 5, page="06", anchor="guess"),
        read("06", "What past interventions did", "How often such interventions came", "The answer as a sum over what may come"),
        solve("06", "Read"),
        solve("06", "Change"),
        talk(
            "Move the sliders: what must one believe to double the answer?",
            10,
            page="06",
            section="What if: put in a view of your own",
        ),
        read("07", "What came", "What went wrong"),
        solve("07", "Read"),
        solve("07", "Change"),
        talk("Each looks up what their own guesses scored", 5, page="07", anchor=SCORED),
        talk("Discuss", 15),
    ),
)

SESSIONS = (COUNTS, MISSING, PATHS, SCORES, SETTLING)

HALF = Session(
    "A half day",
    HALF_DAY,
    (
        talk("Put the question on the board. Each writes a probability on paper", 5),
        read("00", words="Show and read"),
        read("01", "Every day has a state", "The past was rewritten"),
        talk("Open JupyterLab and the first exercise together", 10),
        solve("01", "Read"),
        solve("01", "Change"),
        solve("02", "Change"),
        talk("Discuss: whose count, and what is a missing day?", 15),
        talk("Break", 15),
        read(
            "05",
            "The question, so that it can resolve",
            "What was known",
            "Simulate joint paths",
            "Read the answer off the paths",
        ),
        solve("05", "Change"),
        read("04", "The trap: days without their paths", "Calibration: does it come as often as forecast?"),
        solve("04", "Change"),
        solve("04", "Read"),
        talk("Discuss: what is a probability of one event worth?", 15),
        talk("Break", 15),
        talk("Move the sliders", 10, page="06", section="What if: put in a view of your own"),
        solve("06", "Change"),
        read("07", "What came", "What went wrong", "What the forecasts scored"),
        talk("Each looks up what their own guesses scored", 5, page="07", anchor=SCORED),
        talk("Each fills the card for a question from work", 15, page="08", section="A card to fill"),
        talk("Discuss: what would each of you forecast, and who would settle it?", 15),
    ),
)

ONE_HOUR = Session(
    "One hour, without computers",
    HOUR,
    (
        talk("Put the question on the board. Each writes a probability on paper", 5),
        read("00", "", "The answers", "The record at a glance", words="Show and read"),
        talk("Draw five paths of five days on the board. Each group reads off another definition", 10),
        read("05", "Simulate joint paths", "Read the answer off the paths", words="Show and read"),
        talk("Move the sliders together", 10, page="06", section="What if: put in a view of your own"),
        read("07", "What came", words="Show and read"),
        talk("Each works out the Brier score of their own guess", 5, page="07", anchor=SCORED),
        talk("Discuss: was a low probability wrong?", 15),
    ),
)

ALL = (*SESSIONS, HALF, ONE_HOUR)
