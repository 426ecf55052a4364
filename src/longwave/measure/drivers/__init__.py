"""Drivers and frictions: the digital divide, security and privacy, adaptability, social impact."""
