"""The `tcp:` wire."""
