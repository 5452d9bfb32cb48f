"""Keep answers: an archive of forecasts, frozen before any page reads an outcome.

The layout follows the hubverse's model output: a file a model, long, a row a number, with the day of the forecast, the task,
`output_type`, `output_type_id` and `value`. The model is named by its file. A ``pmf`` gives the event's probability (``yes`` and
``no``), a ``cdf`` the probability that it has come by each day. `manifest.json` keeps the hash of every file.

What this can show: no file was changed since it was written, and nothing later than the day of the knowledge entered it, for the
code that writes it is under test for that. What it cannot show: the method was chosen by people who knew how it had come out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.checks import check_choice
from ..common.errors import InputError
from ..common.files import encode_csv, encode_json, hash_bytes, replace_folder
from ..counts.snapshot import REAL_TIME
from ..questions.question import Question
from .result import Answer

MANIFEST = "manifest.json"
TASK = ["question", "source", "scope", "definition", "inclusive", "threshold", "target_end_date"]
COLUMNS = ["reference_date", *TASK, "output_type", "output_type_id", "value"]

#: What each baseline is called where a reader meets it.
BASELINE_LABELS = {
    "always_no": "always no",
    "base_rate": "base rate: how often separate windows of the past met it",
    "climatology": "climatology: any window of the past",
    "weekday_bootstrap": "weekday bootstrap: weeks of the last two months, put together anew",
}


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
        Names of the scenarios that may come.
    """

    label: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    baselines: bool = False
    scenarios: tuple[str, ...] = ()

    @property
    def vintage(self) -> str:
        """Whether it rests on what was published by the day, or on the final lists and quotes of days up to the origin."""
        return str(self.arguments.get("vintage", REAL_TIME))


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
    manifest: dict[str, Any]

    @property
    def as_of(self) -> pd.Timestamp:
        """The day of the knowledge."""
        return pd.Timestamp(self.manifest["as_of"])

    @cached_property
    def models(self) -> pd.DataFrame:
        """A row a model: model, label, vintage, file, sha256."""
        return pd.DataFrame(self.manifest["forecasts"])[["model", "label", "vintage", "file", "sha256"]]

    @cached_property
    def probabilities(self) -> pd.DataFrame:
        """A row a model and question: model, label, vintage, the task's columns, probability."""
        kept = self.rows[self.rows["output_type"].eq("pmf") & self.rows["output_type_id"].eq("yes")]
        kept = kept[["model", *TASK, "value"]].rename(columns={"value": "probability"})
        return self.models[["model", "label", "vintage"]].merge(kept, on="model")

    def find(self, question: Question, *, model: str) -> pd.Series:
        """Find the answer of a model to a question: the first-passage curve by day, with the probability as ``attrs``.

        A baseline gives the probability alone; its curve is empty.
        """
        check_choice(model, self.models["model"], name="model")
        task = describe_task(question)
        mine = self.rows[self.rows["model"].eq(model)]
        mine = mine[(mine[list(task)] == pd.Series(task)).all(axis=1)]
        if mine.empty:
            raise InputError(f"{question.words} was not asked of {model} in the archive; freeze it with python -m utils freeze")
        days = mine[mine["output_type"].eq("cdf")]
        curve = pd.Series(days["value"].to_numpy(), pd.DatetimeIndex(days["output_type_id"]), name="probability")
        curve.attrs["probability"] = float(mine.loc[mine["output_type_id"].eq("yes"), "value"].iloc[0])
        return curve


def describe_task(question: Question) -> dict[str, Any]:
    """Describe a question by the columns `TASK` of the archive.

    >>> question = Question(threshold=6, opens="2024-03-11", closes="2024-03-18", source="mill", name="spring")
    >>> task = describe_task(question)
    >>> task["question"], task["threshold"], f"{task['target_end_date']:%d %B}"
    ('spring', 6.0, '17 March')
    """
    return dict(
        question=question.name,
        source=question.source,
        scope=question.scope,
        definition=question.definition,
        inclusive=question.inclusive,
        threshold=float(question.threshold),
        target_end_date=question.window[-1],
    )


