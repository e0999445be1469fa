"""Door plate: the training loop that every network shares; a network brings a `Task`, the loop does the rest."""
