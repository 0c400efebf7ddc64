"""The wire: the conformance suite over every wire, the command, and peers written from the protocol alone."""
