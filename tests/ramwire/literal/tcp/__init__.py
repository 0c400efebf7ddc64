"""Programs that know the `tcp:` wire from its description alone."""
