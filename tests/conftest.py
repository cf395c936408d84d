"""What holds for every test."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres"]

# How long an example takes says more about the machine than about the code.
settings.register_profile(
    "opstrail", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("opstrail")
