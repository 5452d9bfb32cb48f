"""Errors that a person can act on: one line that names the value, the rule and the mend."""

from __future__ import annotations


class InputError(ValueError):
    """Input that breaks a rule. The command line prints the message alone and exits with status 2.

    >>> from utils.common.checks import check_day
    >>> check_day("8.11.2024", name="as_of")
    Traceback (most recent call last):
        ...
    utils.common.errors.InputError: as_of '8.11.2024' is not a calendar day; write it like 2024-03-31
    """


class LookaheadError(InputError):
    """Something dated or published after the origin was about to touch a forecast.

    >>> import pandas as pd
    >>> from utils.counts.snapshot import take_snapshot
    >>> take_snapshot(pd.Series([5, 7], pd.date_range("2024-01-01", periods=2)), as_of="2024-01-02")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    utils.common.errors.LookaheadError: counts holds 2024-01-02, which lies after the origin 2024-01-01; cut it there, ...
    """


class NotCurrentError(InputError):
    """Something that was computed and kept rests on code, data or settings that have changed since.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from utils.aid.scores import FOLDER
    >>> from utils.verification.archive import read_scores
    >>> read_scores(FOLDER, "models", basis={"code": "of another day"})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    utils.common.errors.NotCurrentError: ...models.parquet: its code changed since ...; compute it anew
    """
