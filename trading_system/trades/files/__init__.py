"""Files of trades: bytes in, rows out. What a file is, is found by looking; what its rows mean, a profile says."""
