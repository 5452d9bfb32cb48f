"""Keep what was said: a record of the forecasts, frozen before any page reads an outcome.

The layout follows the hubverse's model output: a file a model, long, a row a number, with the day of the forecast, the task,
`output_type`, `output_type_id` and `value`. The model is named by its file. A ``pmf`` gives the event's probability (``yes`` and
``no``), a ``cdf`` the probability that it has come by each day. `manifest.json` keeps the hash of every file.

What this can show: no file was changed since it was written, and nothing later than the day of the knowledge entered it, for the
code that writes it is under test for that. What it cannot show: the method was chosen by people who knew how it had come out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path

import pandas as pd

from ..aid.answers import answer
from ..aid.frozen import BASELINE_LABELS, FOLDER, FORECASTS, list_questions
from ..aid.paths import DATA
from ..aid.questions import ASKED
from ..aid.scenarios import list_scenarios
from ..common.checks import check_choice, check_day
from ..common.errors import InputError
from ..common.paths import ROOT
from ..questions.question import Question
from .result import Answer

MANIFEST = "manifest.json"
TASK = ["question", "source", "scope", "definition", "inclusive", "threshold", "target_end_date"]
COLUMNS = ["reference_date", *TASK, "output_type", "output_type_id", "value"]


@dataclass(frozen=True)
class ForecastSpec:
    """One forecast to freeze.

    Attributes
    ----------
    label : str
        What it is, in plain words: a short name, a colon, and more.
    arguments : dict
        Keyword arguments of `utils.answer`.
    baselines : bool
        Whether its baselines are frozen beside it.
    scenarios : tuple of str
        Which of `utils.scenarios.list_scenarios` may come, as they were measured and counted by the day.
    """

    label: str
    arguments: Mapping = field(default_factory=dict)
    baselines: bool = False
    scenarios: tuple[str, ...] = ()

    @property
    def hindsight(self) -> bool:
        """Whether it rests on lists and quotes that were published later, of days up to the origin."""
        return bool(self.arguments.get("hindsight"))

    def answer(self, question: Question, *, as_of, **asked) -> Answer:
        """Answer a question by this forecast; see `utils.answer`."""
        scenarios = []
        if self.scenarios:
            known = list_scenarios(question.source, as_of=as_of, hindsight=self.hindsight)
            scenarios = [known[name] for name in self.scenarios if name in known]
        return answer(question, as_of=as_of, scenarios=scenarios, **asked, **self.arguments)


@dataclass(frozen=True)
class ForecastRecord:
    """The frozen forecasts, as read from their files.

    Attributes
    ----------
    rows : pandas.DataFrame
        `model`, then the columns of the files, days as timestamps (`output_type_id` stays text).
    manifest : dict
        as_of, seed, n_paths, written, hashes, and of each model its label, file and arguments.
    """

    rows: pd.DataFrame
    manifest: dict

    @property
    def as_of(self) -> pd.Timestamp:
        """The day of the knowledge."""
        return pd.Timestamp(self.manifest["as_of"])

    @cached_property
    def models(self) -> pd.DataFrame:
        """A row a model: model, label, hindsight, file, sha256."""
        return pd.DataFrame(self.manifest["forecasts"])[["model", "label", "hindsight", "file", "sha256"]]

    @cached_property
    def probabilities(self) -> pd.DataFrame:
        """A row a model and question: model, label, hindsight, the task's columns, probability."""
        said = self.rows[self.rows["output_type"].eq("pmf") & self.rows["output_type_id"].eq("yes")]
        said = said[["model", *TASK, "value"]].rename(columns={"value": "probability"})
        return self.models[["model", "label", "hindsight"]].merge(said, on="model")

    def find(self, question: Question, *, model: str) -> pd.Series:
        """Find what a model said of a question: the first-passage curve by day, with the probability as ``attrs``.

        A baseline says the probability alone; its curve is empty.
        """
        check_choice(model, self.models["model"], name="model")
        task = describe_task(question)
        mine = self.rows[self.rows["model"].eq(model)]
        mine = mine[(mine[list(task)] == pd.Series(task)).all(axis=1)]
        if mine.empty:
            raise InputError(f"{question.words} was not asked of {model} in the record; freeze it with python -m utils freeze")
        days = mine[mine["output_type"].eq("cdf")]
        curve = pd.Series(days["value"].to_numpy(), pd.DatetimeIndex(days["output_type_id"]), name="probability")
        curve.attrs["probability"] = float(mine.loc[mine["output_type_id"].eq("yes"), "value"].iloc[0])
        return curve


