"""Errors that a person can act on: one line that names the value, the rule and the mend."""

from __future__ import annotations


class InputError(ValueError):
    """Input that breaks a rule. The command line prints the message alone and exits with status 2."""


class LookaheadError(InputError):
    """Something dated or published after the origin was about to touch a forecast."""


class NotCurrentError(InputError):
    """Something that was computed and kept rests on code, data or settings that have changed since."""
