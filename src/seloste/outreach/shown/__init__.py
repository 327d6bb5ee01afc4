"""What the room's pages show, put together for their templates."""
