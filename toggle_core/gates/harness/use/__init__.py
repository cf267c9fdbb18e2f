"""Use a program's pages as visitors do, careless and hostile ones among them."""
