"""Competition: concentration, margins, and how firms come, go and stay on top."""
