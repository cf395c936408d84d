"""Diagnosis: why a run failed, was slow or may mislead, each reason with its evidence."""
