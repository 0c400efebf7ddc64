"""OctoPrint plugin: serves the printer on the RAM drive."""
