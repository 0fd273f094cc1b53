"""The matrix of doors: every address and every verb, and who may come through it."""
