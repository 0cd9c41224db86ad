"""How fast images are decoded beside an older build, as a ratio measured in pairs."""
