"""The network that feels the beat of music: what it learns from, how, and what it is worth."""
