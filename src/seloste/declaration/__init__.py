"""The notice as configuration: ``notice/*.toml`` parsed once into frozen, typed objects.

Everything the software may do follows from here; it imports no Django and knows no table.
"""
