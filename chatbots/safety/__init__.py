"""Is someone in danger now? Help cards with the numbers to ring, and the triage that decides who sees one."""
