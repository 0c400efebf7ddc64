"""The `http:` wire."""
