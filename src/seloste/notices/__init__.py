"""The notice's versions, what is generated from the declaration, and the census that compares it with the system."""
