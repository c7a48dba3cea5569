"""Reads of the room, one file per noun: fields, prefill, requests, returns, reports, burden, papers."""
