"""What requests and responses look like: parameters, views, errors, tokens, headers."""
