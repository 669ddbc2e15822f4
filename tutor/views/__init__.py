"""Pages and JSON doors; each handler finds its rows through the user and calls one verb."""
