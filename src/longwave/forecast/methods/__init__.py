"""Forecast methods, one a file."""
