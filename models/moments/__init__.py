"""Door plate: the network that says which half seconds of a film are worth watching."""
