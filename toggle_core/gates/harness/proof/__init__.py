"""Whether a project's tests notice when the program breaks: small planned mistakes, tried out."""
