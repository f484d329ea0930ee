"""A campaign that is running: reports, later dates, closing."""
