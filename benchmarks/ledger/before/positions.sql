WITH trades AS ({trades}),
totals AS (
    SELECT ticker, currency, SUM(quantity) AS net, -SUM(value) AS cash, SUM(fee) AS fees,
        (MAX(ARRAY[EXTRACT(EPOCH FROM timestamp), id, price, in_minor]))[3] AS last_price,
        (MAX(ARRAY[EXTRACT(EPOCH FROM timestamp), id, price, in_minor]))[4] AS in_minor,
        MAX(timestamp) AS last_timestamp
    FROM trades GROUP BY ticker, currency
),
others AS (
    SELECT ticker, currency, json_object_agg(fee_currency, amount::text ORDER BY fee_currency) AS other_fees FROM (
        SELECT ticker, currency, fee_currency, SUM(other_fee) AS amount FROM trades
        WHERE other_fee <> 0 GROUP BY ticker, currency, fee_currency
    ) others GROUP BY ticker, currency
),
bases AS ({bases})
SELECT ticker, currency, net, cash, fees, COALESCE(basis, 0) AS basis, COALESCE(open_fees, 0) AS open_fees,
    last_price, last_timestamp, in_minor, other_fees
FROM totals LEFT JOIN bases USING (ticker, currency) LEFT JOIN others USING (ticker, currency)
ORDER BY ticker COLLATE "C", currency COLLATE "C" LIMIT 10001
