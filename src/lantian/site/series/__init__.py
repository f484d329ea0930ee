"""Everything measured over time: one shape for station hours, monitors' minutes, meters and gates."""
