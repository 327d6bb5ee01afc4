"""What the desk's pages of invoices read: words and numbers as people see them."""
