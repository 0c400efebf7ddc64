"""Two programs on one machine that talk by leaving files for each other."""
