"""The `unix:` wire."""
