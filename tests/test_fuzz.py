"""Damaged lists: each is read right or refused in one line; none is read wrong, and none ends in a traceback, an abort or a wait.

2,000 of them in every run of the tests; ``make fuzz`` takes others, and as many as FUZZ_CASES says.
"""

import json
import os
import time
from collections import Counter
from pathlib import Path

import fuzzing
import pytest
from hypothesis import HealthCheck, given, settings

from utils.aid.ingest.run import read_original
from utils.common.errors import InputError

CASES = int(os.environ.get("FUZZ_CASES", "2000"))
CORPUS = Path(__file__).with_name("fuzz_corpus.json")
#: Seconds that a list of five rows may take.
PATIENCE = 5
#: Letters of a refusal: some rules with the labels that are known.
LONGEST = 2500

many = settings(
    max_examples=CASES // 2,
    derandomize=CASES == 2000,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module", autouse=True)
def account():
    """What became of the lists; printed with -s."""
    total = Counter()
    yield total
    print("\n" + ", ".join(f"{total[what]:,} {what[0]} {what[1]}" for what in sorted(total) if len(what) == 2))
    # A list may hold damages of several kinds, and then counts for each of them.
    for name, kind in sorted({what[:2] for what in total if len(what) == 3}):
        tried = {end: total[name, kind, end] for end in ("read right", "refused")}
        print(f"{name:8} {kind:12}" + "".join(f"{n:10,} {end}" for end, n in tried.items()))


def note(case, end, account):
    """Count how a list ended, and each kind of damage in it."""
    account[case["list"], end] += 1
    for kind in {damage[0] for damage in case["plan"]} or {"none"}:
        account[case["list"], kind, end] += 1


def try_case(case, folder, account):
    """Read the list of a case and hold what comes out against the oracle."""
    case = json.loads(json.dumps(case))
    path, may_be, sure = fuzzing.write_case(case, folder)
    begun = time.monotonic()
    try:
        vintage = read_original(path)
    except InputError as refusal:
        message = str(refusal)
        assert "\n" not in message and len(message) <= LONGEST, message
        assert message.startswith(path.name) and "; " in message, message
        assert not sure, f"refused, though nothing is wrong: {message}"
        note(case, "refused", account)
    else:
        assert may_be is not None, f"read, though it cannot be read for sure: {vintage.counted.table}"
        assert fuzzing.count_table(vintage) == may_be
        assert vintage.counted.trucks == may_be.total()
        note(case, "read right", account)
    assert time.monotonic() - begun < PATIENCE


@many
@given(case=fuzzing.workbook_cases)
def test_no_workbook_is_read_wrong(case, folder, account):
    try_case(case, folder, account)


@many
@given(case=fuzzing.csv_cases)
def test_no_csv_file_is_read_wrong(case, folder, account):
    try_case(case, folder, account)


@pytest.mark.parametrize("case", json.loads(CORPUS.read_text(encoding="utf-8")), ids=lambda case: case["was"])
def test_what_was_found_once_stays_mended(case, folder, account):
    try_case(case, folder, account)
