"""Pure package: a snapshot of terms and its declaration in, Markdown out."""
