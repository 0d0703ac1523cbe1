"""The values that functions take, from their cards, as the sign decision wants them."""
