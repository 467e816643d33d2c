"""What programs call: hooks, tasks, health, metrics."""
