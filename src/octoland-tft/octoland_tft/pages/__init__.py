"""One page a file, its layout beside it. `navigation.page_class` finds a page by its file's name."""