def freeze_answers(
    questions: Sequence[Question],
    specs: Mapping[str, ForecastSpec],
    answer: Callable[[ForecastSpec, Question], Answer],
    *,
    as_of: pd.Timestamp,
    folder: Path,
    settings: Mapping[str, Any],
    replace: bool = False,
    progress: bool = True,
) -> ForecastRecord:
    """Answer every question by every forecast, and write the answers down.

    Parameters
    ----------
    questions : sequence of Question
    specs : dict of str to ForecastSpec
        The forecasts, by the name of their file.
    answer : callable
        Gives the answer of a forecast to a question.
    as_of : pandas.Timestamp
        The day of the knowledge.
    folder : pathlib.Path
        Where the archive is kept.
    settings : dict
        What else the manifest keeps: paths, seed, hashes of what the answers rest on.
    replace : bool
        Whether an archive that is there may be replaced.
    progress : bool
        Whether to show a bar on stderr.

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
    >>> from utils.forecasts.answer import answer
    >>> counts = pd.Series([0.0, 1, 2, 3, 4, 5, 6] * 10, pd.date_range("2024-01-01", periods=70))  # 6 on Sundays
    >>> question = Question(threshold=6, opens="2024-03-11", closes="2024-03-18")
    >>> specs = {"plain": ForecastSpec("plain: the weeks of the past", {"model": "weekday_bootstrap"})}
    >>> with TemporaryDirectory() as place:
    ...     record = freeze_answers(
    ...         [question],
    ...         specs,
    ...         lambda spec, asked: answer(asked, counts=counts, n_paths=50, **spec.arguments),
    ...         as_of=pd.Timestamp("2024-03-11"),
    ...         folder=Path(place) / "archive",
    ...         settings={"seed": 0},
    ...         progress=False,
    ...     )
    >>> record.probabilities[["model", "probability"]].values.tolist()
    [['plain', 1.0]]
    """
    from tqdm import tqdm

    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()) and not replace:
        raise InputError(f"{folder} holds a record already; keep it, or write it anew with --replace (replace=True)")
    rows: dict[str, list[tuple[object, ...]]] = {}
    kept: dict[str, tuple[str, ForecastSpec]] = {}
    with tqdm(total=len(specs) * len(questions), disable=not progress, unit="answer") as bar:
        for name, spec in specs.items():
            bar.set_description(name)
            models: dict[str | None, str] = {None: name}
            if spec.baselines:
                models |= {baseline: _name_baseline(baseline, spec) for baseline in BASELINE_LABELS}
            for baseline, model in models.items():
                kept[model] = (spec.label if baseline is None else BASELINE_LABELS[baseline]), spec
                rows[model] = []
            for question in questions:
                found = answer(spec, question)
                for baseline, model in models.items():
                    rows[model] += _list_rows(found, baseline)
                bar.update()
    files = {f"{as_of:%Y-%m-%d}-{model}.csv": encode_csv(COLUMNS, values) for model, values in rows.items()}
    forecasts = [
        _describe_file(model, *kept[model], file=file, content=content, rows=len(rows[model]))
        for model, (file, content) in zip(rows, files.items(), strict=True)
    ]
    manifest = dict(as_of=f"{as_of:%Y-%m-%d}", written=f"{dt.datetime.now(dt.UTC).date()}", **settings, forecasts=forecasts)
    files[MANIFEST] = encode_json(manifest)
    with replace_folder(folder) as fresh:
        for file, content in files.items():
            (fresh / file).write_bytes(content)
    return read_archive(folder)


def read_archive(folder: Path) -> ForecastRecord:
    """Read an archive, and refuse one that was altered.

    Raises
    ------
    InputError
        If there is none, a file is missing or is not the one that was written, or breaks the layout.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from utils.forecasts.answer import answer
    >>> counts = pd.Series([0.0, 1, 2, 3, 4, 5, 6] * 10, pd.date_range("2024-01-01", periods=70))
    >>> found = answer(Question(threshold=6, opens="2024-03-11", closes="2024-03-18"), counts=counts, n_paths=50)
    >>> with TemporaryDirectory() as place:
    ...     when = {"as_of": found.as_of, "folder": Path(place), "settings": {}}
    ...     _ = freeze_answers([found.question], {"x": ForecastSpec("x")}, lambda *_: found, **when, progress=False)
    ...     _ = (Path(place) / "2024-03-11-x.csv").write_text("altered")
    ...     read_archive(Path(place))
    Traceback (most recent call last):
    ...
    utils.common.errors.InputError: ...2024-03-11-x.csv: is not the file that was frozen, its hash differs from manifest.json; ...
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
        if hash_bytes(content) != one["sha256"]:
            raise InputError(f"{file}: is not the file that was frozen, its hash differs from {MANIFEST}; {mend}")
        table = pd.read_csv(StringIO(content.decode()), dtype={"output_type_id": str}, keep_default_na=False)
        if list(table.columns) != COLUMNS:
            raise InputError(f"{file}: has columns {', '.join(table.columns)}, not {', '.join(COLUMNS)}; {mend}")
        for column in ("reference_date", "target_end_date"):
            table[column] = pd.to_datetime(table[column], format="%Y-%m-%d")
        table = table.astype({"threshold": float, "value": float})
        table.insert(0, "model", one["model"])
        _check_rows(table, manifest=manifest, file=file, mend=mend)
        tables.append(table)
    return ForecastRecord(pd.concat(tables, ignore_index=True), manifest)


def _check_rows(table: pd.DataFrame, *, manifest: dict[str, Any], file: Path, mend: str) -> None:
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


def _name_baseline(baseline: str, spec: ForecastSpec) -> str:
    """Name the file of a baseline after it, and mark one that rests on the final lists."""
    return baseline + ("" if spec.vintage == REAL_TIME else "-hindsight")


def _describe_file(model: str, label: str, spec: ForecastSpec, *, file: str, content: bytes, rows: int) -> dict[str, Any]:
    """Describe one file for the manifest: what made it, and its hash."""
    return dict(
        model=model,
        label=label,
        vintage=spec.vintage,
        arguments={key: _plain(value) for key, value in spec.arguments.items()},
        scenarios=list(spec.scenarios),
        file=file,
        rows=rows,
        sha256=hash_bytes(content),
    )


def _list_rows(answer: Answer, baseline: str | None) -> list[tuple[object, ...]]:
    """Lay one answer out: the curve by day, of which a baseline has none, and the probability."""
    task = describe_task(answer.question)
    head = (f"{answer.as_of:%Y-%m-%d}", *[_plain(value) for value in task.values()])
    probability = answer.probability if baseline is None else answer.baselines[baseline]
    curve = answer.curve if baseline is None else {}
    ids = [("cdf", f"{day:%Y-%m-%d}", value) for day, value in curve.items()]
    ids += [("pmf", "yes", probability), ("pmf", "no", 1 - probability)]
    return [(*head, kind, name, f"{value:.9g}") for kind, name, value in ids]


def _plain(value: Any) -> str | bool | int:
    """Write a value as the files hold it: days in ISO form, numbers without trailing zeros."""
    if isinstance(value, pd.Timestamp | dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | int | str):
        return value
    return f"{value:g}" if isinstance(value, float) else str(value)
