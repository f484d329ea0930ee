"""Plans 方案: import and review of plan documents, the task ledger, goals and findings."""
