"""Where the city is: administrative units over time, and the agencies that sit on them."""
