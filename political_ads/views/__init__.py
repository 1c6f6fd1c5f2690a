"""The pages of political ads."""
