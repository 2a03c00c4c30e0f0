"""What papers of a meeting are made of, in plain values."""
