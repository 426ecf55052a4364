"""Return on investment: measures that look alike and are never taken for one another."""
