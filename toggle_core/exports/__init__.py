"""Runs as files: CSV and Parquet."""
