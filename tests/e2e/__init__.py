"""The whole appliance, used as its owner does: by touch on the screen, and in OctoPrint's own page."""
