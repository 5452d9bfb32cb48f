"""A JupyterLab for tests, away from whoever's settings there are, and the browser in which it is opened."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from browser import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

#: What a machine with other work to do may take, in seconds.
PATIENCE = 300
#: All cells are drawn, whether in view or not; nothing is saved unasked; nothing is looked up.
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--LabApp.expose_app_in_browser=True",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
)


@contextmanager
def serve_lab(folder: Path, *, state: Path, **environment: str) -> Iterator[Served]:
    """Serve a folder by JupyterLab while the block runs.

    Its settings, and all that it and its kernels keep, lie in `state`; `environment` is added to theirs.
    """
    state.mkdir()
    settings = state / "settings"
    settings.mkdir()
    (settings / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    homes = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "XDG_CACHE_HOME")
    homes += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "MPLCONFIGDIR")
    places = {name: str(state / name.lower()) for name in homes}
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--LabApp.app_settings_dir={settings}"]
    command += [f"--ServerApp.root_dir={folder}", f"--ServerApp.port={find_port()}"]
    log = state / "log.txt"
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            command, env={**os.environ, **places, **environment}, stdout=stream, stderr=stream, start_new_session=True
        )
    try:
        yield _wait_for_address(server, state / "jupyter_runtime_dir", log=log)
    finally:
        _end(server)


@dataclass(frozen=True)
class Served:
    """Where a server listens, by what it wrote of itself, and the file in which it and its kernels say what they do."""

    url: str
    token: str
    log: Path

    def read_log(self) -> str:
        """Read the last that they said."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-6000:]


def find_port() -> int:
    """Find a free port of this machine; should it be taken meanwhile, the server goes on to the next."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for_address(server: subprocess.Popen, runtime: Path, *, log: Path) -> Served:
    """Wait until the server has written where it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                written = json.loads(file.read_text(encoding="utf-8"))
                return Served(written["url"], written["token"], log)
            except json.JSONDecodeError:  # half written
                pass
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start, status {server.poll()}: {Served('', '', log).read_log()}")


def _end(server: subprocess.Popen) -> None:
    """End the server, which ends its kernels; by force if it does not, and then they see that it is gone."""
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


#: Opens a notebook, waits for its kernel, and shows it; gives whether it counts as changed.
_OPEN = """
const panel = await app.commands.execute("docmanager:open", {path: given, factory: "Notebook"});
await panel.context.ready;
await panel.sessionContext.ready;
await panel.revealed;
app.shell.activateById(panel.id);
return panel.context.model.dirty;
"""
_RUN = "return await app.commands.execute('notebook:run-all-cells')"
#: The code cells of the notebook that is shown.
_READ = """
const cells = window.jupyterapp.shell.currentWidget.content.widgets;
return cells.filter(cell => cell.model.type === "code").map(cell => ({
  source: cell.model.sharedModel.source, count: cell.model.executionCount, text: cell.outputArea.node.innerText,
  errors: cell.outputArea.model.toJSON().filter(one => one.output_type === "error" || one.name === "stderr"),
}));
"""
#: Puts the cursor into the code cell that holds a text.
_ENTER = """
const [text] = arguments, notebook = window.jupyterapp.shell.currentWidget.content;
notebook.activeCellIndex = notebook.widgets.findIndex(
  cell => cell.model.type === "code" && cell.model.sharedModel.source.includes(text));
notebook.mode = "edit";
notebook.activeCell.node.scrollIntoView({block: "center"});
notebook.activeCell.editor.focus();
"""


class Lab:
    """JupyterLab in a window: one notebook at a time is shown."""

    def __init__(self, browser: Browser, served: Served):
        """Open what a server serves, and wait until it can be used."""
        self.browser, self._driver, self.served = browser, browser.driver, served
        browser.show(width=1400, height=1000)
        self._driver.get(f"{served.url}lab?{urlencode({'token': served.token, 'reset': ''})}")
        assert browser.wait_for("return Boolean(window.jupyterapp)", True, seconds=PATIENCE), "JupyterLab did not open"
        self._await("await app.restored")

    def open(self, path: str) -> None:
        """Show a notebook, with its kernel."""
        assert self._await(_OPEN, path) is False, "opened, it counts as changed"

    def run(self) -> list[dict]:
        """Run all cells of the notebook that is shown, and return those that hold code, as `list_cells` does."""
        self._await(_RUN)
        return self.list_cells()

    def _await(self, script: str, given: str = ""):
        """Return what a script gives in its own time: `app` is Lab, `given` the text."""
        begin = "const [given] = arguments, app = window.jupyterapp; window.settled = null; "
        end = "().then(value => ({value}), error => ({error: String(error)})).then(found => { window.settled = found; });"
        self._driver.execute_script(f"{begin} (async () => {{ {script} }}){end}", given)
        late = time.monotonic() + PATIENCE
        while (found := self.browser.run("return window.settled")) is None:  # no one call may take minutes
            assert time.monotonic() < late, f"still not done: {script}"
            time.sleep(0.25)
        assert "error" not in found, found["error"]
        return found.get("value")

    def list_cells(self) -> list[dict]:
        """Return the code cells of the notebook that is shown: source, count of the execution, what it shows, errors."""
        return self.browser.run(_READ)

    def find_slider(self, label: str) -> str:
        """Return a script that gives the slider with this label, of the notebook that is shown."""
        sliders = "[...window.jupyterapp.shell.currentWidget.node.querySelectorAll('.widget-slider')]"
        named = f"one => one.querySelector('.widget-label')?.textContent === {json.dumps(label)}"
        assert self.browser.wait_for(f"return {sliders}.some({named})", True, seconds=PATIENCE), f"no slider {label!r}"
        return f"{sliders}.find({named})"

    def wait_for(self, source: str, text: str) -> str:
        """Return what the code cell with this source shows, as soon as it holds a text, or at last."""
        end = time.monotonic() + PATIENCE
        while True:
            shown = next(cell["text"] for cell in self.list_cells() if cell["source"] == source)
            if text in shown or time.monotonic() > end:
                return shown
            time.sleep(0.25)

    def type(self, text: str, *, over: str) -> None:
        """Type a line over the code cell that holds `over`, and run it and the cell below, as a learner does."""
        self._driver.execute_script(_ENTER, over)
        keys = ActionChains(self._driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(text)
        for _ in range(2):
            keys = keys.key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT)
        keys.perform()
