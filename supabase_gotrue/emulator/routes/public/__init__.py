"""The routes that need no user: signing up, signing in, verifying."""
