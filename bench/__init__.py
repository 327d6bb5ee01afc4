"""Measures how quick the product is, over synthetic registers of ten thousand to a million people."""
