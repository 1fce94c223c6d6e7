"""The county's figures for a month, a quarter or a year: the tables of the yearly report on petition work, each as numbers with words.

Source: Regulations on Petition Work, art. 39 to 41 (assessment, supervision, yearly report). What the reader is kept from is not counted.
"""
