"""Who counts in this case, and how each is written and drawn."""

from __future__ import annotations

from collections.abc import Mapping

from ..counts.snapshot import Source

_SCOPES = (("all", "trucks by land"), ("humanitarian", "trucks by land without the private sector"))

COGAT = Source("cogat", "COGAT", "trucks", "trucks by land", "COGAT's, at the border", _SCOPES, place=0)
UNRWA = Source("unrwa", "UNRWA", "trucks", "trucks by land", "UNRWA's, at collection", _SCOPES, place=1)

#: Sources by name, in the order in which answers are shown.
BY_NAME: Mapping[str, Source] = {source.name: source for source in (COGAT, UNRWA)}
