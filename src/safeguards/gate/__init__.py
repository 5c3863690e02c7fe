"""The verdict on what is being pushed, before it leaves."""
