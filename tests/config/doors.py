"""The one page of the house itself: the switch of languages, open to everybody, writes a cookie."""

from tests.doors import Door, expect

DOORS = [Door("set_language", "POST", expect(rest=302), data=lambda it: {"language": "en"})]
