"""What `diff` and `compare` read, and how they say what they found."""
