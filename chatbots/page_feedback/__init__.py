"""What visitors say of a page: whether they found what they came for, and what was missing. No model is asked."""
