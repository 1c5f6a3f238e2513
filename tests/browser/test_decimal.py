"""The page's decimals, against Python's."""

from decimal import Context, Decimal
from random import Random

from .desk import Scripted

EXACT = Context(prec=200)
COMPUTE = """async (pairs) => {
    const {Decimal} = await import('/static/dashboard/lib/decimal.js');
    return pairs.map(([one, other]) => {
        const [a, b] = [Decimal.parse(one), Decimal.parse(other)];
        return [a.plus(b), a.minus(b), a.times(b), a.negated()].map(String).concat(a.compare(b), a.sign());
    });
}"""


def amount(random: Random) -> str:
    digits, scale = random.randint(1, 24), random.randint(0, 30)
    return f"{Decimal(random.randrange(10**digits)).scaleb(-scale) * random.choice((1, -1)):f}"


def test_they_are_exact(scripted: Scripted) -> None:
    random = Random(7)
    pairs = [["0", "-0.10"], ["1", "1.0"], ["-3.50", "3.5"], *([amount(random), amount(random)] for _ in range(500))]
    for (one, other), found in zip(pairs, scripted.open().evaluate(COMPUTE, pairs), strict=True):
        a, b = Decimal(one), Decimal(other)
        exact = [EXACT.add(a, b), EXACT.subtract(a, b), EXACT.multiply(a, b), EXACT.minus(a)]
        assert [Decimal(text) for text in found[:4]] == exact
        assert found[4:] == [(a > b) - (a < b), (a > 0) - (a < 0)]
