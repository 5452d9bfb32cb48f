"""Daily counts of aid trucks, and probabilities that they reach a target by a date.

>>> from utils import load_daily
>>> load_daily("cogat").idxmax().date().isoformat()
'2024-04-09'
"""

from __future__ import annotations

import importlib

#: Public name -> the module it lives in. Imported on first use, so that a command that needs no model starts at once.
_HOME = {
    "load_daily": "days",
    "load_days": "days",
    "load_quotes": "data",
    "load_events": "data",
    "load_holidays": "data",
    "load_lines": "data",
    "list_vintages": "data",
    "reconcile": "reconciliation",
    "first_passage": "passage",
    "simulate_paths": "models",
    "answer": "answers",
    "answer_all": "answers",
    "freeze_forecasts": "frozen",
    "load_forecasts": "frozen",
    "resolve_questions": "outcomes",
    "score_record": "outcomes",
    "count_disagreements": "outcomes",
    "backtest": "backtesting",
    "load_records": "backtesting",
    "InputError": "errors",
    "PeekError": "errors",
}
_MODULES = ("questions", "figures", "prose")

__all__ = [*_HOME, *_MODULES]


def __getattr__(name: str):
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name not in _HOME:
        raise AttributeError(f"module 'utils' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__():
    return sorted(__all__)
