"""Google's description of the API: what a request may hold, its masks and its quotas."""
