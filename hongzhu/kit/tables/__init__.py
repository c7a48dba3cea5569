"""Spreadsheets in and out: hostile ones refused before they are read, ours written so that no cell can run."""
