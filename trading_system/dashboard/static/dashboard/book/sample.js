// A book to look at: sixty trades of the last days, hours and minutes, in the tickers of the simulated market.

import { ofAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { Decimal } from "../lib/decimal.js";

const MARKET = { AAPL: "170.25", MSFT: "421.10", GOOG: "176.30", AMZN: "184.90", NVDA: "121.40", TSLA: "248.50" };
const MINUTE = 60_000; // ms

// side, quantity, ticker, by how many hundredths of a percent its price differs, minutes ago
const STORY = `
buy 40 AAPL -310 11520, buy 12 MSFT -220 11490, buy 60 GOOG -180 11400, sell 30 TSLA 240 11370, buy 100 NVDA -420 11280,
buy 25 AMZN -150 10080, sell 10 AAPL -140 10050, sell 20 TSLA 310 9990, buy 8 MSFT -90 9960, buy 50 NVDA -260 9900,
sell 20 GOOG 60 8640, buy 15 AMZN -210 8600, buy 20 TSLA 150 8550, sell 30 NVDA 120 8520, buy 5.5 MSFT -120 8460,
buy 30 AAPL -200 7200, sell 40 GOOG 140 7150, sell 45 TSLA 280 7100, sell 12 AMZN 90 7060, buy 10 GOOG -160 7000,
sell 60 NVDA 210 5760, buy 10 AAPL -60 5720, sell 10 MSFT 110 5690, buy 40 TSLA 40 5640, sell 10 GOOG 90 5600,
sell 28 AMZN 170 4320, buy 35 NVDA -110 4290, sell 25 AAPL 80 4260, buy 6.25 MSFT -40 4200, sell 15 TSLA 190 4150,
buy 18 GOOG -70 2880, sell 80 NVDA 160 2850, buy 20 AAPL -30 2820, buy 40 AMZN -130 2790, sell 18 GOOG 50 2760,
sell 40 NVDA 230 1500, buy 12 MSFT 20 1470, sell 60 AMZN 100 1440, buy 15 AAPL 10 1410, sell 10 TSLA 220 1380,
buy 30 NVDA -50 480, sell 20 AAPL 70 420, sell 5 MSFT 60 400, buy 25 TSLA -20 360, sell 15 NVDA 40 330,
buy 10 AMZN -10 300, buy 10 AAPL 30 240, sell 20 AMZN 80 180, buy 4 MSFT 10 150, sell 12 TSLA 60 120,
buy 10 GOOG -20 90, buy 5 AAPL -15 75, sell 10 GOOG 25 60, sell 8 NVDA 15 45, buy 10 AAPL 5 30,
sell 5 TSLA 35 12, buy 2 MSFT -5 8, sell 4 AAPL 10 5, buy 6 NVDA -10 3, buy 10 AAPL 0 1`;
const NOTES = { 1: "first of the core holding", 4: "short into earnings", 18: "added to the short", 25: "closes GOOG", 26: "all of AMZN but ten", 32: "flips to short", 38: "now short", 44: "covered half of it", 60: "the last of today" };
const FEES = { 1: "1.00", 5: "1.25", 8: "0.75", 15: "-0.20", 21: "1.10", 30: "0.60", 38: "1.40", 45: "-0.15", 52: "0.35", 60: "0.35" };

/** As the API takes them, at times before `now` (ms since 1970). */
const trades = (now) => STORY.trim().split(/,\s*/).map((line, i) => trade(line.split(" "), i + 1, now));

function trade([side, quantity, ticker, basisPoints, minutes], number, now) {
  return {
    ticker,
    side,
    quantity,
    price: price(MARKET[ticker], basisPoints),
    timestamp: new Date(now - minutes * MINUTE).toISOString(),
    external_id: `sample-${String(number).padStart(3, "0")}`,
    note: NOTES[number] ?? "",
    ...(FEES[number] ? { fee: FEES[number] } : {}),
  };
}

function price(opening, basisPoints) {
  return Decimal.parse(opening).times(new Decimal(10_000n + BigInt(basisPoints), 4)).round(2).toString();
}

/** Return how many were added: none, if they are there already. */
export async function loadSample() {
  const { data } = await call("POST", "/api/trades/bulk/", { query: { on_error: "skip", ...ofAccount() }, body: trades(Date.now()) });
  return data.created;
}
