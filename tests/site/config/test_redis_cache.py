"""The cache keeps its client, and what it is given."""

from django.core.cache import caches

from config.redis_cache import KeptRedisCache


def test_one_client_serves_every_call():
    cache = caches["default"]
    assert isinstance(cache, KeptRedisCache)
    cache.set("kept", {"a": 1})
    client = cache._cache.get_client("kept")
    assert cache.get("kept") == {"a": 1}
    assert cache._cache.get_client("another") is client
    cache.delete("kept")
    assert cache.get("kept") is None
