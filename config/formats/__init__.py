"""Dates and times of the staff's tables and forms, as every other page writes them; found by ``FORMAT_MODULE_PATH``."""
