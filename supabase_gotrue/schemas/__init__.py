"""What callers may pass: params Structs, TypedDicts, and their checks."""
