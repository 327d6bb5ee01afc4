"""The register: persons, organisations and everything held about them, each item with its source, reason and end."""
