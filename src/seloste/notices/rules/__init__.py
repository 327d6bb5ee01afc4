"""Pure: what must agree with what, and what is generated from the declaration. No tables, no clock, no pages."""
