"""What is wrong with a corpus before anything is learnt from it: repeats, leaks, contradictions, doubtful labels."""
