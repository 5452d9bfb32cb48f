"""The command line: what it prints, and one line and status 2 for what it cannot use."""

import itertools
import json
import subprocess
import sys

import pytest
from conftest import AS_OF

from utils.aid.questions import ALL
from utils.aid.reporting import learn_settling
from utils.cli import cli, main
from utils.common.formatting import percent, write_interval
from utils.forecasts.answer import PATH_BASELINES
from utils.questions.passage import DEFINITIONS, parse_definition


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
