"""Pages of one's own purchases: all of them for whoever signs in, each about the own household only."""
