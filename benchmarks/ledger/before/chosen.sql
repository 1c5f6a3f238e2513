SELECT *, %(name)s::text AS account FROM ((
    SELECT id, ticker, price, quantity, side, timestamp, fee, external_id, note, account_id, currency, fee_currency,
        import_id, created_by, created_at, updated_at
    FROM trades_trade WHERE {condition}
)) part
