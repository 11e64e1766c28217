"""Keeping the data: backups, restore drills, and the check of an installation."""
