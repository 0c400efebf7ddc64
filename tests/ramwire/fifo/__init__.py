"""The `fifo:` wire."""
