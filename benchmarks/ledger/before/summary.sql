SELECT ticker, currency, COUNT(*) AS count, SUM(quantity) AS volume, SUM(price * quantity) AS notional,
    SUM(price * quantity) AS vwap, MAX(price) AS high, MIN(price) AS low,
    json_build_object('price', (MIN(ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]))[3]::text,
        'timestamp', to_char(MIN(timestamp), CASE MIN(timestamp)
            WHEN date_bin('1 second', MIN(timestamp), '2000-01-01Z') THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
            WHEN date_bin('1 millisecond', MIN(timestamp), '2000-01-01Z') THEN 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
            ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END)) AS first,
    json_build_object('price', (MAX(ARRAY[EXTRACT(EPOCH FROM timestamp), id, price]))[3]::text,
        'timestamp', to_char(MAX(timestamp), CASE MAX(timestamp)
            WHEN date_bin('1 second', MAX(timestamp), '2000-01-01Z') THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
            WHEN date_bin('1 millisecond', MAX(timestamp), '2000-01-01Z') THEN 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
            ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END)) AS last,
    json_build_object('count', COUNT(*) FILTER (WHERE side = 'buy'),
        'volume', COALESCE(SUM(quantity) FILTER (WHERE side = 'buy'), 0)::text) AS buys,
    json_build_object('count', COUNT(*) FILTER (WHERE side = 'sell'),
        'volume', COALESCE(SUM(quantity) FILTER (WHERE side = 'sell'), 0)::text) AS sells
FROM ({chosen}) trades
GROUP BY ticker, currency ORDER BY ticker COLLATE "C", currency COLLATE "C" LIMIT 10001
