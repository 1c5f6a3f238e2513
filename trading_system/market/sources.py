"""What the prices of a feed are. Those of different sources are kept apart: no position is worth a simulated price."""

SOURCES = ("real", "simulated", "recording")
