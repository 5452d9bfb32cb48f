"""`python -m utils ask`: answers from files of other fields, in words, JSON and HTML, that say the same."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import jsonschema
import numpy as np
import pandas as pd
import pytest

from utils.ask.asked import ask
from utils.ask.command import SCHEMA
from utils.ask.terminal import draw_curve, write_text
from utils.cli import main
from utils.common.errors import InputError
from utils.common.formatting import percent, write_interval
from utils.common.paths import ROOT
from utils.counts.count_file import read_counts
from utils.counts.snapshot import Snapshot, Source
from utils.forecasts import statements
from utils.forecasts.answer import answer
from utils.forecasts.ensemble import Ensemble
from utils.publishing.accessibility import check_page
from utils.questions.question import Question

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker()
)
SLOW = {"statsmodels", "matplotlib", "scipy.stats", "scipy.signal", "scipy.optimize", "IPython", "arch", "nbconvert"}
FIRST, N = "2023-01-02", 420
LAST = pd.Timestamp(FIRST) + pd.Timedelta(days=N - 1)


def draw_series(kind):
    """Counts a day of one kind, as other fields have them; NaN where not counted."""
    rng = np.random.default_rng(len(kind))
    day = np.arange(N)
    week, year = np.sin(2 * np.pi * day / 7), np.sin(2 * np.pi * day / 365)
    counts = {
        "admissions": rng.poisson(40 + 6 * week),
        "infections": rng.poisson(np.exp(3 + 1.5 * np.sin(day / 40))),
        "visitors": rng.poisson(900 * (1 + 0.3 * year) * (1 + 0.4 * (day % 7 >= 5))),
        "earthquakes": rng.poisson(0.3, N),
        "calls": rng.negative_binomial(5, 0.02, N),
        "sales with a trend": rng.poisson(50 + day / 5),
        "outages": np.where(rng.random(N) < 0.9, 0, rng.poisson(30, N)),
        "regimes": rng.poisson(np.where((day // 60) % 2 == 0, 20, 70)),
        "payments": rng.integers(10**9, 3 * 10**9, N),
        "a constant": np.full(N, 12),
    }[kind].astype(float)
    if kind == "calls":
        counts[rng.random(N) < 0.2] = np.nan
    return pd.Series(counts, pd.date_range(FIRST, periods=N), name="n")


KINDS = {
    "admissions": 60,
    "infections": 150,
    "visitors": 1900,
    "earthquakes": 3,
    "calls": 500,
    "sales with a trend": 160,
    "outages": 45,
    "regimes": 95,
    "payments": 2_995_000_000,
    "a constant": 13,
}


@pytest.fixture(autouse=True)
def few_origins(monkeypatch):
    """A backtest of a few origins: what it gives in full is tested beside it."""
    monkeypatch.setattr(statements, "MOST_ORIGINS", 2)
    monkeypatch.setattr(statements, "FEWEST_ORIGINS", 2)


def write(folder, series, *, name="counts.csv"):
    path = folder / name
    series.rename_axis("day").map("{:.0f}".format, na_action="ignore").to_csv(path)
    return path


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return write(tmp_path_factory.mktemp("cases"), draw_series("admissions"))


def run(capsys, *arguments):
    """Run the command in this process: status, standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        main(["ask", *map(str, arguments)])
    out, err = capsys.readouterr()
    return ended.value.code or 0, out, err


def by(days):
    return f"{LAST + pd.Timedelta(days=days + 1):%Y-%m-%d}"


# ------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(("kind", "threshold"), KINDS.items())
def test_series_of_other_fields_get_an_answer(tmp_path, kind, threshold):
    asked = ask(write(tmp_path, draw_series(kind)), threshold=threshold, by=by(28), n_paths=1_000)
    found = asked.to_dict()
    VALIDATOR.validate(found)
    assert 0 <= found["answer"]["interval"][0] <= asked.answer.probability <= found["answer"]["interval"][1] <= 1
    assert found["answer"]["track_record"]["separate"] >= 2 and found["answer"]["track_record"]["horizon"] == 28
    text = write_text(asked)
    assert percent(asked.answer.probability) in text and max(map(len, text.splitlines())) <= 80


def test_the_command_gives_the_answer_of_the_library(cases):
    asked = ask(cases, threshold=60, by=by(14), unit="cases", name="the clinic", seed=3, n_paths=2_000)
    question = Question(threshold=60, opens=by(0), closes=by(14))
    found = answer(question, as_of=by(0), counts=read_counts(cases), seed=3, n_paths=2_000)
    assert asked.answer.probability == found.probability and asked.answer.curve.equals(found.curve)
    assert asked.answer.baselines == found.baselines and asked.answer.base_rate == found.base_rate
    assert asked.snapshot.source == Source("the clinic", unit="cases")
    assert asked.question.words == f"Do cases on the clinic's count reach 60 a day on any one day {question.end}?"