def describe_task(question: Question) -> dict:
    """Describe a question by the columns of the record."""
    return dict(
        question=question.name,
        source=question.source,
        scope=question.scope,
        definition=question.definition,
        inclusive=question.inclusive,
        threshold=float(question.threshold),
        target_end_date=question.window[-1],
    )


def freeze_forecasts(
    *,
    as_of=None,
    folder: Path = FOLDER,
    forecasts: Mapping[str, ForecastSpec] = FORECASTS,
    n_paths: int = 10_000,
    seed: int = 0,
    replace: bool = False,
    progress: bool = True,
) -> ForecastRecord:
    """Answer every form of the questions by every forecast, and write the answers down.

    Parameters
    ----------
    as_of : day, optional
        The day of the knowledge; by default the day on which the questions were asked.
    folder : pathlib.Path
        Where the record is kept.
    forecasts : dict of str to ForecastSpec
    n_paths, seed
        See `utils.simulate_paths`.
    replace : bool
        Whether a record that is there may be replaced.
    progress : bool
        Whether to show a bar on stderr.

    Returns
    -------
    ForecastRecord
        As read back from the files.

    Raises
    ------
    InputError
        If there is a record already, or a window had passed. Nothing is written then.
    """
    from tqdm import tqdm

    folder = Path(folder)
    as_of = check_day(ASKED if as_of is None else as_of, name="as_of")
    if folder.exists() and any(folder.iterdir()) and not replace:
        raise InputError(f"{folder} holds a record already; keep it, or write it anew with --replace (replace=True)")
    asked = list_questions()
    rows: dict[str, list[tuple]] = {}
    told: dict[str, tuple[str, ForecastSpec]] = {}
    with tqdm(total=len(forecasts) * len(asked), disable=not progress, unit="answer") as bar:
        for name, forecast in forecasts.items():
            bar.set_description(name)
            names = {None: name} | (
                {baseline: _name_baseline(baseline, forecast) for baseline in BASELINE_LABELS} if forecast.baselines else {}
            )
            for baseline, model in names.items():
                words = forecast.label if baseline is None else BASELINE_LABELS[baseline]
                told[model] = words, forecast
                rows[model] = []
            for question in asked:
                said = forecast.answer(question, as_of=as_of, n_paths=n_paths, seed=seed)
                for baseline, model in names.items():
                    rows[model] += _rows(said, baseline)
                bar.update()
    files = {f"{as_of:%Y-%m-%d}-{model}.csv": _csv(values) for model, values in rows.items()}
    manifest = dict(
        as_of=f"{as_of:%Y-%m-%d}",
        written=f"{dt.datetime.now(dt.UTC).date()}",
        n_paths=n_paths,
        seed=seed,
        lock_sha256=_hash((ROOT / "requirements.lock").read_bytes()),
        data_sha256=_hash((DATA / "datapackage.json").read_bytes()),
        forecasts=[
            dict(
                model=model,
                label=told[model][0],
                hindsight=told[model][1].hindsight,
                arguments={key: _plain(value) for key, value in told[model][1].arguments.items()},
                scenarios=list(told[model][1].scenarios),
                file=file,
                rows=len(rows[model]),
                sha256=_hash(content),
            )
            for model, (file, content) in zip(rows, files.items(), strict=True)
        ],
    )
    _write(folder, files | {MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode()})
    return load_forecasts(folder=folder)


