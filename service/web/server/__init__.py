"""How the web is served: gunicorn, request log, security headers, rate limits."""
