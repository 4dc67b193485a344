"""The search for programs: the lists of the portal as JSON, without a language in the address."""
