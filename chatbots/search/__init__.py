"""The search page: what a visitor types ▸ pages of the site, best first, with the passages that say it.

Words travel in the body of a POST and nowhere else: no address, no history, no log has them.
"""
