"""Names of months and of days of the week, in seven languages, whole or cut short. Pure.

A word of three letters or more is a month if it begins the name of one month alone, without case, accents and points.
"""

import unicodedata
from collections import defaultdict

# English, German, French, Dutch, Spanish, Italian, Portuguese
MONTHS = (
    "january januar jaenner janner janvier januari enero gennaio janeiro",
    "february februar fevrier februari febrero febbraio fevereiro",
    "march marz maerz mars maart mrt marzo marco mrz",
    "april avril abril aprile",
    "may mai mei mayo maggio maio",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august aout augustus agosto",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dicembre dezembro",
)
WEEKDAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag",
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
    "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag",
    "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo",
    "lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica",
    "segunda", "terca", "quarta", "quinta", "sexta",
)  # fmt: skip
SHORTEST = 3  # letters of a month; a day of the week has two (Mo, Di)


def bare(word: str) -> str:
    """In small letters, without accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def beginnings() -> dict[str, int]:
    """The month that each beginning stands for; not those that two months have."""
    found = defaultdict(set)
    for month, names in enumerate(MONTHS, 1):
        for name in names.split():
            for length in range(SHORTEST, len(name) + 1):
                found[name[:length]].add(month)
    return {beginning: months.pop() for beginning, months in found.items() if len(months) == 1}


MONTH_OF = beginnings()


def month_of(word: str) -> int | None:
    """1 to 12."""
    return MONTH_OF.get(bare(word))


def is_weekday(word: str) -> bool:
    """Does it begin the name of a day? "Mo", "Fri", "segunda-feira"."""
    begin = bare(word).removesuffix("-feira")
    return len(begin) >= 2 and any(name.startswith(begin) for name in WEEKDAYS)
