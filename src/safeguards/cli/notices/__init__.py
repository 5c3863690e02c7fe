"""The ways in which `verify` tells others: an issue, a webhook, a ping."""
