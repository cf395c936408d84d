"""The demo estate: made from a seed, with planted incidents, so that answers can be checked."""

from adapters.estates.demo.dataset import demo_estate
from adapters.estates.demo.incidents import DemoIncident, IncidentKind, demo_incidents

__all__ = ["DemoIncident", "IncidentKind", "demo_estate", "demo_incidents"]
