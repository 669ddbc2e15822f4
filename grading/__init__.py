"""Rules that judge answers, lines and programs. Neither Django nor torch is imported here."""
