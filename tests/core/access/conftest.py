"""Access listens to plugins: the garden plants them."""

from tests.core.contract.conftest import garden

__all__ = ["garden"]
