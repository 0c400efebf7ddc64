"""Fuzzing: every parser is fed what nobody would write.

`targets` has one function for each parser, which raises where anything else comes of its input than the
parser promises, and the inputs to begin with. `make fuzz` runs them under a coverage-guided fuzzer (`python
-m tests.ramwire.fuzz`); the suite runs them for a moment without it. What was found is added to the inputs.
"""
