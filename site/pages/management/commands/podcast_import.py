"""``manage.py podcast_import <url> --show <id> --as <e-mail>``: bring a feed's episodes in."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from core.members.models import Member
from pages.models import Podcast
from pages.podcasts import importing


class Command(BaseCommand):
    """Begins an import; workers do it, and the admin shows how far it is."""

    help = "Bring the episodes of an existing podcast feed into a show."

    def add_arguments(self, parser):
        parser.add_argument("url", help="the feed's RSS address")
        parser.add_argument("--show", type=int, required=True, help="the podcast page's number")
        parser.add_argument("--ours", action="store_true", help="its owner locked it, and agrees")
        parser.add_argument("--as", dest="email", required=True, help="who it is done for")

    def handle(self, *args, url, show, email, ours, **options):
        page = Podcast.objects.filter(pk=show).first()
        member = Member.objects.filter(email__iexact=email).first()
        if page is None or member is None:
            raise CommandError("There is no such podcast, or nobody with this e-mail address.")
        job = importing.begin(show=page, url=url, member=member, is_ours=ours)
        if job.payload["url"] != url:
            raise CommandError(f"{job.payload['url']} is being read: try again after that.")
        self.stdout.write(f"Job {job.pk} reads {url}; episodes follow one by one.")
