"""The catalogue: what can be asked, under which version of the law, with which papers, fees, limits and steps."""
