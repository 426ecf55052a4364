"""Tests of optimal policy."""
