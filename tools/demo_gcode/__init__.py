"""The demo's print: a small hull of our own, sliced by PrusaSlicer."""
