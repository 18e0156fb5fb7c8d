"""The doors behind which events are followed each minute, and what changed is told."""

from __future__ import annotations

from wagtail.models import Site

from core.jobs.claims import Claim

from . import changes, reminders, telling


def follow(claim: Claim) -> None:
    """See what editors changed, give places that became free, and tell what is due."""
    changed = changes.follow_all(breathe=lambda: claim.progress(0.2))
    told = reminders.remind(breathe=lambda: claim.progress(0.5))
    claim.succeed(changed=changed, told=told)


def tell(claim: Claim) -> None:
    """Tell those who wanted to come what became of an event."""
    news, done = telling.News(**claim.payload), 0
    site = Site.objects.select_related("root_page").get(pk=claim.job.site_id)

    def breathe() -> None:
        nonlocal done
        claim.progress(done / len(news.members))
        done += telling.BATCH

    claim.succeed(told=telling.tell(news, site=site, breathe=breathe))
