"""What the case freezes: its forecasts by name, and the archive of their answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from ..common.checks import check_choice, check_day
from ..common.files import hash_file
from ..common.paths import ROOT
from ..forecasts.archive import ForecastRecord, ForecastSpec, freeze_answers, read_archive
from ..forecasts.result import Answer
from ..questions.question import Question
from ..scenarios.hazards import Scenario
from .answers import answer
from .paths import DATA
from .questions import ASKED, list_questions
from .scenarios import list_scenarios

FOLDER = DATA / "forecasts"

#: Editions of the archive, oldest first, each with what makes it another. One that was frozen stays as it is.
EDITIONS: Mapping[str, str] = {
    "first": "three members in equal parts, effects as they had been measured, the interval over members and settings",
    "second": "settings weighed by the windows of the past, a nowcast that can break, effects by the law of a true effect, the "
    "interval over all that is not known",
}

#: The edition that `freeze_forecasts` writes.
EDITION = "second"

#: What an archive that was frozen afterwards can not show.
CAUTION = (
    "Every edition was made by people who knew how both questions had come out. What is under test is that no forecast read "
    "anything of a later day; what no test can show is that the method was chosen without that knowledge."
)

#: All that is frozen. To add a forecast, add a line: name of the file, what it is, and what makes it.
FORECASTS: Mapping[str, ForecastSpec] = {
    "pool": ForecastSpec("pool: from both lists and the quotes", baselines=True),
    "pool-pause": ForecastSpec("pool, a pause may come: as often as one came before", scenarios=("a pause",)),
    "pool-shifts": ForecastSpec(
        "pool, shifts may come: a pause, Kissufim's opening, a closing", scenarios=("a pause", "Kissufim opens", "a closing")
    ),
    "pool-list": ForecastSpec("pool, list alone: from the count's own list", {"init": "list"}),
    "pool-hindsight": ForecastSpec(
        "pool: from all that was published later of days up to the origin", {"vintage": "final"}, baselines=True
    ),
}


def freeze_forecasts(
    *,
    as_of: object = None,
    folder: Path = FOLDER / EDITION,
    forecasts: Mapping[str, ForecastSpec] = FORECASTS,
    n_paths: int = 10_000,
    seed: int = 0,
    replace: bool = False,
    progress: bool = True,
) -> ForecastRecord:
    """Answer every variant of the questions by every forecast, and write the answers down.

    Parameters
    ----------
    as_of : day, optional
        The day of the knowledge; by default the day on which the questions were asked.
    folder : pathlib.Path
        Where the edition is kept.
    forecasts : dict of str to ForecastSpec
    n_paths, seed
        See `utils.simulate_paths`.
    replace, progress : bool
        See `utils.forecasts.archive.freeze_answers`.

    Returns
    -------
    ForecastRecord
        As read back from the files.

    Raises
    ------
    InputError
        If there is an archive already, or a window had passed. Nothing is written then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> plain = {"plain": ForecastSpec("plain: weeks put together anew", {"model": "weekday_bootstrap", "init": "list"})}
    >>> with TemporaryDirectory() as place:
    ...     record = freeze_forecasts(folder=Path(place) / "mine", forecasts=plain, n_paths=100, progress=False)
    >>> record.models["model"].iloc[0], record.as_of.date().isoformat()
    ('plain', '2024-11-08')
    """
    day = check_day(ASKED if as_of is None else as_of, name="as_of")

    def answer_by(spec: ForecastSpec, question: Question) -> Answer:
        return answer_as_specified(spec, question, as_of=day, n_paths=n_paths, seed=seed)

    settings = dict(
        caution=CAUTION,
        n_paths=n_paths,
        seed=seed,
        lock_sha256=hash_file(ROOT / "requirements.lock"),
        data_sha256=hash_file(DATA / "datapackage.json"),
    )
    return freeze_answers(
        list_questions(), forecasts, answer_by, as_of=day, folder=folder, settings=settings, replace=replace, progress=progress
    )


def answer_as_specified(spec: ForecastSpec, question: Question, *, as_of: object, n_paths: int, seed: int) -> Answer:
    """Answer a question by one of the forecasts that are frozen.

    Parameters
    ----------
    spec : ForecastSpec
        A scenario that it names may come if the source has one as of the day (`utils.aid.scenarios.list_scenarios`).
    question : Question
    as_of : day
    n_paths, seed
        See `utils.simulate_paths`.

    Examples
    --------
    >>> from utils.aid.questions import DEADLINE
    >>> spec = ForecastSpec("plain: weeks put together anew", {"model": "weekday_bootstrap", "init": "list"})
    >>> found = answer_as_specified(spec, DEADLINE.vary(source="unrwa"), as_of="2024-11-08", n_paths=100, seed=0)
    >>> found.model, found.init
    ('weekday_bootstrap', 'list')
    """
    scenarios: list[Scenario] = []
    if spec.scenarios:
        known = _list_scenarios_once(question.source, check_day(as_of, name="as_of"), spec.vintage)
        scenarios = [known[name] for name in spec.scenarios if name in known]
    return answer(question, as_of=as_of, scenarios=scenarios, n_paths=n_paths, seed=seed, **spec.arguments)


@lru_cache(maxsize=4)
def _list_scenarios_once(source: str, as_of: pd.Timestamp, vintage: str) -> Mapping[str, Scenario]:
    """List the scenarios of a source once for all of its questions; read-only."""
    return MappingProxyType(list_scenarios(source, as_of=as_of, vintage=vintage))


def load_forecasts(*, edition: str = EDITION, folder: Path = FOLDER) -> ForecastRecord:
    """Load an edition of the case's archive, and refuse one that was altered.

    Parameters
    ----------
    edition : {"first", "second"}
        See `EDITIONS`.
    folder : pathlib.Path
        Where the editions are kept.

    Examples
    --------
    >>> record = load_forecasts(edition="first")
    >>> record.as_of.date().isoformat(), record.models["model"].iloc[0]
    ('2024-11-08', 'pool')
    """
    return read_archive(folder / check_choice(edition, EDITIONS, name="edition"))
