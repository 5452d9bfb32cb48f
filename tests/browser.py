"""A headless Chromium for tests of the report: opened at a width, in a colour scheme, with its console and requests."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> tuple[str, str]:
    """Return the paths of Chromium and chromedriver; without them skip, or fail where CI=true."""
    browser = next((path for path in map(shutil.which, BROWSERS) if path), None)
    driver = shutil.which("chromedriver")
    if browser and driver:
        return browser, driver
    reason = "needs Chromium and chromedriver on the path, to open the report as a reader does"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


#: Calls back once a frame has been drawn, since a page hears of a new width with it.
AFTER_A_FRAME = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"

#: axe-core looks at every word of code, of which those coloured alike on one ground pass or fail together, and at every part of a
#: picture, of which it judges none.
THIN_OUT = """
const seen = new Set();
const alike = [...document.querySelectorAll('pre span')].filter(word => {
  if (word.children.length) return false;
  const kind = [word.className, getComputedStyle(word).color, getComputedStyle(word.closest('pre')).backgroundColor].join();
  return seen.has(kind) || !seen.add(kind);
});
alike.forEach(word => word.replaceWith(word.textContent));
document.querySelectorAll('pre').forEach(code => code.normalize());
document.querySelectorAll('[role=img] svg :is(text, path, use, rect, line, circle, defs)').forEach(part => part.remove());
"""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start a headless Chromium and end it afterwards."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    browser, driver_path = find_browser()
    options = Options()
    options.binary_location = browser
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(executable_path=driver_path))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


class Browser:
    """One window of a browser; `driver` is selenium's."""

    def __init__(self, driver):
        self.driver = driver

    def open(self, page: Path, *, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        """Open a file at a width in CSS pixels, as a phone below 700, in the "light" or the "dark" scheme."""
        self.show(width=width, height=height, scheme=scheme)
        self.list_console()
        self.list_requests()
        self.driver.get(page.resolve().as_uri())

    def show(self, *, width: int, height: int = 900, scheme: str = "light", media: str = "screen") -> None:
        """Show what is open at another width, in another scheme, or as on paper (`media` "print")."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def list_violations(self) -> list[str]:
        """Return what axe-core finds against WCAG 2.2 A and AA, against best practice and AAA's contrast on what is open.

        It is put into the page once; each violation names its rule and the first element.
        """
        from selenium_axe_python import Axe

        axe = Axe(self.driver)
        if not self.run("return Boolean(window.axe)"):
            axe.inject()
        self.driver.execute_async_script(AFTER_A_FRAME)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        options = {"runOnly": tags, "rules": {"color-contrast-enhanced": {"enabled": True}}, "resultTypes": ["violations"]}
        found = axe.run(options=json.dumps(options))["violations"]
        return [f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:160]}" for one in found]

    def thin_out(self) -> None:
        """Take out what tells axe-core nothing new: words of code that are coloured as others, and the insides of pictures."""
        self.run(THIN_OUT)

    def run(self, script: str, *arguments: object):
        """Return what a script returns, such as ``return document.title``; it finds what else is given in ``arguments``."""
        return self.driver.execute_script(script, *arguments)

    def wait_for(self, script: str, value, *, seconds: float = 5):
        """Return what a script returns as soon as it is `value`, or at last; focus and events may come a moment late."""
        end = time.monotonic() + seconds
        while (got := self.run(script)) != value and time.monotonic() < end:
            time.sleep(0.05)
        return got

    def list_console(self) -> list[str]:
        """Return warnings and errors of the console since the last call."""
        return [e["message"] for e in self.driver.get_log("browser") if e["level"] in {"WARNING", "SEVERE"}]

    def list_requests(self) -> list[str]:
        """Return the addresses that were asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]

    def measure_overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return self.run("const root = document.scrollingElement; return root.scrollWidth - root.clientWidth")

    def save_screenshot(self, path: Path) -> None:
        """Save the window as a PNG."""
        self.driver.save_screenshot(str(path))
