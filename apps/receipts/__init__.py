"""Money: fees due, payments, series of numbers without a gap, receipts."""
