"""Door plate: the network that finds where one shot gives way to the next, and everything that trains it."""
