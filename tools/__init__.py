"""Developer tooling: what the Makefile calls."""
