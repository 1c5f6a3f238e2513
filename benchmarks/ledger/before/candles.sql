SELECT {bucket} AS timestamp, (MIN(ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]))[3] AS open,
    MAX(price) AS high, MIN(price) AS low, (MAX(ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]))[3] AS close,
    SUM(ABS(traded)) AS volume, SUM(SIGN(traded) * value) AS notional, COUNT(*) AS count
FROM ({trades}) trades WHERE currency = %(currency)s GROUP BY 1 ORDER BY 1 DESC LIMIT 501
