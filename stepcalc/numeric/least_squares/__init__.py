"""Least squares: Levenberg and Marquardt's method from an exact Jacobian, and steepest descent to compare it with.

Sources: Marquardt, J. SIAM 11 (1963) 431; Moré, Lecture Notes in Mathematics 630 (1978) 105; Nielsen, IMM-REP-1999-05
(the damping); Golub and Pereyra, SIAM J. Numer. Anal. 10 (1973) 413 (variable projection).
"""
