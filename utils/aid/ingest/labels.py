"""Read a publisher's label for sure: by its known spellings, whatever the space and case, or not at all."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache


@lru_cache(maxsize=4096)
def fold_label(text: str) -> str:
    """Fold what two spellings of one label may differ in: compatible characters, marks without width, space and case.

    >>> fold_label("Private\\u00a0 SECTOR\\u200f") == fold_label("Private sector")
    True
    >>> fold_label("Private-sector") == fold_label("Private sector")
    False
    """
    shown = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return " ".join(shown.split()).casefold()


def fold_known(known: Iterable[str]) -> dict[str, str]:
    """Map the folded form of each known label to the label.

    >>> fold_known(["WFP", "WFP LC"])
    {'wfp': 'WFP', 'wfp lc': 'WFP LC'}
    """
    return {fold_label(label): label for label in known}


def match_label(text: str, known: Mapping[str, str]) -> str | None:
    """Find the known label that a text spells, or None.

    Parameters
    ----------
    text : str
        The cell.
    known : Mapping
        The known labels by their folded form (`fold_known`).

    Examples
    --------
    >>> match_label("kerem  shalom", fold_known(["Kerem Shalom", "Erez"]))
    'Kerem Shalom'
    """
    return known.get(fold_label(text))


def suggest_labels(text: str, known: Mapping[str, str]) -> str:
    """Say in words what an unknown label may mean; nothing where no known one is near.

    Examples
    --------
    >>> suggest_labels("Keren Shalom", fold_known(["Kerem Shalom", "Erez"]))
    "it may mean 'Kerem Shalom'"
    >>> suggest_labels("Tunnel", fold_known(["Kerem Shalom", "Erez"]))
    ''
    """
    near = difflib.get_close_matches(fold_label(text[:200]), known, n=2, cutoff=0.7)
    return f"it may mean {' or '.join(repr(known[form]) for form in near)}" if near else ""
