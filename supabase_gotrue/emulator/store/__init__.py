"""The database: rows, transactions, and the pattern matching of PostgreSQL."""
