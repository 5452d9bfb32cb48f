"""Start the kernels of one report as forks of one process that has imported the libraries: a second of work less for each.

Where Linux does not offer it, or a kernel is to run on another Python, it starts as Jupyter starts it, and gives the same.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager

KERNEL_ENVIRONMENT = {
    # One thread of linear algebra for each kernel: kernels run side by side, and sums keep their order.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    # The kernel's debugger otherwise prints a remark about frozen modules.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}

#: How a kernel's command begins that can be forked: the rest are arguments of the kernel.
LAUNCH = [sys.executable, "-m", "ipykernel_launcher"]


class ForkedKernel:
    """A kernel that is no child of this process, with what Jupyter asks of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = -1  # it has ended already

    def poll(self) -> int | None:
        """Return None while it runs. How it ended is not known."""
        if self._handle < 0:
            return 1
        watched = select.poll()
        watched.register(self._handle, select.POLLIN)
        return 1 if watched.poll(0) else None

    def wait(self) -> int:
        """Wait until it has ended."""
        if self._handle >= 0:
            select.select([self._handle], [], [])
            os.close(self._handle)
            self._handle = -1
        return 1

    def send_signal(self, signum: int) -> None:
        """Send a signal to it."""
        if self._handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signum)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class KernelServer:
    """A process that forks kernels; it starts and ends with the block. Safe for threads.

    Examples
    --------
    >>> with KernelServer() as server:
    ...     print(server.fork(["julia", "kernel.jl"], env={}, cwd="."))  # another language's: Jupyter is to start it
    None
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> KernelServer:
        if hasattr(os, "pidfd_open"):
            own, env = [sys.executable, "-m", __name__], os.environ | KERNEL_ENVIRONMENT
            self._process = subprocess.Popen(own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, start_new_session=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate()  # it ends as it hears no more

    def fork(self, command: Sequence[str], *, env: Mapping[str, str], cwd: str) -> ForkedKernel | None:
        """Fork a kernel; None where this cannot be done, and it is to be started in the ordinary way.

        Parameters
        ----------
        command : sequence of str
            What Jupyter would run.
        env : mapping
            The kernel's environment.
        cwd : str
            The folder in which it starts.
        """
        if self._process is None or list(command[: len(LAUNCH)]) != LAUNCH:
            return None
        with self._lock:
            process = self._process
            assert process.stdin is not None and process.stdout is not None
            asked = {"arguments": list(command[len(LAUNCH) :]), "env": dict(env), "cwd": cwd}
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(asked).encode() + b"\n")
                process.stdin.flush()
            answer = process.stdout.readline()
            return ForkedKernel(int(answer)) if answer else None

    def serve(self, manager: KernelManager) -> None:
        """Let a manager of one kernel start it here."""
        from jupyter_client.provisioning.local_provisioner import LocalProvisioner

        server = self

        class Provisioner(LocalProvisioner):
            async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
                process = server.fork(cmd, env=kwargs["env"], cwd=str(kwargs.get("cwd") or os.getcwd()))
                if process is None:
                    return await super().launch_kernel(cmd, **kwargs)
                self.process = process  # type: ignore[assignment]
                self.pid = self.pgid = process.pid
                return self.connection_info

        manager.provisioner = Provisioner(kernel_id=str(uuid4()), kernel_spec=manager.kernel_spec, parent=manager)


def _main() -> None:
    """Import the libraries; then fork a kernel for each line on standard input, and answer with its process id."""
    del sys.path[0]  # as the kernel's own launcher does: it is the folder in which this was started
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library or a kernel prints is no answer
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel has it
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # a kernel ends when this process does; it reads the id as it is imported
    _import_libraries()
    gc.freeze()  # nothing of it is garbage, so that no kernel need look through it
    gc.set_threshold(20_000, 20, 20)  # a page makes many objects and drops few, so that looking seldom will do
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a kernel ended
    for line in iter(sys.stdin.buffer.readline, b""):
        pid = os.fork()
        if pid == 0:
            os.close(answers)
            _become_kernel(**json.loads(line))
            return
        os.write(answers, b"%d\n" % pid)


def _import_libraries() -> None:
    """Import what nearly every notebook loads. Not this package: what its own import warns of must show in the notebook."""
    import ipykernel.ipkernel
    import ipykernel.kernelapp
    import ipykernel.zmqshell  # noqa: F401
    import matplotlib.backends.backend_agg
    import matplotlib.backends.backend_svg
    import matplotlib.dates
    import matplotlib.figure
    import matplotlib.layout_engine  # noqa: F401
    import numpy  # noqa: F401
    import pandas  # noqa: F401
    import PIL.PngImagePlugin  # noqa: F401
    import scipy.optimize
    import scipy.stats  # noqa: F401


def _become_kernel(arguments: Sequence[str], env: Mapping[str, str], cwd: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()  # an interruption goes to it and to all that it starts
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(cwd)
    sys.argv[:] = ["ipykernel_launcher", *arguments]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    _main()
