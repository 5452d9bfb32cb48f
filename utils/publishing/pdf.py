"""Print the pages of a report as PDF, by the Chromium or Chrome that is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..common.errors import InputError
from ..common.files import write_files

#: Folder within a report that holds the printed pages.
PRINTED = "pdf"

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

#: Seconds that the browser may take for a page.
_PATIENCE = 120


def find_browser() -> str:
    """Find a browser that can print; to be asked before the work.

    Raises
    ------
    InputError
        If there is none on the path.

    Examples
    --------
    >>> from unittest.mock import patch
    >>> with patch("shutil.which", lambda name: f"/opt/{name}" if "chrome" in name else None):
    ...     find_browser()
    '/opt/google-chrome'
    """
    found = next((path for path in map(shutil.which, _BROWSERS) if path), None)
    if found is None:
        raise InputError("format pdf: no Chromium or Chrome on the path; install one, or print the pages from your own browser")
    return found


def print_pages(index: Path, *, browser: str) -> list[Path]:
    """Print each page of a report; those that are printed already stay, since a new report begins without any.

    Parameters
    ----------
    index : Path
        The index page, as `utils.publishing.report.write_report` returns it.
    browser : str
        As from `find_browser`.

    Returns
    -------
    list of Path
        The PDF files.

    Raises
    ------
    InputError
        If the browser fails.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     index = Path(folder) / "index.html"
    ...     write_files(Path(folder), {"index.html": b"<p>A page.</p>"})
    ...     (Path(folder) / PRINTED).mkdir()
    ...     write_files(Path(folder) / PRINTED, {"index.pdf": b"printed before"})
    ...     [path.name for path in print_pages(index, browser="chromium")]
    ['index.pdf']
    """
    pages = sorted(index.parent.glob("*.html"))
    folder = index.parent / PRINTED
    folder.mkdir(exist_ok=True)
    for page in pages:
        if not (folder / f"{page.stem}.pdf").exists():
            _print_page(page, folder / f"{page.stem}.pdf", browser=browser)
    return [folder / f"{page.stem}.pdf" for page in pages]


def _print_page(page: Path, out: Path, *, browser: str) -> None:
    """Print a page, whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="print-") as profile:
        fresh = Path(profile) / "page.pdf"
        command = [browser, *_list_options(profile), f"--print-to-pdf={fresh}", page.resolve().as_uri()]
        try:
            done = subprocess.run(
                command, capture_output=True, encoding="utf-8", errors="replace", timeout=_PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise InputError(f"format pdf: {browser} took more than {_PATIENCE} s over {page.name}; try again") from None
        if done.returncode or not fresh.exists():
            told = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise InputError(f"format pdf: {browser} could not print {page.name}: {told}")
        write_files(out.parent, {out.name: fresh.read_bytes()})


def _list_options(profile: str) -> Sequence[str]:
    options = ["--headless=new", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer", f"--user-data-dir={profile}"]
    # Chromium refuses its sandbox to root, as in a container; the pages ask the network for nothing.
    return [*options, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else options
