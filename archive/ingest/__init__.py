"""From a file or an address to a draft document, with what was recognised in it."""
