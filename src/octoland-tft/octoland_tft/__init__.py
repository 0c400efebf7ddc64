"""The printer touch screen."""
