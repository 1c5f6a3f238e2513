SELECT ticker, currency,
    SUM(CASE WHEN ABS(left_of) >= ABS(quantity)
        THEN value ELSE portfolio_share(value, left_of, quantity, 1e-48) END) AS basis,
    SUM(CASE WHEN ABS(left_of) >= ABS(quantity)
        THEN fee ELSE portfolio_share(fee, left_of, quantity, 1e-18) END) AS open_fees
FROM (
    SELECT ticker, currency, quantity, value, fee, net - SUM(quantity) OVER (
        PARTITION BY ticker, currency ORDER BY timestamp DESC, id DESC ROWS UNBOUNDED PRECEDING) + quantity AS left_of
    FROM trades JOIN totals USING (ticker, currency) WHERE SIGN(quantity) = SIGN(net)
) queue WHERE SIGN(left_of) = SIGN(quantity) GROUP BY ticker, currency
