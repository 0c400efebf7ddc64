"""Both ends of a wire killed at random under load."""
