"""What happens to runs, as a feed and for those who follow one run."""
