"""The command line: what it prints, and one line and status 2 for what it cannot use."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from functools import partial

import pandas as pd
import pytest
from conftest import AS_OF

from utils.aid.questions import ALL
from utils.aid.reporting import learn_settling
from utils.cli import cli, main
from utils.common.formatting import percent, write_interval
from utils.common.paths import CACHE_VARIABLE, ROOT
from utils.forecasts.answer import PATH_BASELINES
from utils.models import MODELS
from utils.questions.passage import DEFINITIONS, parse_definition
from utils.verification.plan import EVENT_BASELINES, EVENT_SCORES, PATH_SCORES, WINDOW_SCORES


@pytest.fixture(autouse=True)
def keep_environment(monkeypatch):
    """Let a command choose its folder of caches for itself alone."""
    monkeypatch.setenv(CACHE_VARIABLE, "")


def run(capsys, *arguments):
    """Run the command line in this process: status, standard output, standard error."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    return ended.value.code or 0, out, err


def run_apart(*arguments, cwd=None):
    """Run it as a person does."""
    done = subprocess.run([sys.executable, "-m", "utils", *arguments], capture_output=True, text=True, cwd=cwd, check=False)
    return done.returncode, done.stdout, done.stderr


# ------------------------------------------------------------------------------------------------- forecast


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """`forecast --json`, from a folder that is not the project's."""
    status, out, err = run_apart(
        "forecast", "--as-of", AS_OF, "--paths", "500", "--json", cwd=tmp_path_factory.mktemp("elsewhere")
    )
    assert (status, err) == (0, "")
    return json.loads(out)


def test_json_answers_both_questions_by_source_and_definition(found):
    asked = [(one["question"]["name"], one["source"], one["definition"]) for one in found]
    assert asked == [(name, source, definition) for name in ALL for source in ("cogat", "unrwa") for definition in DEFINITIONS]


def test_json_holds_what_a_program_needs(found):
    for one in found:
        question = ALL[one["question"]["name"]]
        assert (one["question"]["threshold"], one["question"]["closes"]) == (question.threshold, f"{question.closes}")
        assert (one["as_of"], one["origin"]) == (AS_OF, "2024-11-07")
        assert list(one["first_passage"]) == [f"{day:%Y-%m-%d}" for day in question.window]
        assert list(one["first_passage"].values())[-1] == one["probability"]
        assert len(one["interval"]) == 2 and 0 <= one["interval"][0] <= one["interval"][1] <= 1
        assert set(one["baselines"]) == {"always_no", "base_rate", *PATH_BASELINES}
        record = one["track_record"]
        assert (
            record["series"][0].lower() == one["source"]
            and len(record["series"]) == 2
            and record["of"] == "pool without scenarios"
        )
        assert record["last"] < one["last_counted"] and record["such"]["low"] <= one["probability"] <= record["such"]["high"]
        assert one["vintages"] == (["2024-09-24"] if one["source"] == "cogat" else ["2024-10-27"])
        assert one["newest_days"] == learn_settling(one["source"], as_of=AS_OF).words


def test_the_table_shows_the_same_numbers(capsys, found):
    status, out, err = run(capsys, "forecast", "--as-of", AS_OF, "--paths", "500")
    assert (status, err) == (0, "")
    for one in found:
        words = parse_definition(one["definition"]).words
        parts = (one["source"].upper(), f" {words} ", f" {one['probability']:.3f} ", f" {write_interval(*one['interval'])} ")
        lines = out.splitlines()
        below = [after for line, after in itertools.pairwise(lines) if all(part in line for part in parts)]
        such = one["track_record"]["such"]
        said = f"Of {such['cases']} such statements, in" if such["cases"] > 1 else "such statement"
        averaged = f"averaged {percent(such['said'])}." if such["cases"] else "No such"
        assert any(said in line and averaged in line for line in below), (said, averaged, below)
    assert "As of 2024-11-08 (origin 2024-11-07)\n" in out and "350 trucks a day before 13 November 2024" in out
    assert "UNRWA: published 2024-10-27, last counted day 2024-09-30" in out
    said = " ".join(out.split())
    assert all(learn_settling(source, as_of=AS_OF).words in said for source in ("cogat", "unrwa"))  # which days are unfinished
    assert max(map(len, out.splitlines())) <= 100


