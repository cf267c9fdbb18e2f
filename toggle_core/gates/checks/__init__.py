"""The seven gates, one module each: ``check(context)`` returns a ``Judgement``."""
