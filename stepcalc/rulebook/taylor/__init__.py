"""Taylor polynomials as strategies: derivatives and their values, or power series term by term."""
