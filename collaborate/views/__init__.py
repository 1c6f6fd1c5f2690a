"""The pages of the collaboration tool."""
