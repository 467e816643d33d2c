"""Signing in with an account of an OpenID Connect provider, Google's unless told otherwise; needs the extra `oidc`."""
