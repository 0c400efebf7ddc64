"""How the wire of a farm grows: simulated printers on one Redis, and a console that lists and calls them."""
