"""The verbs, one module a noun. Each class lists its handlers; the rooms below do the work."""
