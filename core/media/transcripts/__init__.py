"""The spoken words of an asset: as heard, as corrected, as captions, as text."""
