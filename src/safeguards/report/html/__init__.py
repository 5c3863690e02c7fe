"""`report --html`: how production is and was, as one file that needs nothing else."""
