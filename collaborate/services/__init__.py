"""Every write of the collaboration tool."""
