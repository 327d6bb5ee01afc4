"""What the room's templates need beyond Django's own."""
