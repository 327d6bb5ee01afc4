"""What a saved view may be."""

#: The longest name of a saved view: a word or two, on a chip.
LONGEST_NAME = 40
#: How many saved views of one list an employee may have.
MOST = 12
