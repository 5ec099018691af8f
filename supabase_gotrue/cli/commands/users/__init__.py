"""The group `users`."""
