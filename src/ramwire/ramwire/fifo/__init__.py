"""The `fifo:` wire: two named pipes in a folder, `send` and `recv`, and messages framed in one of three ways.

Format: `docs/protocol/fifo.md`.
"""
