"""What happens after a push was accepted: once, whatever is killed on the way."""
