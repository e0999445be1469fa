"""Door plate: edits as other editors read and write them; formats.py knows the suffixes."""
