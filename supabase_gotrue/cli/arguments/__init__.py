"""What arguments mean: options, attributes, filters and times."""
