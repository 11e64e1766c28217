"""How long a wish to be forgotten cools, and how long a file of own data is given out. Pure."""

from datetime import timedelta

COOLING = timedelta(days=7)
FILE_LIFE = timedelta(days=7)
LINK_LIFE = timedelta(hours=1)
EXPORTS_PER_DAY = 3
