"""What the benchmark prints and writes: messages, files, repeated measurements, tables.

Measurements are lists by names such as `deep-ae-10/alone/epoch_seconds`. A table is its title, the
titles of its columns, and its rows; the first column is text, the others are numbers.
"""

import json
import math
import os
import statistics
import sys
from pathlib import Path


def say(text: str) -> None:
    """Prints a message at once."""
    try:
        print(text, flush=True)
    except OSError:
        # A closed pipe, as after `| head`, must not stop the program.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(path: Path, text: str) -> None:
    """Writes a text file, which appears whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    partial.replace(path)


def write_results(path: Path, results: dict) -> None:
    """Writes results as JSON, with the median and every value of what was `measured`."""
    names = results["measured"].items()
    measured = {name: {"median": median(values), "values": values} for name, values in names}
    write(path, json.dumps({**results, "measured": measured}, indent=2) + "\n")


def median(values: list):
    """The median; None without values."""
    return statistics.median(values) if values else None


def number(value, digits: int, unit: float = 1.0) -> str:
    """`value` in `unit` with `digits` significant digits; a dash for None."""
    if value is None:
        return "-"
    magnitude = math.floor(math.log10(abs(value / unit))) if value else 0
    return f"{value / unit:.{max(digits - 1 - magnitude, 0)}f}"


def spread(values: list) -> str:
    """Median, smallest and largest value."""
    if len(values) < 2:
        return number(median(values), 3)
    return "{} ({}-{})".format(*(number(f(values), 3) for f in (median, min, max)))


def times(value, reference) -> str:
    """How many times `reference` it is; a dash if one of them is None."""
    return "-" if None in (value, reference) else f"{value / reference:.2f}x"


def text(title: str, columns: list, rows: list) -> str:
    """A table for a terminal."""
    widths = [max(map(len, cells)) for cells in zip(columns, *rows)]
    lines = [title]
    for first, *others in (columns, *rows):
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:])]
        lines.append("  ".join(["", first.ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)


def markdown(title: str, columns: list, rows: list) -> str:
    """The same table in Markdown."""
    first, *others = (f"| {' | '.join(cells)} |" for cells in (columns, *rows))
    return "\n".join([f"{title}:", "", first, f"|---|{'---:|' * (len(columns) - 1)}", *others, ""])


def show(tables: list, path: Path, *notes: str) -> None:
    """Prints tables and notes, and writes them as Markdown."""
    write(path, "\n".join([*(markdown(*table) for table in tables), *notes]).rstrip() + "\n")
    for part in (*(text(*table) for table in tables), *notes):
        say(f"\n{part}")
    say(f"\nwritten: {path}, {path.with_suffix('.json')}")
