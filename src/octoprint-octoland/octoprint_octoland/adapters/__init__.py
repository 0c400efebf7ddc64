"""The only modules that call OctoPrint: typed on our side, written for 1.11 and aware of 2.0."""
