"""The mini-program's API: mounted under /mp/v1 beside the pages, or run alone."""
