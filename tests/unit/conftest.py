"""Unit tests run anywhere, at any load: properties are checked on the same examples each time and never against a clock."""

from hypothesis import HealthCheck, settings

settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
