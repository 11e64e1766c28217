"""A local stand-in for the vendors' servers: their real wire formats, its own keys. It takes no real money."""
