"""Fitting a model to data by chi-squared."""
