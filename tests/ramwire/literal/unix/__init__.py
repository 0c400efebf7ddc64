"""Programs that know the `unix:` wire from its description alone."""
