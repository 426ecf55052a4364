"""Tests of reading, checking and parting corpora."""
