"""Staff: who may sign in, how, for which duty, and what each of them has undertaken (notice S8)."""
