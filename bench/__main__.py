"""`make bench`: prints every table; asserts nothing, since a shared machine would make it lie."""

from __future__ import annotations

import os
import platform

from bench import (
    cleaning,
    desk,
    finding,
    importing,
    leaks,
    opening,
    page,
    proofs,
    redaction,
    sealing,
    storing,
)


def main() -> None:
    """Run each measurement in turn."""
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}")
    opening.main()
    importing.main()
    storing.main()
    finding.main()
    page.main()
    sealing.main()
    proofs.main()
    cleaning.main()
    desk.main()
    redaction.main(["--unseen"])
    leaks.main(["tests/vectors/corpus/dev.jsonl", "tests/corpus/unseen.jsonl"])


if __name__ == "__main__":
    main()
