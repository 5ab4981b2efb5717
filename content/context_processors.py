"""What every page of the site needs."""


def site(request):
    """Return the site's name and menu."""
    return {}