def test_final_vintages_give_another_answer_and_are_named(capsys):
    status, out, _ = run(capsys, "forecast", "--paths", "100", "--vintage", "final")
    assert status == 0 and "final vintages" in out.splitlines()[0]
    assert "UNRWA: published 2025-01-19, last counted day 2024-11-07" in out


def test_a_day_between_the_windows_leaves_the_later_question(capsys):
    status, out, _ = run(capsys, "forecast", "--as-of", "2024-12-01", "--paths", "100")
    assert status == 0 and "before 20 January 2025" in out and "13 November 2024" not in out


# ------------------------------------------------------------------------------------------------- help


@pytest.mark.parametrize("command", [(), *[(name,) for name in cli.commands]])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(capsys, command, option):
    status, out, err = run(capsys, *command, option)
    assert (status, err) == (0, "")
    assert out.startswith("Usage: python -m utils") and "--help" in out
    for parameter in cli.commands[command[0]].params if command else ():
        assert max(parameter.opts, key=len) in out or parameter.human_readable_name in out
        assert getattr(parameter, "help", "") != "", parameter


def test_the_commands_of_the_design_are_there():
    assert {"forecast", "report", "ingest"} <= set(cli.commands)
    assert {"as_of", "as_json"} <= {parameter.name for parameter in cli.commands["forecast"].params}
    assert {"as_of", "only", "edition", "out"} <= {parameter.name for parameter in cli.commands["report"].params}


def test_no_command_gives_help_and_status_2(capsys):
    status, out, _ = run(capsys)
    assert status == 2 and all(name in out for name in cli.commands)


# ------------------------------------------------------------------------------------------------- errors


BAD = [
    (("forecast", "--as-of", "8.11.2024"), ["'8.11.2024'", "not a calendar day", "2024-03-31"]),
    (("forecast", "--as-of", "2024-09-01"), ["2024-09-01", "no cogat vintage", "2024-09-24 or a later day"]),
    (("forecast", "--as-of", "2025-01-20"), ["2025-01-20", "after both windows", "choose an earlier day"]),
    (("forecast", "--model", "oracle"), ["'oracle'", "choose one of", "climatology"]),
    (("forecast", "--paths", "49"), ["49", "x>=50"]),
    (("forecast", "--paths", "many"), ["'many'", "integer"]),
    (("forecast", "--seed", "-1"), ["-1", "x>=0"]),
    (("forecast", "--frobnicate"), ["--frobnicate"]),
    (("forecast", "two\nlines"), ["two lines"]),
    (("report", "--edition", "student"), ["'student'", "reader", "teacher"]),
    (("prophesy",), ["prophesy"]),
    (("ingest",), ["DIR"]),
]


@pytest.mark.parametrize(("arguments", "parts"), BAD)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, parts):
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == ""
    assert err.startswith("error: ") and err.count("\n") == 1 and err.endswith("\n")
    assert all(part in err for part in parts), err


@pytest.mark.parametrize("arguments", [BAD[1][0], ("ingest", "no/such/folder"), ("forecast", "--paths", "49")])
def test_a_person_sees_one_line_and_no_traceback(tmp_path, arguments):
    status, out, err = run_apart(*arguments, cwd=tmp_path)
    assert (status, out) == (2, "")
    assert err.startswith("error: ") and len(err.splitlines()) == 1 and "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_ingest_leaves_nothing_half_written(capsys, tmp_path):
    (tmp_path / "in").mkdir()
    status, _, err = run(capsys, "ingest", str(tmp_path / "in"), "--out", str(tmp_path / "out"))
    assert status == 2 and len(err.splitlines()) == 1
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


