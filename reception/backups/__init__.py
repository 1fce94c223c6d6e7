"""Backups: taken, sealed, verified, restored beside the running database. What is written to a backup's folder is never in clear."""
