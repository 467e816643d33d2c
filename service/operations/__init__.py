"""What an operator does beside the flow: backup, demonstration, doctor, live trials."""
