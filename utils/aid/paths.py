"""Where the case keeps its tables and its facts."""

from __future__ import annotations

from ..common.paths import ROOT

DATA = ROOT / "data"
SEEDS = ROOT / "seeds"
