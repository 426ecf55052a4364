"""Watch rules: control charts on whitened series, with known run lengths, and thresholds that must persist."""
