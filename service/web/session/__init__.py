"""Who is signed in, and how: one-time links, accounts of a provider."""
