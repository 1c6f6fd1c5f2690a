"""What a crowd means: from answers to a label for each task, and how sure it is.

Pure: no Django. `python -m political_ads.consensus LABELS.csv` runs it on a file. Each way is imported from its own
file, so that a web process, which knows the rules only, does not carry the arithmetic of the others.
"""
