"""Medians and a plain table, for every measurement."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(
    ours: Callable[[], float], raw: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """Medians of ours, of the raw limit, and of their ratio, measured in turns.

    Taking turns keeps a busy neighbour from spoiling one side only.
    """
    pairs = [(ours(), raw()) for _ in range(rounds)]
    return (
        median(one for one, _ in pairs),
        median(limit for _, limit in pairs),
        median(one / limit for one, limit in pairs),
    )


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: first column to the left, figures to the right."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    print(f"\n{title}")
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  " + "  ".join(cells), flush=True)
