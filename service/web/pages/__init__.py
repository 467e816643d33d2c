"""What people see: dashboard, units, problems, runs, exports, decisions."""
