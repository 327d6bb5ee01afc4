"""The room's plain rules: what a bill is, how it is reckoned, numbered, chained and written for machines."""
