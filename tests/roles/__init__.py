"""The roles' own programs, on the controller: no machine is needed."""
