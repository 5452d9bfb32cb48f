"""Will a daily count reach a target by a day? Probabilities from joint sample paths; and the case of aid trucks into Gaza.

The engine (counts, questions, models, scenarios, forecasts, verification, figures, publishing, course) takes any daily count; the
case (`utils.aid`) hands its own over. `utils/README.md` is the map.

>>> from utils import load_daily
>>> load_daily("cogat").idxmax().date().isoformat()
'2024-04-09'
"""

from __future__ import annotations

import importlib
from pathlib import Path

#: Public name -> the module it lives in. Imported on first use, so that a command that needs no model starts at once.
_HOME = {
    "DEADLINE": "aid.questions",
    "TRANSITION": "aid.questions",
    "load_daily": "aid.daily",
    "load_days": "aid.daily",
    "load_records": "aid.daily",
    "load_snapshot": "aid.snapshots",
    "load_quotes": "aid.loaders",
    "load_events": "aid.loaders",
    "load_holidays": "aid.loaders",
    "load_lines": "aid.loaders",
    "list_vintages": "aid.loaders",
    "reconcile": "aid.nowcast.reconcile",
    "answer": "aid.answers",
    "answer_all": "aid.answers",
    "freeze_forecasts": "aid.frozen",
    "load_forecasts": "aid.frozen",
    "load_scores": "aid.scores",
    "resolve_questions": "aid.resolution.settle",
    "count_disagreements": "aid.resolution.disagreement",
    "Question": "questions.question",
    "Snapshot": "counts.snapshot",
    "read_counts": "counts.count_file",
    "first_passage": "questions.passage",
    "simulate_paths": "models",
    "backtest": "verification.backtest",
    "score_record": "verification.archive_scores",
    "InputError": "common.errors",
    "LookaheadError": "common.errors",
    "NotCurrentError": "common.errors",
}
#: Where a name lives in a copy of the project that holds no case.
_ENGINE = {"answer": "forecasts.answer"}

__all__ = list(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'utils' has no attribute {name!r}")
    home = _HOME[name]
    if home.startswith("aid.") and not (Path(__file__).parent / "aid").is_dir():
        if name not in _ENGINE:
            raise AttributeError(f"utils.{name} belongs to the case utils.aid, which this copy of the project does not hold")
        home = _ENGINE[name]
    return getattr(importlib.import_module(f".{home}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
