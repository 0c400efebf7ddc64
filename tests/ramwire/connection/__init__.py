"""What `unix:` and `tcp:` share: the tests that both run, and the formats."""