def load_forecasts(*, folder: Path = FOLDER) -> ForecastRecord:
    """Load the frozen record, and refuse one that was altered.

    Raises
    ------
    InputError
        If there is none, a file is missing or is not the one that was written, or breaks the layout.

    Examples
    --------
    >>> record = load_forecasts()
    >>> record.as_of.date().isoformat(), record.models["model"].iloc[0]
    ('2024-11-08', 'pool')
    """
    folder = Path(folder)
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(f"{path}: is missing, so there is no record to read; write one with python -m utils freeze")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    strays = {file.name for file in folder.glob("*.csv")} - {one["file"] for one in manifest["forecasts"]}
    if strays:
        raise InputError(f"{folder / min(strays)}: is not named in {MANIFEST}; take it away, or freeze the record anew")
    tables = []
    for one in manifest["forecasts"]:
        file = folder / one["file"]
        mend = "restore it from version control, or write the record anew with python -m utils freeze --replace"
        if not file.is_file():
            raise InputError(f"{file}: is missing, though {MANIFEST} names it; {mend}")
        content = file.read_bytes().replace(b"\r\n", b"\n")  # a checkout may have changed the line ends
        if _hash(content) != one["sha256"]:
            raise InputError(f"{file}: is not the file that was frozen, its hash differs from {MANIFEST}; {mend}")
        table = pd.read_csv(StringIO(content.decode()), dtype={"output_type_id": str})
        if list(table.columns) != COLUMNS:
            raise InputError(f"{file}: has columns {', '.join(table.columns)}, not {', '.join(COLUMNS)}; {mend}")
        for column in ("reference_date", "target_end_date"):
            table[column] = pd.to_datetime(table[column], format="%Y-%m-%d")
        table = table.astype({"threshold": float})
        table.insert(0, "model", one["model"])
        _check_rows(table, manifest=manifest, file=file, mend=mend)
        tables.append(table)
    return ForecastRecord(pd.concat(tables, ignore_index=True), manifest)


def _check_rows(table: pd.DataFrame, *, manifest: dict, file: Path, mend: str) -> None:
    """Check what ties the rows of one file together."""
    whole = table.set_index(TASK)
    pmf, cdf = whole[whole["output_type"].eq("pmf")], whole[whole["output_type"].eq("cdf")]
    yes = pmf[pmf["output_type_id"].eq("yes")]["value"]
    for rule, kept in {
        "reference_date is the day of the record": table["reference_date"].eq(pd.Timestamp(manifest["as_of"])).all(),
        "output_type is pmf or cdf": len(pmf) + len(cdf) == len(table),
        "value lies between 0 and 1": table["value"].between(0, 1).all(),
        "yes and no add up to 1, once a question": yes.index.is_unique
        and len(pmf) == 2 * len(yes)
        and (pmf.groupby(level=TASK)["value"].sum() - 1).abs().max() < 1e-6,
        "a cdf never falls": cdf.groupby(level=TASK)["value"].apply(lambda by_day: by_day.is_monotonic_increasing).all(),
        "a cdf ends at yes": (cdf.groupby(level=TASK)["value"].last() - yes).abs().max() < 1e-6 if len(cdf) else True,
    }.items():
        if not kept:
            raise InputError(f"{file}: breaks the rule that {rule}; {mend}")


def _name_baseline(baseline: str, forecast: ForecastSpec) -> str:
    return baseline + ("-hindsight" if forecast.hindsight else "")


def _rows(said: Answer, baseline: str | None) -> list[tuple]:
    """Lay one answer out: the curve by day, of which a baseline has none, and the probability."""
    task = describe_task(said.question)
    head = (f"{said.as_of:%Y-%m-%d}", *[_plain(value) for value in task.values()])
    probability = said.probability if baseline is None else said.baselines[baseline]
    curve = said.curve if baseline is None else {}
    ids = [("cdf", f"{day:%Y-%m-%d}", value) for day, value in curve.items()]
    ids += [("pmf", "yes", probability), ("pmf", "no", 1 - probability)]
    return [(*head, kind, name, f"{value:.9g}") for kind, name, value in ids]


def _plain(value) -> str | bool | int | float:
    if isinstance(value, pd.Timestamp | dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | int | str):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)


def _csv(rows: list[tuple]) -> bytes:
    return pd.DataFrame(rows, columns=COLUMNS).to_csv(index=False, lineterminator="\n").encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files beside the folder and then put them in its place: all, or none."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".freeze-", dir=folder.parent))
    try:
        (staged / "new").mkdir()
        for name, content in files.items():
            (staged / "new" / name).write_bytes(content)
        if folder.exists():
            folder.rename(staged / "old")
        (staged / "new").rename(folder)
    except BaseException:
        if (staged / "old").exists() and not folder.exists():
            (staged / "old").rename(folder)
        raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)
