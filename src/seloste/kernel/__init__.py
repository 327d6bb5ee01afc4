"""The ground floor: what every room stands on. No tables, no other room."""
