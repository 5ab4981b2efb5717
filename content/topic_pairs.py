"""Which topics are the same in the two languages. Nobody ties them together: their pages' translations tell."""

from __future__ import annotations

from collections import Counter, defaultdict

from django.db.models import Count

from content.models import Page


def topic_pairs() -> dict[int, int]:
    """Return, by primary key, each topic's counterpart: either has most of its translated pages under the other.

    Only published pages count. A topic whose pages went to another topic's counterpart has none.
    """
    published = Page.objects.published().order_by()
    shared = (
        published.filter(topic__isnull=False, translation_of__in=published, translation_of__topic__isnull=False)
        .values_list("topic", "translation_of__topic")
        .annotate(Count("pk"))
    )
    shares: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for one, other, number in shared:
        shares[one][other] += number
        shares[other][one] += number
    nearest = {one: min(others, key=lambda other: (-others[other], other)) for one, others in shares.items()}
    return {one: other for one, other in nearest.items() if nearest[other] == one}
