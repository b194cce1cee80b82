"""What readers are told about leaving, in the form they read."""
