"""What follows from days, prices and wishes alone: no table, no clock."""