def test_the_day_of_the_answer_is_that_after_the_last_count(cases):
    asked = ask(cases, threshold=60, by=by(14), n_paths=200)
    assert f"{asked.answer.as_of:%Y-%m-%d}" == by(0) and len(asked.question.window) == 14 and asked.resolution is None
    assert len(ask(cases, threshold=60, by=by(14), inclusive=True, after=by(5), n_paths=200).question.window) == 10


def test_an_earlier_day_sees_nothing_later_and_shows_what_came(tmp_path, cases):
    today = f"{LAST - pd.Timedelta(days=40):%Y-%m-%d}"
    early = ask(cases, threshold=45, by=by(-20), as_of=today, n_paths=500)
    counts = draw_series("admissions")
    other = write(tmp_path, counts[counts.index < today])
    assert early.answer.probability == ask(other, threshold=45, by=by(-20), n_paths=500).answer.probability
    assert early.resolution.outcome == "YES" and "What came, by the rest of the file: YES, met on" in write_text(early)
    VALIDATOR.validate(early.to_dict())


def test_a_gap_before_the_day_of_the_answer_is_simulated_and_said(cases):
    asked = ask(cases, threshold=60, by=by(30), as_of=by(10), n_paths=500)
    assert "The 10 days since the last count are simulated too." in " ".join(asked.assumptions)


def test_closed_weekdays_hold_for_answer_and_paths(tmp_path):
    counts = draw_series("admissions")
    path = write(tmp_path, counts[counts.index.day_of_week < 5])
    asked = ask(path, threshold=20, below=True, by=by(7), definition="mean7", closed=["saturday", "sunday"], n_paths=500)
    assert asked.to_dict()["file"]["closed_weekdays"] == ["saturday", "sunday"]
    assert "There is nothing to count on Saturdays and Sundays" in " ".join(asked.assumptions)
    with pytest.raises(InputError, match="a closed day has nothing and so is below by itself"):
        ask(path, threshold=20, below=True, by=by(7), closed=["saturday", "sunday"])


def test_an_uncounted_day_never_makes_a_count_fall_below(cases):
    """What is not known has to be taken for what meets the question least, whichever way it asks."""
    counts = draw_series("admissions")
    counts.iloc[-3:-1] = np.nan
    days = pd.DataFrame({"count": counts, "state": np.where(counts.notna(), "counted", "unreported")})
    index = pd.date_range(by(0), periods=6)
    paths = np.full((10, 6), 40.0)
    ensemble = Ensemble(paths, index, Snapshot(days, as_of=pd.Timestamp(by(0))), "pool")
    question = Question(threshold=35, opens=by(0), closes=by(6), below=True, definition="mean7")
    assert ensemble.answer(question).probability == 0
    assert ensemble.answer(question.vary(opens=by(-3), definition="day")).probability == 0
    assert ensemble.answer(question.vary(threshold=45)).probability == 1


def test_the_file_may_hold_one_row_a_unit(tmp_path):
    counts = draw_series("admissions")
    moments = np.repeat(counts.index.to_numpy(), counts.astype(int))
    path = tmp_path / "admissions.csv"
    pd.DataFrame({"id": range(len(moments)), "came": pd.to_datetime(moments) + pd.Timedelta(hours=9)}).to_csv(path, index=False)
    asked = ask(path, threshold=60, by=by(14), rows=True, n_paths=1_000)
    assert asked.answer.probability == ask(write(tmp_path, counts), threshold=60, by=by(14), n_paths=1_000).answer.probability
    assert "each row counts as one" in asked.assumptions[0] and asked.to_dict()["file"]["count"] is None


def test_a_short_count_says_why_it_has_no_track_record(tmp_path):
    asked = ask(write(tmp_path, draw_series("admissions")[-20:]), threshold=60, by=by(7), n_paths=500)
    found = asked.to_dict()
    VALIDATOR.validate(found)
    result = found["answer"]
    assert result["track_record"] is None and result["no_track_record"] in " ".join(write_text(asked, width=100).split())
    assert asked.answer.model == "short_pool"


# ------------------------------------------------------------------------------------------------- words, JSON, HTML


