"""A production that is made, guarded, broken and repaired in a temporary folder.

`app/` is data: the source of that production and of the changes to it. It is copied, and never
imported from here.
"""
