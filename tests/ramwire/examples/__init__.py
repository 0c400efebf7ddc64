"""The examples in the repository's root, run as their pages say."""
