"""The quality checks, one idea a file; each registers itself in `longwave.prepare.quality.CHECKS`."""
