"""The npd backend: projects, organizations and contacts."""
