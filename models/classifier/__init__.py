"""A classifier of pictures, trained on the user's own clips: what to keep and what to drop."""
