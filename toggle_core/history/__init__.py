"""The run history: what is listed, filtered, counted and compared."""
