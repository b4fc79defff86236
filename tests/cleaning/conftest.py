"""The invented team of the reviewer's tests, and for each test a copy of its own."""

from __future__ import annotations

from tests.reviewer.conftest import first_world, world

__all__ = ["first_world", "world"]
