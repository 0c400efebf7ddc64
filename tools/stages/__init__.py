"""What `make test` runs: stages side by side, each timed and logged."""
