"""Literal peers of the `ramdrive:` wire: they know the two folders, and nothing else."""
