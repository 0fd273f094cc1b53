"""The organisations that ask, and who may act for them."""
