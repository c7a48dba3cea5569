"""Forms of 党务, one file for each noun."""
