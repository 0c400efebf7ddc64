"""Literal peers of the `jsonfile:` wire: they know the shared file and its lock, and nothing else."""
