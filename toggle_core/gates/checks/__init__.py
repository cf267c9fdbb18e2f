"""The gates, one module each, named as the gate: ``check(context)`` returns a ``Judgement``."""
