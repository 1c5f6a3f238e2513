"""What the client was made of."""
