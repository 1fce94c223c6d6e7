"""A province that does not exist, as large as a real one, for trying a machine: counties, years of cases, the journal of them.

Made in bulk, but under every guard of the database: row-level security, triggers, the journal's chain. Everyone in it is an office and a
letter. `manage.py make_province` makes it, where DEMO=1 allows.
"""
