"""Answer a question as of a day."""

from __future__ import annotations

PATH_BASELINES = ("climatology", "weekday_bootstrap")
