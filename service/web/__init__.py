"""What answers over HTTP: hooks, the dashboard, health."""
