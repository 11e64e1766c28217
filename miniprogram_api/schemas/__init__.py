"""What goes over the wire, one file per subject; every field says what it is."""
