"""What lies over a page: questions, messages, the printer's prompts, and word of what failed."""
