"""What every room stands on: clock, life cycles, policy, change, audit, attachments, jobs, pages, registries."""
