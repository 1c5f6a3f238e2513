"""How many bytes of a request's body are accepted, and where: the one place for these limits."""

KIB, MIB = 1024, 1024 * 1024

MAX_DATA = 1 * MIB  # of JSON, or of a form; a larger one is a 413
MAX_UPLOAD = 256 * MIB  # of a file of trades; a larger one is a 413
MAX_CANDLES_BODY = 4 * MIB  # of candles of the market; a larger one is a 413
MAX_BUFFERED_BODY = 1100 * KIB  # that the event loop collects before a thread gets the request: MAX_DATA and some more
MAX_DISCARDED = MAX_UPLOAD  # that are read of a refused body and dropped, so that its client gets to read the answer
