"""Records in and out as tables, and changes of many of them at once."""
