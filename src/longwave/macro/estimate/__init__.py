"""Coefficients of behavioural equations from data: one by one and as a system."""
