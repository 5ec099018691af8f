"""The routes of a signed-in user."""
