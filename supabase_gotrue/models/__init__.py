"""What the server returns: one module per resource."""
