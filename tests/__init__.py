"""The tests of every part; packages, so that a name may be used in two of them."""
