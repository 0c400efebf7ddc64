"""The `jsonfile:` wire: requests and answers in one shared JSON file, guarded by a lock file.

`docs/protocol/jsonfile.md` is its specification.
"""
