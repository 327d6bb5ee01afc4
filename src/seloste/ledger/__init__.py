"""What must be done again after a restore: erasures and refusals, chained, kept outside the database too."""