def test_words_and_json_say_the_same(capsys, cases):
    arguments = (cases, "--reach", 56, "--by", by(28), "--unit", "fälle", "--paths", 1000)
    status, text, err = run(capsys, *arguments)
    assert (status, err) == (0, "") and "█" in text
    status, out, err = run(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    VALIDATOR.validate(found)
    joined = " ".join(text.split())
    result, record = found["answer"], found["answer"]["track_record"]
    span = write_interval(*result["interval"])
    assert joined.startswith(f"{result['question']['words']} Probability: {percent(result['probability'])} (90 % interval: "
                             f"{span}). Never within the window: {percent(result['never'])}.")  # fmt: skip
    for name in ("base rate", "climatology", "weekday bootstrap"):
        assert re.search(rf"^  {name} +{percent(result['baselines'][name.replace(' ', '_')])}(\s|$)", text, re.M)
    assert f"met in {result['base_rate']['met']} of {result['base_rate']['windows']} separate windows of 28 days" in text
    assert f"about the next 28 days: {record['separate']} windows that do not overlap." in joined
    assert f"In {record['met']} of {record['origins']} the count met" in joined
    for one in record["earned"]:
        name = one["model"].replace("_", " ")
        assert re.search(rf"^  {name} +{one['brier_own']:.3f} +{one['brier']:.3f}", text, re.M)
    for sentence in found["assumptions"]:
        assert sentence in joined


def test_the_schema_is_a_schema_and_refuses_what_is_none(capsys, cases):
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)
    status, out, _ = run(capsys, "--schema")
    assert status == 0 and json.loads(out) == VALIDATOR.schema
    good = ask(cases, threshold=60, by=by(7), n_paths=200).to_dict()
    VALIDATOR.validate(good)
    for spoil in (
        lambda found: found["answer"].update(probability=1.2),
        lambda found: found["answer"].pop("never"),
        lambda found: found.update(extra=1),
        lambda found: found["answer"].update(as_of="8 November"),
        lambda found: found["file"].update(missing="mean"),
        lambda found: found["answer"]["track_record"]["earned"][0].update(model="oracle"),
    ):
        found = json.loads(json.dumps(good))
        spoil(found)
        assert not VALIDATOR.is_valid(found)


def test_every_object_of_the_schema_is_described_whole():
    """No key can come or go unseen: each object lists its keys and allows no other."""
    objects = [VALIDATOR.schema]
    waiting = [VALIDATOR.schema]
    while waiting:
        here = waiting.pop()
        values = here.values() if isinstance(here, dict) else here
        waiting += [value for value in values if isinstance(value, dict | list)]
        if isinstance(here, dict) and here.get("type") == "object":
            objects.append(here)
    assert len(objects) > 8
    for one in objects:
        if "properties" in one:
            assert set(one["required"]) == set(one["properties"]) and one["additionalProperties"] is False


def test_the_page_says_the_same_and_can_be_read_by_everyone(capsys, cases, tmp_path):
    out = tmp_path / "answer.html"
    given = ("--unit", '"><b>cases</b>', "--name", "<script>alert(1)</script>")  # what a person writes is text and no markup
    status, text, err = run(capsys, cases, "--below", 25, "--by", by(28), *given, "--paths", 500, "--html", out)
    assert status == 0 and err == f"Page: {out}\n"
    page = out.read_text(encoding="utf-8")
    assert check_page(page) == [] and list(tmp_path.iterdir()) == [out] and not re.search("https?:", page)
    assert "<script>alert" not in page and "<b>cases</b>" not in page
    plain = html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split()))
    joined = " ".join(text.split())
    assert joined.partition("? ")[0] in plain and re.search(r"Probability: [^.]*\.", joined)[0] in plain
    assert page.count("<figure ") == page.count("<figcaption>") == 3
    for alt in re.findall(r'role="img" aria-label="([^"]+)"', page):
        assert re.search(r"\d", alt) and alt.endswith(".")


def test_the_chart_rises_to_the_answer():
    days = pd.date_range("2024-03-01", periods=200)
    curve = pd.Series(np.linspace(0, 0.5, 200), days)
    lines = draw_curve(curve, width=80)
    assert max(map(len, lines)) <= 80 and lines[0].startswith("       50 % ┤") and lines[0].endswith("█")
    heights = [sum(line[13 + column : 14 + column].strip() != "" for line in lines[:6]) for column in range(66)]
    assert heights == sorted(heights) and heights[-1] == 6
    assert "1 March 2024" in lines[-1] and lines[-1].endswith("16 September 2024")
    assert not "".join(draw_curve(curve * 0, width=80)[:6]).replace("│", "").replace("┤", "").replace("1 %", "").strip()
    assert len(draw_curve(curve[:1], width=80)) == 8


