"""What each cabinet's start page asks of the rooms: facts for one look, by their selectors and panels only."""