# ------------------------------------------------------------------------------------------------- found before the work


EARLY = [
    (("backtest", "--jobs", "0"), ["'--jobs'", "0 processes", "-1 for one a core"]),
    (("backtest", "--paths", "2"), ["2", "x>=3"]),
    (("backtest", "--score", "nope"), ["'nope'", "choose one of brier", "crps_max"]),
    (("backtest", "--model", "always_no", "--score", "crps_max"), ["'crps_max'", "choose one of brier"]),
    (("backtest", "--out", "no/such/folder/x.csv"), ["no/such/folder", "make it first"]),
    (("backtest", "--out", str(ROOT)), ["is a directory"]),
    (("backtest", "--step", "90000"), ["step 90000", "fewer days between origins"]),
    (("backtest", "--cache", f"{__file__}/x"), ["cache", "test_cli.py is a file"]),
    (("report", "--out", f"{__file__}/x"), ["out", "test_cli.py is a file", "name a place in a folder"]),
    (("freeze", "--out", f"{__file__}/x"), ["out", "test_cli.py is a file"]),
    (("ingest", str(ROOT / "tests"), "--out", f"{__file__}/x"), ["out", "test_cli.py is a file"]),
    (("report", "--as-of", "2025-02-01"), ["2025-02-01", "after both windows", "earlier day"]),
    (("report", "--as-of", "2024-09-01"), ["2024-09-01", "no cogat vintage"]),
    (("report", "--cache", f"{__file__}/x"), ["cache", "test_cli.py is a file"]),
    (("forecast", "--paths", "2000000000"), ["2000000000", "GB of memory", "at most"]),
    (("forecast", "--paths", "9" * 400), ["999…", "GB of memory", "at most"]),
    (("forecast", "--paths", "9" * 5000), ["'--paths'", "999…"]),
    (("backtest", "--paths", "2000000000"), ["2000000000", "GB of memory", "at most"]),
]


@pytest.mark.parametrize(("arguments", "parts"), EARLY)
def test_what_cannot_end_well_is_found_before_the_work(capsys, monkeypatch, arguments, parts):
    for name in ("utils.models.simulate_paths", "utils.publishing.report.execute_many", "utils.verification.backtest._run_all"):
        monkeypatch.setattr(name, lambda *_, **__: pytest.fail("the work had begun"))
    status, out, err = run(capsys, *arguments)
    assert status == 2 and out == ""
    assert err.startswith("error: ") and err.count("\n") == 1 and len(err) < 700
    assert all(part in err for part in parts), err


@pytest.mark.parametrize("text", ["8.11.2024", "20241108", "2024-W45-5", "2024-11-8", "2024-11-08 ", "today", "2024-02-30", ""])
def test_days_are_read_by_one_rule_in_every_command(capsys, tmp_path, text):
    (tmp_path / "counts.csv").write_text("day,count\n2024-01-01,3\n")
    file = str(tmp_path / "counts.csv")
    for arguments in (
        ("forecast", "--as-of", text),
        ("report", "--as-of", text),
        ("freeze", "--as-of", text),
        ("ask", file, "--reach", "3", "--by", text),
        ("ask", file, "--reach", "3", "--by", "2024-06-01", "--as-of", text),
        ("ask", file, "--reach", "3", "--by", "2024-06-01", "--after", text),
    ):
        status, _, err = run(capsys, *arguments)
        assert (status, err) == (2, f"error: {arguments[-2]} {text!r} is not a calendar day; write it like 2024-03-31\n")


# ------------------------------------------------------------------------------------------------- what else it promises


def test_the_version_is_that_of_the_project(capsys):
    status, out, _ = run(capsys, "--version")
    given = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (status, out) == (0, f"{given['name']} {given['version']}\n")


