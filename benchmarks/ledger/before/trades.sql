SELECT account, LPAD(account_id::text, 10, '0') AS account_id, ticker, timestamp, id,
    reference_major(currency) AS currency,
    CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity
        * CASE WHEN currency IN ('GBX', 'ZAC', 'ILA') THEN price * 0.01 ELSE price END AS value,
    CASE WHEN currency IN ('GBX', 'ZAC', 'ILA') THEN price * 0.01 ELSE price END AS price,
    CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity AS traded,
    CASE side WHEN 'buy' THEN 1 ELSE -1 END * quantity
        - CASE WHEN fee_currency <> currency AND fee <> 0 AND fee_currency = reference_base_of(ticker)
            THEN fee ELSE 0 END AS quantity,
    CASE WHEN (fee_currency = currency OR reference_major(fee_currency) = reference_major(currency))
        THEN CASE WHEN fee_currency IN ('GBX', 'ZAC', 'ILA') THEN fee * 0.01 ELSE fee END ELSE 0 END AS fee,
    CASE WHEN (fee_currency = currency OR reference_major(fee_currency) = reference_major(currency))
        THEN 0 ELSE CASE WHEN fee_currency IN ('GBX', 'ZAC', 'ILA') THEN fee * 0.01 ELSE fee END END AS other_fee,
    CASE WHEN (fee_currency = currency OR reference_major(fee_currency) = reference_major(currency))
        THEN NULL ELSE reference_major(fee_currency) END AS fee_currency,
    CASE WHEN currency IN ('GBX', 'ZAC', 'ILA') THEN 1 ELSE 0 END AS in_minor
FROM ({chosen}) chosen
