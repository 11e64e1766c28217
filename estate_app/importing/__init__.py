"""Takes data over from other systems' spreadsheets: every row is checked before the first one is written."""
