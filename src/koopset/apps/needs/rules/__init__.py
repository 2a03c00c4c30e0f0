"""What counts as a purchase, how much of what it is. Pure."""
