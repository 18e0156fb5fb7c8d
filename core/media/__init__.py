"""Assets, uploads, renditions and the stages they pass."""