# ------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", by(7)], "no threshold was given"),
        (["--reach", 5, "--below", 3, "--by", by(7)], "--reach 5 and --below 3 are two questions"),
        (["--reach", "many", "--by", by(7)], "'many' is not a valid float"),
        (["--reach", "nan", "--by", by(7)], "threshold nan must be a positive number"),
        (["--reach", "inf", "--by", by(7)], "threshold inf must be a positive number"),
        (["--reach", -5, "--by", by(7)], "threshold -5.0 must be a positive number"),
        (["--below", 0, "--by", by(7)], "threshold 0.0 must be a positive number"),
        (["--reach", 60], "Missing option '--by'"),
        (["--reach", 60, "--by", "13/11/2024"], "--by '13/11/2024' is not a calendar day; write it like"),
        (["--reach", 60, "--by", by(0)], "window from .* holds no day"),
        (["--reach", 60, "--by", by(9), "--after", by(9)], "holds no day; let it close after it opens"),
        (
            ["--reach", 60, "--by", by(-9), "--after", by(-20)],
            "the count runs to .*; choose a later day, or ask as of",
        ),
        (["--reach", 60, "--by", "2124-01-01"], "lies 100 years after the last count"),
        (
            ["--reach", 60, "--by", by(7), "--as-of", "2023-01-09"],
            "has 7 counted days before 2023-01-09; .* choose a later day",
        ),
        (["--reach", 60, "--by", by(7), "--as-of", "2020-01-01"], "leaves nothing to learn from"),
        (["--reach", 60, "--by", by(7), "--definition", "median"], "definition 'median' is unknown"),
        (["--reach", 60, "--by", by(7), "--closed", "samstag"], "closed 'samstag' is unknown; choose one of monday"),
        (["--reach", 60, "--by", by(7), "--count", "x"], "has no column 'x'; choose one of day, n"),
        (["--reach", 60, "--by", by(7), "--paths", 10], "10 is not in the range x>=50"),
        (["--reach", 60, "--by", by(7), "--html", "no/such/folder/a.html"], "there is no folder no/such/folder"),
        (["--reach", 60, "--by", by(7), "--html", "."], "is a folder; name a file"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_status_2(capsys, cases, arguments, message):
    status, out, err = run(capsys, cases, *arguments)
    assert (status, out) == (2, "") and err.count("\n") == 1 and re.search(f"^error: .*{message}", err), err


def test_a_file_that_is_none_is_one_line_and_status_2(capsys, tmp_path):
    status, out, err = run(capsys, tmp_path / "none.csv", "--reach", 5, "--by", "2024-01-01")
    assert (status, out) == (2, "") and re.fullmatch(r"error: .*none\.csv does not exist; name a file that does\n", err)


def test_a_page_that_cannot_be_written_leaves_nothing(capsys, cases, tmp_path, monkeypatch):
    old = tmp_path / "answer.html"
    old.write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("utils.common.files.os.replace", fail)
    monkeypatch.setattr("utils.ask.page._render_page", lambda asked: "new")
    status, out, err = run(capsys, cases, "--reach", 60, "--by", by(7), "--paths", 200, "--html", old)
    assert (status, out) == (2, "") and "No space left on device; name a file that can be written" in err
    assert old.read_text() == "old" and list(tmp_path.iterdir()) == [old]


def test_ctrl_c_ends_with_130_and_leaves_nothing(cases, tmp_path):
    out = tmp_path / "answer.html"
    code = "import utils.cli, utils.ask.asked, sys; print('ready', flush=True); utils.cli.main(sys.argv[1:])"
    arguments = ["ask", str(cases), "--reach", "60", "--by", by(1000), "--html", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in err and "error: stopped" in err
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------------- the engine alone, in time


def test_it_asks_in_a_copy_without_the_case_in_ascii_and_imports_nothing_slow(tmp_path, cases):
    """A copy without data, seeds and case, on a terminal of 70 columns that shows no blocks; no library that takes a second."""
    shutil.copytree(ROOT / "utils", tmp_path / "utils", ignore=shutil.ignore_patterns("__pycache__", "aid"))
    arguments = ["ask", str(cases), "--reach", "50", "--by", by(7), "--paths", "200", "--unit", "ä"]
    code = (
        "import sys, utils.cli\n"
        f"try: utils.cli.main({arguments!r})\n"
        "except SystemExit as ended: assert not ended.code\n"
        f"print(sorted({SLOW} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "70", "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    plain = done.stdout.decode("ascii")
    assert plain.startswith("Do ? reach 50 a day") and "#" in plain and plain.endswith("\n[]\n")
    assert max(map(len, plain.splitlines())) <= 70
