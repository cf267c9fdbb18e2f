"""Webhook deliveries: what is sent when a run ends, and what became of it."""
