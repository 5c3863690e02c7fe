"""Is production well? Four stages that look and judge, side by side."""
