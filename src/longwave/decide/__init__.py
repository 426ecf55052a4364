"""Decisions: investment of a firm, early warning of a bank."""
