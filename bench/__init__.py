"""What is measured, how, and the last figures: `python -m bench`, and RESULTS.md."""
