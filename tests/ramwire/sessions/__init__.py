"""What all wires made of sessions share."""
