"""The JSON interface: read-only, anonymous, described at ``/api/v1/schema``."""
