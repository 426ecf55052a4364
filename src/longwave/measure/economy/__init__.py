"""The arithmetic of macroeconomic policy: the output gap in real time, and what moves the public debt."""
