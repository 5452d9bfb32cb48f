"""Equations on a page, as MathML: read by browsers and screen readers, with no script and nothing from the network.

An equation is written in one line as one would in plain text, ``y_t = e^(a_t) + ε_t``: that line is what a terminal shows.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..common.errors import InputError
from .references import Bibliography

#: What a line is made of: a quoted text, a word or a letter, a number, or one sign.
TOKEN = re.compile(r'\s*(?:"([^"]*)"|(?!½)([A-Za-z]{2,}|[^\W\d_]′?)|(\d+(?:\.\d+)?|½)|(\S))')
NARROW = "\u00a0"  # a plain space at the edge of a text would be lost
_FLAT = '<mo stretchy="false"'  # as high as the letters: a bracket around an index would else grow with it
ROOT, SCRIPTS = "√", {"_": "sub", "^": "sup"}


@dataclass(frozen=True)
class Symbol:
    """A symbol that equations use.

    Attributes
    ----------
    symbol : str
        In the notation of `write_math`.
    meaning, unit : str
    """

    symbol: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True)
class Equation:
    """One line of a model.

    Attributes
    ----------
    line : str
        In the notation of `write_math`.
    words : str
        What it says, in a sentence.
    after : tuple of str
        Keys of the references that it is taken from.
    """

    line: str
    words: str
    after: tuple[str, ...] = ()


def write_math(line: str) -> str:
    """Write a line as MathML.

    ``_`` and ``^`` set the next letter, number or bracket lower or higher, ``√`` stands over it; brackets that only hold
    together are then left out. Words of two letters and more are set upright, texts stand in double quotes.

    Raises
    ------
    InputError
        If a bracket has no partner, or something to be set lower, higher or under a root is missing.

    Examples
    --------
    >>> write_math("√(y) = 2")
    '<math display="block"><msqrt><mi>y</mi></msqrt><mo>=</mo><mn>2</mn></math>'
    """
    return f'<math display="block">{_write_row(line)}</math>'


def _write_row(line: str) -> str:
    tokens = [match.groups() for match in TOKEN.finditer(line)]
    row, end = _read_row(tokens, 0, line=line)
    if end < len(tokens):
        raise InputError(f"equation {line!r}: a bracket closes that never opened; take it out")
    return "".join(row)


def _read_row(tokens: Sequence[tuple[str | None, ...]], start: int, *, line: str) -> tuple[list[str], int]:
    """Read tokens up to a closing bracket or the end; return what they give, and where they end."""
    row: list[str] = []
    while start < len(tokens) and tokens[start][3] != ")":
        base, start = _read_one(tokens, start, line=line)
        scripts = {}
        while start < len(tokens) and tokens[start][3] in SCRIPTS:
            kind = SCRIPTS[str(tokens[start][3])]
            scripts[kind], start = _read_one(tokens, start + 1, line=line, bare=True)
        tag = "".join(kind for kind in ("sub", "sup") if kind in scripts)
        inner = "".join(scripts[kind] for kind in ("sub", "sup") if kind in scripts)
        if "sub" in scripts and base.startswith(
            "<mi>"
        ):  # as deep as a y: without a font for mathematics an index would not be lower
            base = f'<mpadded depth="0.25em">{base}</mpadded>'
        row.append(f"<m{tag}>{base}{inner}</m{tag}>" if tag else base)
    return row, start


def _read_one(tokens: Sequence[tuple[str | None, ...]], start: int, *, line: str, bare: bool = False) -> tuple[str, int]:
    """Read one token, bracket or root; `bare`: without the brackets that hold it together."""
    if start >= len(tokens) or tokens[start][3] == ")":
        raise InputError(f"equation {line!r}: something is missing after its last sign; write it, or take the sign out")
    text, name, number, sign = tokens[start]
    if sign == ROOT:
        inner, end = _read_one(tokens, start + 1, line=line, bare=True)
        return f"<msqrt>{inner}</msqrt>", end
    if sign == "(":
        row, end = _read_row(tokens, start + 1, line=line)
        if end >= len(tokens):
            raise InputError(f"equation {line!r}: a bracket opens and never closes; close it")
        inner = "".join(row)
        if bare:
            return (inner if len(row) == 1 else f"<mrow>{inner}</mrow>"), end + 1
        return f"<mrow>{_FLAT}>(</mo>{inner}{_FLAT}>)</mo></mrow>", end + 1
    if text is not None:
        return f"<mtext>{html.escape(text).replace(' ', NARROW)}</mtext>", start + 1
    if name and name.endswith("′"):
        return f'<mrow><mi>{name[:-1]}</mi><mo lspace="0" rspace="0">′</mo></mrow>', start + 1
    if sign == "|":
        return f'{_FLAT} lspace="0.1em" rspace="0.1em">|</mo>', start + 1
    tag, value = ("mi", name) if name else ("mn", number) if number else ("mo", sign)
    return f"<{tag}>{html.escape(str(value))}</{tag}>", start + 1


def list_symbols(line: str) -> set[str]:
    """List the letters that a line uses as symbols, indices among them.

    >>> sorted(list_symbols("a_t = log(b) + 2"))
    ['a', 'b', 't']
    """
    return {name for _, name, _, _ in (match.groups() for match in TOKEN.finditer(line)) if name and len(name.rstrip("′")) == 1}


def show_equations(
    title: str, equations: Iterable[Equation], *, bibliography: Bibliography, notation: str, folded: bool = False
) -> None:
    """Publish a box of equations, each with its words and the works that it is taken from.

    Parameters
    ----------
    title : str
    equations : iterable of Equation
    bibliography : Bibliography
    notation : str
        Address of the table that explains the symbols.
    folded : bool
        Whether only the title is seen until the reader opens the box.

    Examples
    --------
    >>> line = Equation("y_t = e^(a_t)", "The count is the exponential of the level.")
    >>> show_equations("The level", [line], bibliography=Bibliography("91_works", ()), notation="04_models.ipynb#notation")
    The level
    y_t = e^(a_t)
        The count is the exponential of the level.
    """
    from IPython.display import publish_display_data

    parts, lines = [], [title]
    for one in equations:
        after = f" After {bibliography.cite(one.after)}." if one.after else ""
        parts.append(
            f'<div class="scroll" role="region" tabindex="0" aria-label="Equation: {html.escape(one.words)}">'
            f"{write_math(one.line)}</div>"
            f"<p>{html.escape(one.words)}{after}</p>"
        )
        lines += [one.line, f"    {one.words}"]
    page = (
        f'<section class="equations" aria-label="{html.escape(title)}"><p class="equations-title">{html.escape(title)}</p>'
        f'{"".join(parts)}<p class="note">All symbols: <a href="{html.escape(notation)}">notation</a>.</p></section>'
    )
    if folded:
        page = f'<details class="folded"><summary>{html.escape(title)}</summary>{page}</details>'
    publish_display_data({"text/html": page, "text/plain": "\n".join(lines)})


def show_notation(symbols: Iterable[Symbol], *, caption: str) -> None:
    """Publish a table of symbols: each as the equations write it, what it means, and its unit.

    >>> show_notation([Symbol("y_t", "count of day t", "a day")], caption="Symbols.")
    y_t: count of day t (a day)
    """
    from IPython.display import publish_display_data

    listed = list(symbols)
    rows = "".join(
        f'<tr><td><math>{_write_row(one.symbol)}</math></td><th scope="row">{html.escape(one.meaning)}</th>'
        f"<td>{html.escape(one.unit)}</td></tr>"
        for one in listed
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("symbol", "meaning", "unit"))
    page = f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    plain = "\n".join(f"{one.symbol}: {one.meaning}" + (f" ({one.unit})" if one.unit else "") for one in listed)
    publish_display_data({"text/html": page, "text/plain": plain})
