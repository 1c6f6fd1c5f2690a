"""The pages of the bot clusters."""
