"""The state of the system: readiness, workers, storage."""
