"""What whoever carries the project on rests on: an example of every exported name."""

from __future__ import annotations

import importlib
import inspect
from doctest import DocTestParser

import pytest

import utils


@pytest.mark.parametrize("name", utils.__all__)
def test_every_exported_name_has_an_example(name):
    """A value has it in the docstring of its module, since its own is that of its class."""
    value, home = getattr(utils, name), importlib.import_module(f"utils.{utils._HOME[name]}")
    described = value if inspect.isroutine(value) or inspect.isclass(value) else home
    examples = DocTestParser().get_examples(inspect.getdoc(described) or "")
    assert any(name in one.source or name in (one.exc_msg or "") for one in examples)
