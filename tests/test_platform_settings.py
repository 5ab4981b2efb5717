"""The test settings keep their promises."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model


def test_nothing_a_test_writes_lands_in_the_data_folder_of_the_site() -> None:
    site = settings.VEJVISER_DATA_DIR
    for path in (settings.DATABASES["default"]["NAME"], *(settings.CHATBOTS[n] for n in ("SNAPSHOT_DIR", "MODEL_DIR"))):
        assert not Path(path).is_relative_to(site)


@pytest.mark.django_db
def test_the_database_works() -> None:
    user = get_user_model().objects.create_user("editor", password="hemmelig")
    assert user.check_password("hemmelig")
