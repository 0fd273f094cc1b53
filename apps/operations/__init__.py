"""Commands of the operator: load the city, check its integrity, play the demo."""
