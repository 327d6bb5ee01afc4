"""Deeds of the shop."""
