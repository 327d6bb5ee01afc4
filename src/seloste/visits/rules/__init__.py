"""What is counted, what is shown of it, and what is logged: plain functions of plain values."""
