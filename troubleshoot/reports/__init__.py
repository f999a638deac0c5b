"""Reports: what readers looked for, what helped them, and what waits for an administrator."""
