"""The rules: pure functions and immutable records. No I/O, no clock, standard library only."""
