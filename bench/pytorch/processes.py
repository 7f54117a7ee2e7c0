"""Fresh processes in which the measurements run, so that none inherits the state of another."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from threading import BrokenBarrierError

# Each process is a copy of one that has loaded PyTorch and done nothing with it.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["training"])

_barriers = None


class Processes:
    """Up to `max_processes` processes side by side."""

    def __init__(self, max_processes):
        barriers = {count: CONTEXT.Barrier(count) for count in range(2, max_processes + 1)}
        self._pool = ProcessPoolExecutor(
            max_processes, CONTEXT, initializer=_keep, initargs=(barriers,)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._pool.shutdown()

    def run(self, function, request):
        """Returns the result of `function` for `request` in one of the processes."""
        return self._pool.submit(function, request).result()

    def train(self, request):
        """Trains in as many processes at once as the settings say.

        Returns the images per second of all of them together in each epoch, and the sum of their
        memory.
        """
        count = request.get("settings", {}).get("processes", 1)
        futures = [self._pool.submit(_train, request, count) for _ in range(count)]
        errors = [future.exception() for future in futures]
        # One that failed breaks the barrier for the others: its error is the cause.
        errors.sort(key=lambda error: isinstance(error, BrokenBarrierError))
        for error in filter(None, errors):
            raise error
        seconds, memory = zip(*(future.result() for future in futures))
        rates = [sum(request["images"] / each for each in epoch) for epoch in zip(*seconds)]
        return rates, sum(memory)


def _keep(barriers):
    global _barriers
    _barriers = barriers


def _train(request, count):
    # Each waits for the others, so no process takes two of the tasks.
    barrier = _barriers.get(count)
    try:
        # Here, so that the process that only waits does not load PyTorch.
        from training import epochs_in_seconds

        return epochs_in_seconds(request, barrier)
    except BaseException:
        if barrier:
            barrier.abort()
        raise
