"""Door plate: the network that hears speech, singing, music and noise, and everything that trains it."""
