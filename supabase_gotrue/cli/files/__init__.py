"""Files: read as JSON, and written so that nothing is lost and only the owner reads them."""
