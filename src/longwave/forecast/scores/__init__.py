"""Scores of forecasts, each a pure function of arrays: of points, of intervals, of distributions, and of one method
against another."""
