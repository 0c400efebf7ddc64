"""The `jsonfile:` wire."""
