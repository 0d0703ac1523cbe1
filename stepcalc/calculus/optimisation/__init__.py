"""What derivatives are for: roots by Newton's method, optima, constraints, and gradient descent."""
