"""Words by which columns of brokers' files are known, in seven languages. Data, and how a word is found. Pure.

Phrases are as `words_of` gives them: small letters, no accents, words apart. In a list, the first is the surest.
"""

import re

from .months import bare

WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d"})  # which are no letters with accents
BRACKETS = re.compile(r"[(\[].*?[)\]]")
NO_WORD = re.compile(r"[^a-z0-9#]+")


def words_of(name: str) -> str:
    """The words of a name: "No. of shares" is "no of shares", "tradePrice" is "trade price", "Währung" is "wahrung"."""
    return NO_WORD.sub(" ", bare(WORD_BREAK.sub(" ", name)).translate(LETTERS)).strip()


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split(",")]


# English, German, Dutch, French, Spanish, Italian, Portuguese
FIELDS = {
    "ticker": phrases(
        "symbol, symbol id, ticker, ticker symbol, identifier, instrument symbol, stock symbol, security symbol, "
        "kurzel, scrip code, symbool, symbole, simbolo, stock code, instrument code, code, contracts, item, "
        "contract, codigo de negociacao, codigo, epic, mnemonic, scrip, pair, currency pair, trading pair, "
        "instrument, coin, asset, base asset, base currency, ticker code, isin, isin code, code isin, codice isin, "
        "wkn, cusip, sedol, valor, security, product, produkt, produit, wertpapier, titel, titolo, titre, valeur, "
        "ativo, activo, papel, market, vardepapper, vaerdipapir, verdipapir, tuote, asset name, asset id, product "
        "name, security id, name, wertpapiername, wertpapierbezeichnung, bezeichnung, stock, company, description, "
        "pairs, spot pairs, trading pairs"
    ),
    "quantity": phrases(
        "filled qty, filled quantity, executed quantity, executed qty, exec qty, fill qty, fill quantity, quantity "
        "filled, qty filled, filled size, filled amount, filled shares, executed shares, executed volume, "
        "executed, filled, trade quantity, quantity, qty, shares, no of shares, number of shares, share quantity, "
        "quantity transacted, units, anzahl, stuck, stuckzahl, stuck nominale, nominale, nominal, menge, stk, "
        "antal, aantal, antall, quantite, qte, nombre de titres, nombre, cantidad, titulos, numero de titulos, "
        "acciones, quantita, qta, quantidade, qtd, qtde, size, trade size, volume, vol, contracts, lots, lot size, "
        "base amount, order qty, order quantity, total qty, ordered, amount, coin amount, ilosc"
    ),
    "price": phrases(
        "fill price, filled price, executed price, execution price, exec price, avg fill price, average fill "
        "price, average filled price, avg filled price, avg exec price, average executed price, avg executed "
        "price, average price, avg price, avg trade price, avg trading price, trade price, t price, "
        "ausfuhrungskurs, handelskurs, price, price per share, price share, price per unit, price unit, unit "
        "price, share price, transaction price, deal price, spot price at transaction, price at transaction, kurs, "
        "preis, stuckpreis, preis pro stuck, koers, prijs, cours, prix, prix unitaire, prix d execution, precio, "
        "precio unitario, precio medio, cotizacion, prezzo, prezzo unitario, prezzo medio, prezzo di esecuzione, "
        "preco, preco unitario, preco medio, cotacao, cost per share, unit cost, net price, px, asset price, trans "
        "preis, rate, order price, cena, nav, nav price, net asset value"
    ),
    "amount": phrases(
        "gross amount, gross proceeds, gross value, trade value, principal, principal amount, notional, notional "
        "value, subtotal, consideration, proceeds, net amount, net proceeds, net value, net cash, total, total "
        "amount, total value, total cost, value, amount, cost, trade amount, trade money, turnover, kurswert, "
        "gegenwert, bruttobetrag, brutto, betrag, gesamtbetrag, ausmachender betrag, nettobetrag, netto, umsatz, "
        "wert, bedrag, waarde, totaal, montant, montant brut, montant net, importe, importe neto, importe bruto, "
        "importo, controvalore, totale, valor, valor total, valor da operacao, valor bruto, valor liquido, belopp, "
        "belob, belop, fiat amount, cash flow, transaction amount, valeur, cash amount, quote amount, filled "
        "value, executed value, cash, debit, credit, wartosc"
    ),
    "fee": phrases(
        "total fees, total fee, fees total, total commission, total commissions, total costs, total charges, "
        "commission, commissions, comm, comm fee, comm fees, fees comm, fees commissions, commission fees, ib "
        "commission, fees, fee, fees and or spread, brokerage, brokerage fee, charges, costs, transaction costs, "
        "transaction fee, transaction fees, trading fee, trade fee, exchange fee, exchange fees, clearing fee, "
        "clearing fees, regulatory fee, regulatory fees, reg fee, reg fees, misc fees, other fees, sec fee, sec "
        "fees, sec, taf, taf fee, finra fee, nfa fee, nscc, nasdaq, orf, ecn, ecn fee, ecn fees, ecn remove, ecn "
        "add, platform fee, ptm levy, stamp duty, stamp duty reserve tax, transaction tax, financial transaction "
        "tax, kosten, gebuhr, gebuhren, provision, ordergebuhr, orderprovision, spesen, fremde spesen, "
        "fremdkosten, borsengebuhr, handelsplatzgebuhr, borsenplatzentgelt, courtage, frais, frais de courtage, "
        "frais de transaction, commissie, transactiekosten, comision, comisiones, gastos, gastos y comisiones, "
        "commissione, commissioni, spese, comissao, comissoes, corretagem, taxa de corretagem, emolumentos, taxas, "
        "custos, kurtage, kurtasje, brokerage commission, fee usd, commissioni amministrato, commission payee, "
        "trading fees, commission amount, fee amount, transaction and or third, transaction and or third party "
        "fees, avgift, avgifter, total avgift, totale avgifter, prowizja, cmsn"
    ),
    "currency": phrases(
        "price currency, currency price share, currency price, instrument currency, instrumentvaluta, trade "
        "currency, asset currency, security currency, transaction currency, devise du prix, currency, ccy, curr, "
        "cur, currency code, currency primary, price ccy, quote currency, quote asset, quote, handelswahrung, "
        "transaktionswahrung, wahrung, waehrung, whg, valuta, munt, devise, monnaie, moneda, divisa, moeda, spot "
        "price currency, whrg, transaktionsvaluta, fiat currency, settlement currency, original currency, local "
        "currency, account currency, buchungswahrung, waluta"
    ),
    "fee_currency": phrases(
        "fee currency, fees currency, commission currency, currency commission, currency fee, commission ccy, fee "
        "ccy, fee coin, fee asset, commission asset, ib commission currency, gebuhrenwahrung, fee unit"
    ),
    "timestamp": phrases(
        "executed at, execution time, exec time, executed time, time executed, execution date, executed on, date "
        "executed, date of execution, filled time, fill time, filled at, filled date, trade date time, trade "
        "datetime, trade date, trade time, trade day, date of trade, transaction time, transaction date, date of "
        "transaction, date time utc, date time, datetime, timestamp, date utc, time utc, utc time, date, time, t "
        "d, abschluss, abschlussdatum, abschlusstag, schlusstag, closing time, geschaftstag, affarsdag, "
        "handelsdatum, handelstag, ausfuhrungsdatum, ausfuhrungszeit, datum, datum uhrzeit, zeitpunkt, zeit, "
        "uhrzeit, tijd, tijdstip, transactiedatum, uitvoeringsdatum, date d operation, date operation, date de l "
        "operation, date de transaction, date d execution, heure, fecha, fecha operacion, fecha de operacion, "
        "fecha ejecucion, fecha y hora, fecha hora, hora, data, data operazione, data esecuzione, data e ora, data "
        "ora, ora, data operacao, data da operacao, data do negocio, data negocio, data pregao, data e hora, data "
        "hora, when, closed at, close time, update time, updated at, last update, activity date, run date, "
        "operazione, placing time, order date, order time, created at, created, placed time, placed at, process "
        "date, buchungstag, buchungsdatum, booking date, boekdatum, posted, posting date, post date, "
        "bokforingsdag, handelsdag, bokforingsdatum, filled canceled"
    ),
    "external_id": phrases(
        "trade id, execution id, exec id, fill id, deal id, match id, transaction id, trade number, trade no, "
        "trade ref, trade reference, execution number, transaction number, transaction reference, txid, tx id, "
        "transaktions id, transaktionsnummer, transactie id, deal, ticket, uuid, unique id, reference number, "
        "reference no, reference, ref, referenz, reference id, id, hash, transaction hash, fill execution service "
        "id, unique transaction identifier, trade identifier, trade num"
    ),
    "account": phrases(
        "account, account number, account id, account name, konto, kontonummer, depot, depotnummer, portfolio, "
        "compte, cuenta, conto, conta, rekening"
    ),
    "note": phrases("note, notes, notiz, memo, comment, comments, kommentar, remark, remarks, bemerkung"),
    "zone": phrases("timezone, time zone, tz, zone, zeitzone"),
    "rate": phrases(
        "exchange rate, fx rate, conversion rate, currency rate, devisenkurs, wechselkurs, umrechnungskurs, "
        "wisselkoers, taux de change, tipo de cambio, tasso di cambio, taxa de cambio"
    ),
    "status": phrases(
        "status, order status, trade status, state, statut, stato, estado, zustand, auftragsstatus, orderstatus, "
        "execution status"
    ),
    "side": phrases(
        "side, buy sell, b s, bs, richtung, kierunek, action, direction, trade side, order side, trade action, "
        "transaction type, trade type, type, trans code, trans type, transaction, activity, activity type, kauf "
        "verkauf, transaktion, transaktionsart, transaktionstyp, vorgang, umsatzart, geschaftsart, auftragsart, "
        "orderart, art, typ, koop verkoop, aankoop verkoop, soort, transactietype, sens, achat vente, operation, "
        "type d operation, type operation, type de transaction, sentido, tipo, operacion, tipo operacion, tipo de "
        "operacion, compra venta, c v, segno, operazione, tipo operazione, acquisto vendita, operacao, tipo de "
        "operacao, compra venda, movimentacao, tipo de movimentacao, record type, way, transaktionstype, typ av "
        "transaktion, type transactie, description, details, narrative, particulars, buchungstext"
    ),
}

