"""The push mechanism under load, under kills, and what it costs everybody else."""
