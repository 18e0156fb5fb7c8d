"""Content security policies: a strict one for the site, one of its own for the admin."""

from csp.constants import NONE, SELF, UNSAFE_INLINE

# Wagtail's admin is React with inline styles and a few inline scripts of its own panels.
# It has its own policy so that nothing of this leniency reaches what members see.
ADMIN = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
}

# Wagtail's preview shows a page inside the admin, hence `frame-ancestors 'self'`.
SITE = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "manifest-src": [SELF],
    "frame-src": [SELF, "https://www.youtube-nocookie.com", "https://player.vimeo.com"],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
}
