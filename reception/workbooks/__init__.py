"""A county as a workbook: the sheets and columns, reading, checking, and writing templates. `actions/imports.py` stores it."""
