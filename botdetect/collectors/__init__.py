"""Live sources of posts. Nothing here knows Django: addresses, budgets and folders are given."""
