"""What people do about tickets and flaws, the same for the command line and the page: adoption.

Decides with what planning knows, and changes nothing by another path than `sync.apply`.
"""
