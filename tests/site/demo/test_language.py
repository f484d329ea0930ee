"""The demo is the same in whichever language its loader runs: on a database of its own, where nothing is laid down."""

from django.utils import translation

from lantian.site.demo.load import load
from lantian.site.plans.models import Plan


def test_loading_does_not_depend_on_the_language(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        load()
    assert Plan.objects.get().tasks.whole().count() == 43
