"""Tests of field/."""
