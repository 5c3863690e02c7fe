"""What Prometheus is told, made of verdicts and of the journal's runs."""
