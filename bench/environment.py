"""The virtual environment with PyTorch and JAX, in the cache that all clones share."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

import children
from output import say

REQUIREMENTS = Path(__file__).resolve().parent / "peers/requirements.txt"
# pip takes several times a wheel's size of memory to put it into its own cache.
PIP = "-m pip install --no-input --no-deps --quiet --disable-pip-version-check --no-cache-dir"


def install(cache: Path, offline: bool, python=sys.executable, requirements=REQUIREMENTS) -> Path:
    """The Python of an environment with the packages of `requirements`, made if needed."""
    folder, wanted = cache / "bench-peers", requirements.read_text()
    # Written last: with it, everything is there.
    installed = folder / "installed.txt"

    def is_there() -> bool:
        return installed.exists() and installed.read_text() == wanted

    if not is_there():
        if offline:
            raise RuntimeError(
                f"the packages of {requirements} are not in {folder}, and --offline forbids to "
                "download them; run `cargo xtask bench --with-peers` with a network once, or "
                "this without --with-peers"
            )
        cache.mkdir(parents=True, exist_ok=True)
        with open(cache / "lock", "a") as lock:
            wait_for(lock)
            # While this process waited, another may have installed them.
            if not is_there():
                say(f"installing PyTorch, JAX and scikit-learn (about 4 GB) in {folder}")
                installed.unlink(missing_ok=True)
                try:
                    make(folder, python, requirements, lock)
                    os.sync()
                    installed.write_text(wanted)
                except BaseException:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise
    return folder / "bin/python"


def wait_for(lock) -> None:
    """Locks a file against other processes."""
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            children.pause()


def make(folder: Path, python: str, requirements: Path, lock) -> None:
    """Makes the environment; pip inherits the lock, so that it is held until pip has ended too."""
    pip = [folder / "bin/python", *PIP.split(), "--requirement", requirements]
    for command in ([python, "-m", "venv", "--clear", folder], pip):
        # The system's folder for temporary files is often too small for such wheels.
        status, _, _ = children.run(command, stdin=lock, env={**os.environ, "TMPDIR": str(folder)})
        if status != 0:
            raise RuntimeError(
                f"the environment of PyTorch and JAX cannot be made: {command[0]} failed (exit "
                f"status {status}) and says why above; Python 3.11 or later with venv and pip is "
                "needed"
            )
