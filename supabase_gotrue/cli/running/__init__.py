"""What all commands share: the session, lists of any length, many users at a time."""
