"""What was asked, laid out for the pages."""