@pytest.mark.parametrize(("command", "more"), [("forecast", ()), ("backtest", EVENT_BASELINES)])
def test_help_lists_the_models(capsys, command, more):
    _, out, _ = run(capsys, command, "--help")
    said = " ".join(out.split())
    assert f"One of {', '.join(['default', *MODELS, *more])}." in said


def test_the_command_loads_no_model_to_say_its_version():
    asked = "import sys, utils.cli; sys.exit(any(name in sys.modules for name in ('utils.models', 'statsmodels', 'scipy.stats')))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_forecast_says_what_it_is_doing_in_a_terminal_alone(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    status, out, err = run(capsys, "forecast", "--as-of", "2025-01-18", "--paths", "50")
    shown = [text for text in err.split("\r\x1b[K") if text]
    assert status == 0 and "reached" in out
    assert len(shown) == 8 and all(len(text) <= 59 for text in shown) and "COGAT" in shown[0]
    assert err.endswith("\r\x1b[K"), "the line goes when the answer comes"


BREAK = """
import sys
from utils import cli
from utils.aid import answers

def interrupt(*_, **__):
    {how}

answers.answer_all = interrupt
cli.main(["forecast"])
"""


@pytest.mark.parametrize("how", ["raise KeyboardInterrupt", "exec('raise KeyboardInterrupt')"])
def test_ctrl_c_ends_with_130(how):
    done = subprocess.run([sys.executable, "-c", BREAK.format(how=how)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "error: stopped")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("after", [0.15, 1.0])
def test_ctrl_c_at_any_moment_ends_with_130_and_one_line(tmp_path, after):
    command = [sys.executable, "-m", "utils", "freeze", "--out", str(tmp_path / "record")]
    options = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background ignores it
    with subprocess.Popen(command, preexec_fn=heed, **options) as running:
        time.sleep(after)
        os.killpg(running.pid, signal.SIGINT)
        again = False
        try:
            _, err = running.communicate(timeout=10)
        except (
            subprocess.TimeoutExpired
        ):  # Python itself ignores one that comes while it lets go of an import's lock: press again
            again = True
            os.killpg(running.pid, signal.SIGINT)
            _, err = running.communicate(timeout=60)
    assert not list(tmp_path.iterdir())
    if running.returncode == -signal.SIGINT:  # a slow machine: Python itself was still starting, which a shell calls 130 too
        assert "__main__.py" not in err and "cli.py" not in err
        return
    assert running.returncode == 130 and err.splitlines()[-1] == "error: stopped"
    assert "Traceback" not in err or (again and "Exception ignored in" in err)  # Python's own word on the one that it ignored


FULL = """
import resource, signal, sys
from pathlib import Path
import pandas as pd
from utils import cli
from utils.verification import backtest

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
real = backtest._run_all

def run(*arguments, **more):
    rows = real(*arguments, **more)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    return rows

backtest._run_all = run
asked = "--model always_no --source cogat --horizon 5 --jobs 1 --no-cache --out"
cli.main(["backtest", *asked.split(), sys.argv[1]])
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_full_disk_names_the_file_and_leaves_the_old_one(tmp_path):
    out = tmp_path / "scores.csv"
    out.write_text("old\n")
    done = subprocess.run([sys.executable, "-c", FULL, str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.splitlines()[-1].startswith(f"error: {out}: File too large; free some space")
    assert [path.name for path in tmp_path.iterdir()] == ["scores.csv"] and out.read_text() == "old\n"


def test_backtest_writes_its_scores_whole(capsys, tmp_path):
    out, cache = tmp_path / "scores.csv", tmp_path / "kept"
    asked = ("--model", "climatology", "--source", "cogat", "--horizon", "5", "--step", "60", "--paths", "20", "--jobs", "1")
    status, _, _ = run(capsys, "backtest", *asked, "--cache", str(cache), "--out", str(out))
    table = pd.read_csv(out)
    assert status == 0 and set(table["score"]) == {*EVENT_SCORES, *PATH_SCORES, *WINDOW_SCORES}
