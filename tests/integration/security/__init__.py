"""What is secret stays so, and what others wrote steers nothing."""
