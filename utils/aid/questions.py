"""The two questions of the seed, from `seeds/facts.toml`."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from ..questions.question import Question
from .paths import SEEDS


@functools.cache
def load_facts(path: Path = SEEDS / "facts.toml") -> dict[str, dict]:
    """Load the facts that the project starts from: fact, value, unit, date and attribution by id."""
    with open(path, "rb") as file:
        return tomllib.load(file)


def _from_facts(name: str, title: str) -> Question:
    facts = load_facts()
    return Question(
        name=name,
        title=title,
        threshold=facts["target"]["value"],
        opens=facts["asked"]["value"],
        closes=facts[name]["value"],
    )


DEADLINE = _from_facts("deadline", "the deadline of the American letter")
TRANSITION = _from_facts("transition", "the presidential transition")

#: The day on which both are asked: what had been published by then may be known.
ASKED = load_facts()["asked"]["value"]
ALL = {question.name: question for question in (DEADLINE, TRANSITION)}
