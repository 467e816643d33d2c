"""The JSON interface for programs: read-only, paged, described by an OpenAPI document."""
