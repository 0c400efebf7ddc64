"""The virtual Pi: a container with systemd that the appliance's own playbook provisions."""
