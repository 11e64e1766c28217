"""The administrator's commands, one file per subject."""
