"""Let doctest find the examples of decorated functions, in whatever folder pytest is asked to look."""

from __future__ import annotations

import doctest
import inspect

_from_module = doctest.DocTestFinder._from_module


def _comes_from_module(finder, module, value):
    """Judge a wrapper by what it wraps: its own globals are those of the decorator's module, so doctest would pass it over."""
    return _from_module(finder, module, inspect.unwrap(value) if callable(value) else value)


doctest.DocTestFinder._from_module = _comes_from_module
