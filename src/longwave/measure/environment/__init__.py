"""Energy and carbon: what moves emissions, and how they go with output."""
