"""Everything about a person as a package of her own (art. 15, 20)."""
