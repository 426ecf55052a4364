"""Tests of the audit of corpora."""
