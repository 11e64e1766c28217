"""Photos and videos."""
