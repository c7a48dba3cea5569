from tests.core.access.conftest import clock, empty_cache, sign_in

__all__ = ["clock", "empty_cache", "sign_in"]
