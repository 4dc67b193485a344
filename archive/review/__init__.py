"""What has to be true, and looked at, before a record is public."""
