"""The `ramdrive:` wire."""
