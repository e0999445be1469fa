"""What is done to an edit once it is cut: voice-over, captions, music, clean-up, mix. Each step is a file."""
