"""What pages say of products besides their words: addresses, what search engines read, a card for links."""
