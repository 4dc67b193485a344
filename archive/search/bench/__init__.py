"""How fast the search is, measured on a corpus of invented records beside other engines.

Nothing here runs while the site does; `manage.py bench` is its only caller. A run is made of
stages, each in a process of its own, in a database that is made for the run and dropped after it.
"""
