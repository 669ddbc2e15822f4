"""Filters used by the templates."""
