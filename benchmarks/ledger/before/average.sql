SELECT ticker, currency, pool[1] AS basis, pool[2] AS open_fees FROM (
    SELECT ticker, currency, portfolio_pool(quantity, value, fee ORDER BY timestamp, id)
        FILTER (WHERE quantity <> 0) AS pool
    FROM trades GROUP BY ticker, currency
) pools
