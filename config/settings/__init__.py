"""Settings: `base` is production; `dev` and `test` only relax it."""
