"""Signing in with an account of an OpenID Connect provider, Google's unless another is set; needs the extra `oidc`."""
