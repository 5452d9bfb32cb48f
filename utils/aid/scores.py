"""The case's backtests, kept: what each forecaster earned on the past of both lists, computed once and read by the pages.

Together they take minutes, and they change only with the forecasters or the lists. `data/scores` holds them, each with what it
rests on; one that is no longer current is refused, so that no page shows scores of another method than the one it describes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.checks import check_choice
from ..common.code import hash_code
from ..common.errors import InputError
from ..common.files import hash_files
from ..common.imports import list_imported_files
from ..common.paths import ROOT
from ..common.sharing import share
from ..verification.archive import read_scores, write_scores
from ..verification.backtest import backtest
from .daily import THRESHOLDS, load_records
from .paths import DATA
from .scenario_backtest import HORIZONS, list_forecasters

FOLDER = DATA / "scores"

#: Days between origins, paths a forecast, and seed of all that is kept; scenarios are tried at fewer origins.
STEP, SCENARIO_STEP, N_PATHS, SEED = 9, 30, 500, 0

#: Baselines and the default are tried on every record, the rest on all trucks alone: it takes as long as all the others.
ON_EVERY_RECORD = ("default", "weekday_bootstrap", "base_rate", "persistence", "always_no", "climatology")
ON_ALL_TRUCKS = ("smoothing", "week_residuals", "negative_binomial", "regime_switching", "sarimax")

_SHARED: Mapping[str, Any] = dict(thresholds=THRESHOLDS, step=STEP, n_paths=N_PATHS, seed=SEED)
_WHOLE = ("cogat all", "unrwa all")

#: All that is kept, by name: its parts, each with the records that are gone over and the arguments of `utils.backtest`.
BACKTESTS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "models": (
        dict(series=("cogat all", "cogat humanitarian", "unrwa all", "unrwa humanitarian"), models=ON_EVERY_RECORD, **_SHARED),
        dict(series=_WHOLE, models=ON_ALL_TRUCKS, **_SHARED),
    ),
    "wide_pool": (dict(series=("unrwa all",), models=("default", "wide_pool"), definitions=("day",), **_SHARED),),
    "seldom_fitted": (dict(series=("unrwa all",), models=("sarimax",), refit=2, **_SHARED),),
    # What is announced of one crossing has no like in the past, so that a pause and a closing are what is scored. The lists are
    # the last ones, cut at the origin: before September 2024 no vintage is at hand.
    "scenarios": tuple(
        dict(
            series=(series,),
            models=tuple(list_forecasters(series)),
            horizons=HORIZONS,
            quantiles=(),
            **{**_SHARED, "step": SCENARIO_STEP},
        )
        for series in _WHOLE
    ),
}

#: Modules that scores rest on, with those that they import.
_STARTS = {
    name: ("verification/tasks.py", "aid/daily.py", *(["aid/scenario_backtest.py"] if name == "scenarios" else []))
    for name in BACKTESTS
}
#: Of these, what makes no number of a score: what checks and writes, reads tables as they are (and they are hashed), or is not
#: asked by a forecaster that is given a list. A sample is computed anew in each run of the tests.
_NO_MATTER = ("utils/__init__.py", "utils/common/", "utils/aid/ingest/", "utils/aid/nowcast/", "utils/aid/tables.py")
#: Tables that no score reads.
_OTHER_TABLES = ("quotes", "cogat_monthly", "places")


def load_scores(name: str = "models", *, folder: Path = FOLDER) -> pd.DataFrame:
    """Load a backtest that is kept.

    Parameters
    ----------
    name : {"models", "wide_pool", "seldom_fitted", "scenarios"}
        See `BACKTESTS`.
    folder : pathlib.Path
        Where they are kept.

    Returns
    -------
    pandas.DataFrame
        As from `utils.backtest`.

    Raises
    ------
    NotCurrentError
        If the code, the lists or the settings that it rests on have changed since.
    InputError
        If it is missing or was altered.

    Examples
    --------
    >>> scores = load_scores("seldom_fitted")
    >>> scores["model"].unique().tolist(), scores["horizon"].unique().tolist()
    (['sarimax'], [5, 30, 74])
    """
    check_choice(name, BACKTESTS, name="name of the scores")
    return read_scores(folder, name, basis=_list_basis(name), mend="compute the scores anew with make scores")


def _list_basis(name: str) -> dict[str, Any]:
    """List what a backtest rests on: its settings, and hashes of the code and of the tables."""
    return dict(settings=_write_plain(BACKTESTS[name]), code=_hash_code(_STARTS[name]), data=_hash_tables())


def make_scores(*, folder: Path = FOLDER, n_jobs: int = -1, progress: bool = True) -> list[str]:
    """Run the backtests whose scores are missing, altered or not current, and write them; return their names.

    Parameters
    ----------
    folder : pathlib.Path
        Where they are kept.
    n_jobs, progress
        As for `utils.backtest`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from unittest.mock import patch
    >>> part = dict(series=("unrwa all",), models=("always_no",), horizons=(5,), thresholds=(150,), quantiles=(), step=90)
    >>> with TemporaryDirectory() as place, patch.dict(BACKTESTS, few=(part,), clear=True):
    ...     with patch.dict(_STARTS, few=("aid/daily.py",)):
    ...         [make_scores(folder=Path(place), n_jobs=1, progress=False) for _ in range(2)]
    [['few'], []]
    """
    made = [name for name in BACKTESTS if not _is_current(name, folder)]
    for name in made:  # one by one, so that a run that is stopped keeps what it has
        basis = _list_basis(name)
        write_scores(folder, {name: run_backtest(name, n_jobs=n_jobs, progress=progress)}, bases={name: basis})
    return made


def _is_current(name: str, folder: Path) -> bool:
    try:
        load_scores(name, folder=folder)
    except InputError:
        return False
    return True


def run_backtest(name: str, *, n_jobs: int = -1, progress: bool = True) -> pd.DataFrame:
    """Run one of the backtests that are kept, parameters as for `utils.backtest`.

    >>> from unittest.mock import patch
    >>> part = dict(series=("unrwa all",), models=("always_no",), horizons=(5,), thresholds=(150,), quantiles=(), step=90)
    >>> with patch.dict(BACKTESTS, few=(part,)):
    ...     scores = run_backtest("few", n_jobs=1, progress=False)
    >>> scores.query("score == 'brier' and definition == 'day'")["value"].agg(["size", "mean"]).tolist()
    [4.0, 0.5]
    """
    tables = [backtest(**_complete(part), n_jobs=n_jobs, progress=progress) for part in BACKTESTS[name]]
    words = tables[0].select_dtypes("category").columns
    joined = pd.concat([table.astype(dict.fromkeys(words, str)) for table in tables], ignore_index=True)
    return joined.astype(dict.fromkeys(words, "category"))


def _complete(part: Mapping[str, Any]) -> dict[str, Any]:
    """Put the records, and forecasters of the case's own, in the place of their names."""
    (series, *_), settings = part["series"], dict(part)
    records = _load_records_once()
    settings["history"] = {name: records[name] for name in settings.pop("series")}
    own = list_forecasters(series)
    if set(part["models"]) <= set(own):  # they are given the last list
        settings |= dict(history={series: records[series].truth}, models={name: own[name] for name in part["models"]})
    return settings


@lru_cache(maxsize=1)
def _load_records_once() -> Mapping[str, Any]:
    return load_records()


def _write_plain(value: Any) -> Any:
    """Write settings as JSON gives them back."""
    if isinstance(value, Mapping):
        return {key: _write_plain(one) for key, one in value.items()}
    return [_write_plain(one) for one in value] if isinstance(value, tuple) else value


@lru_cache(maxsize=8)
def _hash_code(starts: tuple[str, ...]) -> str:
    def compute() -> str:
        found = {path for start in starts for path in list_imported_files(ROOT / "utils" / start, root=ROOT)}
        return hash_code([path for path in found if not path.relative_to(ROOT).as_posix().startswith(_NO_MATTER)], root=ROOT)

    return share("code", starts, compute)


@lru_cache(maxsize=1)
def _hash_tables() -> str:
    return hash_files([path for path in DATA.glob("*.csv") if not path.name.startswith(_OTHER_TABLES)], root=ROOT)
