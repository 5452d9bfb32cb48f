"""Daily counts of aid trucks, and probabilities that they reach a target by a date.

>>> from utils import load_daily
>>> load_daily("cogat").idxmax().date().isoformat()
'2024-04-09'
"""

from __future__ import annotations

import importlib

#: Public name -> the module it lives in. Imported on first use, so that a command that needs no model starts at once.
_HOME = {
    "load_daily": "aid.daily",
    "load_days": "aid.daily",
    "load_quotes": "aid.loaders",
    "load_events": "aid.loaders",
    "load_holidays": "aid.loaders",
    "load_lines": "aid.loaders",
    "list_vintages": "aid.loaders",
    "reconcile": "aid.nowcast.reconcile",
    "first_passage": "questions.passage",
    "simulate_paths": "models",
    "answer": "aid.answers",
    "answer_all": "aid.answers",
    "freeze_forecasts": "forecasts.archive",
    "load_forecasts": "forecasts.archive",
    "resolve_questions": "aid.resolution.settle",
    "score_record": "verification.archive_scores",
    "count_disagreements": "aid.resolution.disagreement",
    "backtest": "verification.backtest",
    "load_records": "aid.daily",
    "InputError": "common.errors",
    "LookaheadError": "common.errors",
    "DEADLINE": "aid.questions",
    "TRANSITION": "aid.questions",
    "Question": "questions.question",
}

__all__ = list(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'utils' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__():
    return sorted(__all__)
