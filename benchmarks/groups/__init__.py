"""How often the intervals hold the share of right answers on new groups."""
