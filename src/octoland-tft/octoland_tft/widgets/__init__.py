"""What pages are made of. One module each, its kv beside it."""
