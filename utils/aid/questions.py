"""The two questions of the seed, from `seeds/facts.toml`.

>>> f"{DEADLINE.window[-1]:%Y-%m-%d}", DEADLINE.vary(definition="mean7").definition
('2024-11-12', 'mean7')
>>> f"{TRANSITION.window[-1]:%Y-%m-%d}", len(TRANSITION.window)
('2025-01-19', 73)
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..questions.passage import DEFINITIONS
from ..questions.question import Question
from .paths import SEEDS
from .sources import BY_NAME


@functools.lru_cache(maxsize=4)
def load_facts(path: Path = SEEDS / "facts.toml") -> Mapping[str, Mapping[str, Any]]:
    """Load the facts that the project starts from: fact, value, unit, date, published and attribution by id; read-only.

    >>> load_facts()["target"]["value"]
    350
    """
    with open(path, "rb") as file:
        return MappingProxyType({name: MappingProxyType(fact) for name, fact in tomllib.load(file).items()})


def _from_facts(name: str, title: str) -> Question:
    facts = load_facts()
    return Question(
        name=name,
        title=title,
        threshold=facts["target"]["value"],
        opens=facts["asked"]["value"],
        closes=facts[name]["value"],
        source="cogat",
        scope="all",
        sources=tuple(BY_NAME.values()),
    )


DEADLINE = _from_facts("deadline", "the deadline of the American letter")
TRANSITION = _from_facts("transition", "the presidential transition")

#: The day on which both are asked: what had been published by then may be known.
ASKED = load_facts()["asked"]["value"]
ALL: Mapping[str, Question] = {question.name: question for question in (DEADLINE, TRANSITION)}


def list_questions(*, sources: Sequence[str] = tuple(BY_NAME), definitions: Sequence[str] = DEFINITIONS) -> list[Question]:
    """List every variant of the seed's questions: by question, source, definition, and whether the last date itself counts.

    >>> len(list_questions(sources=["unrwa"], definitions=["day"]))  # two questions, with and without the last date
    4
    """
    return [
        question.vary(source=source, definition=definition, inclusive=inclusive)
        for question in ALL.values()
        for source in sources
        for definition in definitions
        for inclusive in (False, True)
    ]
