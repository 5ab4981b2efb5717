"""What `make run` runs: everything the site needs on one machine, under one process manager."""