# A column that has one of these is not that field, whatever else it says.
NEVER = {
    "ticker": "underlying date exchange class currency fee wahrung typ type price no number",
    "quantity": ("remaining leaves balance price type currency open unfilled value cumulative canceled cancelled"),
    "price": (
        "stop limit trigger close closing market c strike currency total exchange fx conversion id time date change "
        "taux tasso bps fee fees format"
    ),
    "amount": (
        "currency balance saldo profit pnl p gain loss fee fees tax commission price realized realised quantity "
        "remaining type rate id adjusted"
    ),
    "fee": "rate id date time adjusted unit bps percent pct inclusive incl including after excluding excl before net",
    "currency": "fee fees commission brokerage kosten gebuhr frais total result pair base fx rate exchange tax wert",
    "timestamp": "expiry expiration expire maturity settlement settle opened open",
    "external_id": (
        "order account client customer user position isin security instrument product group portfolio parent"
    ),
    "side": "date time id currency price",
    "account": "currency type balance amount",
    "status": "date time",
}
LATE = set(
    phrases(
        "settlement date, settle date, settlement, settled, s d, valuta, valutadatum, valuta datum, value date, date "
        "valeur, date de valeur, fecha valor, fecha liquidacion, data valuta, data liquidacao, valutastellung, "
        "wertstellung"
    )
)


def score_of(name: str, field: str) -> float:
    """How surely the words of a column's name mean this field: 1 the first phrase itself, above 0.5 a phrase, 0 no.

    What stands in brackets is left out if that makes a phrase: "Price (USD)".
    """
    words, known = words_of(name), FIELDS[field]
    if words in known:
        return 1 - known.index(words) / (2 * len(known))
    never, bare_words = set(NEVER.get(field, "").split()), words_of(BRACKETS.sub("", name))
    aside = " ".join(words_of(text) for text in BRACKETS.findall(name)).split()
    if bare_words in known and not never & set(aside):
        return 1 - known.index(bare_words) / (2 * len(known)) - 0.01
    if never & set(words.split()):
        return 0.0
    within = [rank for rank, phrase in enumerate(known) if f" {phrase} " in f" {words} "]
    return 0.5 - min(within) / (2 * len(known)) if within else 0.0
