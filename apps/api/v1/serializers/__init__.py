"""What goes in and out of the API: each field with its meaning, its unit and its source."""
