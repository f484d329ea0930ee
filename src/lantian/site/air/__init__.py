"""The air that people breathe: stations, what they measure, and what follows from it."""
