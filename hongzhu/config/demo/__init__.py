"""The demo: five invented counties' worth of rows behind real headline figures. All people are synthetic."""
