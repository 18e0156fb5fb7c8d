"""A show on somebody else's server: its feed, its sounds, and what lies beside them."""

import http.server
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import quoteattr

from PIL import Image

from core.jobs.models import Job
from core.jobs.services import run_now
from pages.podcasts import importing, outcomes

from .conftest import SOUND

HEAD = """<?xml version="1.0"?><rss version="2.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:psc="http://podlove.org/simple-chapters">
<channel><title>Slow mornings</title><description>Waking up in no hurry.</description>
{}</channel></rss>"""
ITEM = """<item><title>{title}</title><guid isPermaLink="false">{guid}</guid>
<pubDate>Mon, 0{n} May 2023 10:00:00 +0200</pubDate><description>Tea first.</description>
<enclosure url="{base}/one.m4a" type="audio/mp4" length="1"/>{beside}</item>"""
VTT = b"WEBVTT\n\n00:01.000 --> 00:03.000\nThe kettle sings.\n"
SRT = b"1\n00:00:01,000 --> 00:00:03,000\nDer Kessel singt.\n"
SPOKEN = {
    "version": "1.0.0",
    "segments": [
        {"speaker": "Ida", "startTime": 1.0, "endTime": 1.4, "body": "La"},
        {"speaker": "Ida", "startTime": 1.4, "endTime": 2.0, "body": "bouilloire"},
        {"speaker": "Ida", "startTime": 2.0, "endTime": 2.0, "body": "chante."},
        {"speaker": "Ben", "startTime": 2.5, "endTime": 4.0, "body": "Oui."},
    ],
}
MARKS = {
    "version": "1.2.0",
    "chapters": [
        {"startTime": 0, "title": "The kettle"},
        {"startTime": 4.5, "title": "Hidden", "toc": False},
        {"startTime": 5, "title": "The cup"},
    ],
}
PODLOVE = """<psc:chapters version="1.2"><psc:chapter start="00:00:00.000" title="Water"/>
<psc:chapter start="00:06.5" title="Leaves" href="https://tea.example/"/></psc:chapters>"""


def picture(colour="teal", size=(1500, 1500), kind="PNG"):
    data = BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


def tag(name, text="", **attributes):
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{text}</{name}>"


@dataclass
class Elsewhere:
    """What a server gives by path, and what was asked of it."""

    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def feed(self, *items, channel=""):
        """Serve a feed of items, each what stands beside its sound."""
        rows = [
            ITEM.format(title=f"Morning {n}", guid=f"morning-{n}", n=n, base=self.base, beside=one)
            for n, one in enumerate(items, start=1)
        ]
        self.files["/feed.xml"] = HEAD.format(channel + "".join(rows)).encode()

    def whole(self):
        """All that may stand beside a sound, and the files that it leads to."""
        self.files |= {
            "/cover.png": picture(),
            "/marks.json": json.dumps(MARKS).encode(),
            "/words.vtt": VTT,
            "/words.srt": SRT,
            "/words.json": json.dumps(SPOKEN).encode(),
        }
        link = "https://ida.example/"
        words = (("vtt", "text/vtt", "en"), ("srt", "application/x-subrip", "de"),
                 ("json", "application/json", "fr"), ("html", "text/html", "en"))  # fmt: skip
        return "".join([
            tag("itunes:image", href=f"{self.base}/cover.png"),
            tag("podcast:person", "Ida Holm", role="Guest", href=link),
            tag("podcast:person", "Ben Okoro", role="executive producer"),
            tag("podcast:chapters", url=f"{self.base}/marks.json"),
            *(tag("podcast:transcript", url=f"{self.base}/words.{end}", type=kind, language=tongue)
              for end, kind, tongue in words),
            tag("itunes:season", "2"), tag("itunes:episode", "7"),
            tag("itunes:episodeType", "Bonus"), tag("itunes:explicit", "yes"),
        ])  # fmt: skip

    def bring_in(self, show, member, **how):
        """Run an import to its end; return the job that read the feed."""
        job = importing.begin(show=show, url=f"{self.base}/feed.xml", member=member, **how)
        run_all(outcomes.READ)
        run_all(outcomes.EPISODE)
        job.refresh_from_db()
        return job


def run_all(kind):
    for job in Job.objects.filter(kind=kind, state__in=Job.ACTIVE).order_by("pk"):
        for _attempt in range(3):
            Job.objects.filter(pk=job.pk).update(run_after=None)
            run_now(job)


@contextmanager
def somewhere():
    there = Elsewhere(files={"/one.m4a": SOUND.read_bytes()})

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            there.asked.append(self.path)
            body = there.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        there.base = f"http://127.0.0.1:{server.server_port}"
        yield there
        server.shutdown()
