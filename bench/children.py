"""Child processes: what they cost, what they print, and how they end when the user says so."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

# Seconds between two looks: long enough to take no time from what is measured.
POLL_INTERVAL = 0.05

_signals = []


def listen() -> None:
    """From now on Ctrl-C and other signals end nothing: they only make `pause` raise."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` ignores one, for example.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _: _signals.append(number))


def pause() -> None:
    """Waits a moment; raises KeyboardInterrupt once a signal has come."""
    time.sleep(POLL_INTERVAL)
    if _signals:
        raise KeyboardInterrupt


def run(command: list, is_enough=lambda: False, stdin=subprocess.DEVNULL, **options):
    """Runs a program until it ends, or is asked to end because `is_enough()`.

    Returns its exit status (negative if a signal ended it), seconds, and peak memory in bytes.
    """
    start = time.perf_counter()
    # In a session of its own: Ctrl-C does not reach it, and `killpg` reaches what it has started.
    child = subprocess.Popen(command, stdin=stdin, start_new_session=True, **options)
    ended = 0
    try:
        while True:
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
            seconds = time.perf_counter() - start
            if ended or is_enough():
                break
            pause()
    finally:
        if not ended:
            os.killpg(child.pid, signal.SIGTERM)
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def ask(*command: str):
    """What a program prints, as JSON."""
    with tempfile.TemporaryFile("w+") as printed:
        status, _, _ = run(command, stdout=printed)
        if status != 0:
            name = " ".join(map(str, command[:2]))
            raise RuntimeError(f"`{name}` failed (exit status {status}) and says why above")
        printed.seek(0)
        return json.load(printed)
