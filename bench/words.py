"""What invented people are called and where they live: own lists, the most common first.

Nobody real is meant. The order gives the weight (Zipf): a few names are everybody's, most are rare.
"""

_MEN = """
Juhani Matti Antti Mikko Timo Kari Jari Pekka Markku Jukka Ville Juha Hannu Tuomas Heikki Olavi Tapio Janne Petri Sami
Johannes Eero Ari Marko Lauri Seppo Esa Teemu Aleksi Veli Risto Kimmo Tomi Pasi Jussi Niko Ilkka Eino Vesa Erkki Otto
Oskari Arto Kalle Toni Reijo Jani Henrik Raimo Simo Elias Onni Leevi Väinö Kaarlo Pentti Jorma Jaakko Yrjö Åke Göran
Björn Håkan Mats Sven Östen Lars Kjell Magnus Aarne Ossi Ylermi Äijö
"""
_WOMEN = """
Maria Anna Tuula Päivi Anne Sari Minna Pirjo Kaisa Johanna Hannele Helena Liisa Katja Marja Tiina Riitta Sanna Leena
Kirsi Heidi Elina Merja Jaana Mari Eeva Satu Ritva Eila Laura Aino Kristiina Marjatta Emilia Sofia Arja Mirja Paula
Anu Tarja Sirpa Raija Nina Virpi Outi Hanna Ulla Jenni Noora Suvi Riikka Terhi Oona Venla Helmi Sylvi Irja Hilkka
Kerttu Äivi Åsa Gunilla Märta Inga-Lill Ingrid Solveig Birgitta Britt Ebba Svea Disa Hjördis Ylva Öyvor Zaida
"""
_FAMILIES = """
Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen Saarinen
Salminen Heinonen Niemi Heikkilä Kinnunen Salonen Turunen Salo Laitinen Tuominen Rantanen Karjalainen Jokinen Mattila
Savolainen Lahtinen Ahonen Ojala Leppänen Hiltunen Väisänen Kallio Pitkänen Miettinen Manninen Koivisto Hakala
Leinonen Aaltonen Laaksonen Räsänen Anttila Peltonen Hirvonen Partanen Niskanen Lehto Halonen Hänninen Mäki Johansson
Rissanen Toivonen Karppinen Seppälä Moilanen Seppänen Lappalainen Kärkkäinen Oksanen Vainio Mustonen Kettunen Nurmi
Peltola Tikkanen Pesonen Kemppainen Pulkkinen Rautiainen Hyvönen Pietilä Määttä Mikkonen Kokkonen Eskelinen Salmi
Koponen Huttunen Kokko Sillanpää Harju Aalto Martikainen Vartiainen Ikonen Jääskeläinen Lindholm Karvonen Uusitalo
Nyman Eriksson Virta Paananen Nylund Holopainen Karlsson Hietala Komulainen Suominen Marttila Nevalainen Ruotsalainen
Rantala Immonen Parviainen Hartikainen Hokkanen Kauppinen Vuorinen Korpela Nykänen Forsman Soininen Pelkonen Autio
Koskela Kangas Takala Raatikainen Puustinen Väänänen Kuusisto Saari Lindqvist Saarela Vesterinen Juntunen Lehtola
Tolvanen Aho Mononen Heiskanen Kivelä Ronkainen Pirinen Haapala Laakso Hautala Hiltula Sirola Vänskä Kekkonen Kukkonen
Pöllänen Lampinen Honkanen Luoma Pasanen Tanskanen Lindström Rajala Silvennoinen Jaakkola Haapaniemi Myllymäki Sorsa
Sihvonen Kivinen Ylönen Ylitalo Keränen Hallikainen Lindberg Andersson Nilsson Gustafsson Sundström Söderholm Österman
Öhman Åberg Åkerblom Ärölä Äyräs Bergström Backman Björklund Blomqvist Enqvist Fagerholm Granlund Grönroos Hellström
Högström Kronqvist Löfgren Mårtensson Nordström Rosenqvist Sjöberg Sjöholm Stenman Strömberg Wikström Westerlund
Wallin Vikman Viitanen Viljanen Vilkman Virkkunen Virolainen Virkkala Virmajoki Vihavainen Viinikka Vilén Vuori
Vuorela Vuorio Välimäki Vähätalo Ukkonen Uotila Urpilainen Utriainen Tamminen Tarkiainen Taskinen Teittinen Tervonen
Tiainen Timonen Torvinen Tuovinen Tähtinen Törmänen Sallinen Sarkkinen Sipilä Suomalainen Särkkä Ruokonen Ruuskanen
Rytkönen Reinikainen Repo Puranen Pakarinen Ollila Okkonen Nousiainen Närhi Muhonen Mölsä Lyytikäinen Luukkonen
Liimatainen Lipponen Kyllönen Kurki Kuosmanen Krankka Juvonen Itkonen Inkinen Hyytiäinen Hurme Haverinen Göös Gröhn
Frisk Franssila Ek Eloranta Dahlström Dunkel Castrén Cederqvist Zitting Zetterman Qvarnström Wuori Xenakis
"""
_BEGINNINGS = """
Ahven Halla Hanhi Haapa Hauki Hiekka Honka Iso Joki Kallio Kanerva Karhu Kataja Keto Kivi Koivu Korpi Koski Kuusi
Lehmus Lepo Louhi Lumi Metsä Musta Myrsky Niini Nuoli Oja Otava Pihla Pikku Poro Puna Pyhä Raita Rauta Ruoho Saksa
Salmi Sammal Savi Sini Suo Syvä Talvi Tuomi Tuuli Ukko Uusi Vaara Valkea Vanha Varpu Viita Vuoksi Yli Äyri
"""
_ENDINGS = "aho harju heimo järvi kangas kari ketola korva koski kivi laakso lahti lampi luoto maa mäki nen niemi niitty nurmi oja pelto perä puro ranta salo selkä suo vaara virta"  # noqa: E501 -- one list, one line
_CITIES = """
Helsinki:00100 Espoo:02100 Tampere:33100 Vantaa:01300 Oulu:90100 Turku:20100 Jyväskylä:40100 Kuopio:70100 Lahti:15110
Pori:28100 Joensuu:80100 Lappeenranta:53100 Vaasa:65100 Hämeenlinna:13100 Seinäjoki:60100 Rovaniemi:96100
Mikkeli:50100 Kotka:48100 Salo:24100 Porvoo:06100 Kokkola:67100 Kajaani:87100 Rauma:26100 Savonlinna:57130
Maarianhamina:22100
"""
_STREETS = """
Koulukatu Mannerheimintie Rantatie Kirkkokatu Asemakatu Hämeenkatu Puistokatu Kauppakatu Torikatu Metsätie Mäntytie
Koivukuja Harjutie Peltotie Myllytie Niittypolku Satamakatu Linnankatu Ratakatu Uudenmaankatu Västra Strandvägen
Bulevardi Länsikatu Itätuulenkuja Lintutie Kallionkuja Ylätie Östergatan Nygatan
"""
_TRADES = """
Rakennus Sähkö Putki Maalaus Kuljetus Konepaja Kirjakauppa Leipomo Puutarha Tilitoimisto Mainos Ohjelmisto Matka
Kiinteistö Kahvila Autohuolto Apteekki Arkkitehti Siivous Kampaamo Laiva Metsä Kala Kello Optikko Paperi Muovi Teräs
Lasi Tekstiili
"""
_FORMS = "Oy Oy Oy Oy Ab Ky Tmi Oyj ry Osuuskunta"
_TITLES = """
toimitusjohtaja myyntipäällikkö ostaja kehityspäällikkö talouspäällikkö assistentti asiantuntija rehtori suunnittelija
projektipäällikkö markkinointipäällikkö isännöitsijä sihteeri toiminnanjohtaja arkkitehti konsultti
"""
_TOPICS = """
toimitus lasku tarjous aikataulu päivitys koulutus kirjautuminen tilaus palautus sopimus käyttöohje esittely
tapaaminen uusi versio hinnat asennus varmuuskopio verkkosivut lomake tunnus osoitteenmuutos kokous kiitos muistutus
raportti
"""

GIVEN = tuple(name for pair in zip(_MEN.split(), _WOMEN.split(), strict=False) for name in pair)
FAMILIES = tuple(_FAMILIES.split())
#: Thousands of names that hardly anybody has, as in life.
RARE_FAMILIES = tuple(
    first + last for first in _BEGINNINGS.split() for last in _ENDINGS.split() if not first.lower().endswith(last)
)
NOBLE = ("von Essen", "af Ursin", "von Willebrand", "de la Chapelle", "van der Meer", "O'Brien", "d'Avila")
CITIES = tuple(tuple(place.split(":")) for place in _CITIES.split())
STREETS = tuple(_STREETS.split())
TRADES = tuple(_TRADES.split())
FORMS = tuple(_FORMS.split())
TITLES = tuple(_TITLES.split())
TOPICS = tuple(_TOPICS.split())
NETWORKS = ("linkedin", "facebook", "instagram", "x", "mastodon", "bluesky", "youtube", "tiktok")


def zipf(count: int) -> list[float]:
    """Return cumulative weights 1, 1/2, 1/3 … softened, so that the first name is not everybody's."""
    total, weights = 0.0, []
    for rank in range(count):
        total += 1 / (rank + 8)
        weights.append(total)
    return weights
