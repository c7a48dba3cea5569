"""Tests in a real Chromium: what a person sees at 1280 and at 390 px, and on paper."""
