"""The desk's pages of invoices, for those who keep the books."""
