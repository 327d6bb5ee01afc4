"""What this room keeps about a person: nothing that can be found by one."""

OF_NOBODY = {
    "floods.Knock": "a count by a keyed mark of one day, without a name or an address; it goes the next day (art. 11)",
}
