"""Areas, units, people and roles: who there is, where, and what they may do."""
