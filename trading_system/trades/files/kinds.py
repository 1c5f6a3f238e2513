"""Words by which rows of brokers' files are known, in seven languages: buys, sells, and what is no trade. Pure."""

from .words import word_set, words_of

BUY = word_set(
    "buy bought buys buying b bot purchase purchased purchases kauf kaufen gekauft ankauf sparplan "
    "sparplanausfuhrung achat achete acheter koop aankoop gekocht kjopt kupno zakup compra compras comprar "
    "comprado acquisto acquistato bc bcov cover kop kopt kob kjop"
)
SELL = word_set(
    "sprzedaz sell sold sells selling s sld sale sales verkauf verkaufen verkauft vente vendu vendre verkoop verkocht "
    "venta ventas venda vendas vender vende vendido vendita venduto salj salt salg solgt ss sshrt v"
)
LEFT_OUT = word_set(
    "dividend dividends dividende dividenden dividendo dividendos dividendi div interest interests zins zinsen "
    "interets interet intereses interessi juros rente deposit deposits einzahlung versement depot storting "
    "ingreso deposito versamento bonifico aporte withdrawal withdrawals withdraw auszahlung retrait opname "
    "retirada prelievo saque fee fees gebuhr gebuhren depotgebuhr entgelt frais kosten comision commissione "
    "commissioni commission custody tax taxes steuer steuern quellensteuer impot impots belasting impuesto "
    "imposta imposto withholding transfer transfers transferin transferout ubertrag umbuchung virement "
    "overboeking transferencia trasferimento split splits aktiensplit merger spinoff forex fx journal journaled "
    "adjustment staking reward rewards airdrop receive received send sent bonus cashback wire ach moneylink "
    "credit debit lending rebate coupon kupon cupon rollover swap refund topup funding payment einlieferung "
    "auslieferung delivery expired expiration assigned assignment exercise exercised total subtotal balance saldo "
    "rendimento bonificacao desdobro gift giro ideal earn mining conversion distribution distributions provento "
    "proventi ritenuta rit cedola cedole conferimento taxe transfert cotisation contribution subvention "
    "onttrekking uttag insattning utdelning ranta utbytte innskudd uttak kallskatt skatt coupons cupones sweep"
)
TRADE = word_set("trade trades exectrade order orders fill fills execution handel transactie spot")
DONE = word_set(
    "filled executed execution complete completed done settled closed ausgefuhrt uitgevoerd execute eseguito "
    "ejecutada ejecutado executada executado success successful confirmed matched fully abgerechnet"
)
NOT_DONE = word_set(
    "canceled cancelled cancel rejected expired pending open working new partially storniert gestrichen "
    "abgelehnt offen geannuleerd annule cancelada cancelado annullato rejeitada rechazada failed inactive "
    "queued sent submitted accepted placed"
)
ALONE = word_set("b s v bc ss")  # "Class B" says nothing
DOUBTFUL = word_set(
    "storno storniert reversal reversed cancel cancelled canceled correction annullamento annulation estorno "
    "reinvestment reinvest reinvested"
)
COMPOUNDS = (("verkauf", "sell"), ("kauf", "buy"))  # Wertpapierkauf, Fondsverkauf
LONG = 3  # words: a text of more says its kind first, and names things then
PAIRS = (
    {"c", "v"},
    {"k", "v"},
    {"a", "v"},
)  # compra and venta, Kauf and Verkauf, achat and vente, by their first letters
# These close a buy or a sell, or are one that closes.
OPPOSITE = ("close buy", "close sell", "closed buy", "closed sell", "closing buy", "closing sell")
PHRASES = {
    "reinvest shares": "buy",
    "reinvest dividend": "left",
    "savings plan": "buy",
    "cash top up": "left",
    "top up": "left",
    "open long": "buy",
    "open short": "sell",
    "close long": "sell",
    "close short": "buy",
    "sell short": "sell",
    "short sell": "sell",
    "short sale": "sell",
}


def class_of(word: str) -> str | None:
    """buy, sell or left (no trade), if the words of a row's kind say so; None if they do not, or say two things."""
    words = words_of(word)
    if words in PHRASES:
        return PHRASES[words]
    parts = {part for part in words.split() if part not in ALONE or part == words}
    found = [name for name, known in (("buy", BUY), ("sell", SELL), ("left", LEFT_OUT)) if parts & known]
    found = found or [kind for end, kind in COMPOUNDS if any(part.endswith(end) for part in parts)][:1]
    doubtful = parts & DOUBTFUL or any(phrase in words for phrase in OPPOSITE)
    if len(found) > 1 and len(words.split()) > LONG and not doubtful:
        return class_of(beginning(word))
    return found[0] if len(found) == 1 and not doubtful else None


def beginning(text: str) -> str:
    """Up to the word that says a kind: "YOU BOUGHT" of "YOU BOUGHT APPLE INC (AAPL)"; else the first word."""
    parts = text.split()
    return " ".join(parts[: next((at for at, part in enumerate(parts, 1) if class_of(part)), 1)])


def classes_of(words: list[str]) -> dict[str, str | None]:
    """The class of each word of a column: of letters alone, those of a pair."""
    small = {words_of(word) for word in words}
    if any(small == pair for pair in PAIRS):
        return {word: "sell" if words_of(word) == "v" else "buy" for word in words}
    return {word: class_of(word) for word in words}
