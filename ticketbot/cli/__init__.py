"""The command line: gathers, calls the pipeline, shows the result. Decides nothing.

One file for each group of commands. At the top of these files only typer is imported, so that
`ticketbot --help` stays fast; a command imports what it needs when it is called.
"""
