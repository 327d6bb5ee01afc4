"""Deeds of the staff's pages."""
