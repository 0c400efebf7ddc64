"""The verbs of the printer service and the shapes its two ends share."""
