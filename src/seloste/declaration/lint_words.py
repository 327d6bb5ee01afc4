"""What the linter says: each lack in the three languages, as an instruction to the controller."""

from seloste.declaration.schema import Generated, Text


def said(fi: str, sv: str, en: str) -> Text:
    """Return the words in the three languages."""
    return Text(fi=fi, sv=sv, en=en)


#: Sentences that every notice must have, by the article that wants them.
SENTENCES: dict[str, Text] = {
    "13(1)(a)": said(
        "Kerro, kuka rekisterinpitäjä on ja mistä sen tavoittaa.",
        "Berätta vem som är personuppgiftsansvarig och hur denne nås.",
        "Say who the controller is and how to reach it.",
    ),
    "13(1)(b)": said(
        "Kerro tietosuojavastaavan yhteystiedot tai se, ettei tietosuojavastaavaa ole nimitetty.",
        "Ange dataskyddsombudets kontaktuppgifter eller att inget dataskyddsombud har utnämnts.",
        "Give the contact details of the data protection officer, or say that none has been appointed.",
    ),
    "13(1)(c)": said(
        "Kerro jokaisesta käyttötarkoituksesta, mikä on sen oikeusperuste. Erilliset luettelot eivät riitä.",
        "Ange för varje ändamål vilken rättslig grund det har. Separata listor räcker inte.",
        "Say for each purpose which legal basis it has. Separate lists are not enough.",
    ),
    "13(1)(d)": said(
        "Nimeä oikeutetut edut, joihin käsittely perustuu.",
        "Namnge de berättigade intressen som behandlingen grundar sig på.",
        "Name the legitimate interests on which the processing is based.",
    ),
    "13(1)(e)": said(
        "Nimeä tietojen vastaanottajat, myös lukuunne tietoja käsittelevät, tai kerro, ettei vastaanottajia ole.",
        "Namnge mottagarna, även dem som behandlar uppgifter för er räkning, eller säg att det inte finns några.",
        "Name the recipients of the data, including those who handle data on your behalf, or say that there are none.",
    ),
    "13(1)(f)": said(
        "Kerro, siirretäänkö tietoja EU:n ja ETA:n ulkopuolelle ja millä suojakeinolla, tai ettei siirretä.",
        "Berätta om uppgifter överförs utanför EU och EES och med vilken skyddsåtgärd, eller att de inte överförs.",
        "Say whether data are transferred outside the EU and the EEA and under which safeguard, or that they are not.",
    ),
    "13(2)(a)": said(
        "Kerro, kuinka kauan tietoja säilytetään.",
        "Berätta hur länge uppgifterna förvaras.",
        "Say how long the data are kept.",
    ),
    "13(2)(d)": said(
        "Kerro oikeudesta tehdä valitus valvontaviranomaiselle ja viranomaisen yhteystiedot.",
        "Berätta om rätten att lämna in klagomål till tillsynsmyndigheten och ange dess kontaktuppgifter.",
        "Tell of the right to complain to the supervisory authority and give its contact details.",
    ),
    "13(2)(e)": said(
        "Kerro, onko tietojen antaminen lakiin tai sopimukseen perustuva vaatimus ja mitä seuraa, jos niitä ei anna.",
        "Berätta om lämnandet av uppgifter är ett krav enligt lag eller avtal och vad som följer om de inte lämnas.",
        "Say whether giving the data is required by law or contract, and what follows if they are not given.",
    ),
    "13(2)(f)": said(
        "Kerro, tehdäänkö automaattisia päätöksiä tai profilointia, tai ettei niitä tehdä.",
        "Berätta om automatiserat beslutsfattande eller profilering förekommer, eller att det inte förekommer.",
        "Say whether there is automated decision-making or profiling, or that there is none.",
    ),
    "12(2)": said(
        "Kerro, miten pyynnön voi tehdä.",
        "Berätta hur en begäran kan framställas.",
        "Say how a request can be made.",
    ),
    "12(3)": said(
        "Kerro, että vastaatte kuukaudessa ja että aikaa voi jatkaa enintään kahdella kuukaudella syyt ilmoittaen.",
        "Berätta att ni svarar inom en månad och att tiden kan förlängas med högst två månader om skälen anges.",
        "Say that you answer within one month, and that this may be extended by at most two months with reasons.",
    ),
    "12(6)": said(
        "Kerro, että henkilöllisyyttä selvitetään vain perustellusta syystä ja vain välttämättömin lisätiedoin.",
        "Berätta att identiteten utreds endast av rimliga skäl och endast med nödvändiga ytterligare uppgifter.",
        "Say that identity is asked about only on reasonable doubt and only with the additional information necessary.",
    ),
    "13(3)": said(
        "Kerro, että uudesta käyttötarkoituksesta ilmoitetaan ennen sen aloittamista.",
        "Berätta att de registrerade informeras om ett nytt ändamål innan det tas i bruk.",
        "Say that data subjects are told of a new purpose before it begins.",
    ),
}
WITHOUT_FACT = said(
    "Virkkeen pitäisi kertoa tämä tieto, mutta se ei ole siinä kaikilla kielillä.",
    "Meningen borde innehålla denna uppgift, men den finns inte där på alla språk.",
    "The sentence should give this fact, but it is not there in every language.",
)
WITHOUT_ACKNOWLEDGEMENT = said(
    "Selosteen mukaan tilaus edellyttää hyväksyntää, mutta sen sanamuotoa ei ole annettu.",
    "Enligt beskrivningen förutsätter en beställning ett godkännande, men dess ordalydelse har inte angetts.",
    "The notice says that an order requires an acceptance, but its words are not given.",
)
HEADING = said(
    "Otsikon alla ei sanota mitään. Kirjoita, miten asia on.",
    "Under rubriken sägs ingenting. Skriv hur det förhåller sig.",
    "Nothing is said under the heading. Write how the matter stands.",
)
#: Lists that are generated and must be printed in some section.
LISTS: dict[Generated, tuple[str, Text]] = {
    "purposes": (
        "13(1)(c)",
        said(
            "Käyttötarkoitusten luetteloa perusteineen ei tulosteta missään kohdassa.",
            "Listan över ändamål med grunder skrivs inte ut i någon punkt.",
            "The list of purposes with their bases is printed in no section.",
        ),
    ),
    "categories": (
        "14(1)(d)",
        said(
            "Tietoryhmien luetteloa ei tulosteta missään kohdassa.",
            "Listan över kategorier av uppgifter skrivs inte ut i någon punkt.",
            "The list of categories of data is printed in no section.",
        ),
    ),
    "sources": (
        "14(2)(f)",
        said(
            "Tietolähteiden luetteloa ei tulosteta missään kohdassa.",
            "Listan över uppgiftskällor skrivs inte ut i någon punkt.",
            "The list of sources is printed in no section.",
        ),
    ),
    "recipients": (
        "13(1)(e)",
        said(
            "Vastaanottajien luetteloa ei tulosteta missään kohdassa.",
            "Listan över mottagare skrivs inte ut i någon punkt.",
            "The list of recipients is printed in no section.",
        ),
    ),
    "retention": (
        "13(2)(a)",
        said(
            "Säilytysaikoja ei kerrota missään kohdassa.",
            "Förvaringstiderna anges inte i någon punkt.",
            "The storage periods are given in no section.",
        ),
    ),
    "rights": (
        "13(2)(b)",
        said(
            "Rekisteröidyn oikeuksien luetteloa ei tulosteta missään kohdassa.",
            "Listan över den registrerades rättigheter skrivs inte ut i någon punkt.",
            "The list of the data subject's rights is printed in no section.",
        ),
    ),
    "terminal": (
        "917/2014 205 §",
        said(
            "Evästeiden ja muun päätelaitteelle tallennettavan luetteloa ei tulosteta missään kohdassa.",
            "Listan över kakor och annat som lagras i terminalutrustningen skrivs inte ut i någon punkt.",
            "The list of cookies and other storage on the device is printed in no section.",
        ),
    ),
}
UNPAIRED = said(
    "Käyttötarkoitukselle on annettu kaikki mahdolliset perusteet. Valitse se, joka todella pätee.",
    "Ändamålet har fått alla tänkbara grunder. Välj den som verkligen gäller.",
    "The purpose has been given every possible basis. Choose the one that really applies.",
)
NO_OBLIGATION = said(
    "Lakisääteinen velvoite puuttuu perusteista, vaikka kirjanpito ja pyyntöihin vastaaminen nojaavat siihen.",
    "Rättslig förpliktelse saknas bland grunderna, fastän bokföringen och svaren på begäranden vilar på den.",
    "Legal obligation is missing among the bases, although bookkeeping and answering requests rest on it.",
)
NO_BALANCE = said(
    "Oikeutettua etua ei ole punnittu. Kirjoita tasapainotesti.",
    "Det berättigade intresset har inte vägts. Skriv en intresseavvägning.",
    "The legitimate interest has not been weighed. Write the balance test.",
)
NO_LAW = said(
    "Kerro, mihin lakiin velvoite perustuu.",
    "Ange vilken lag förpliktelsen grundar sig på.",
    "Say on which law the obligation rests.",
)
NO_WITHDRAWAL = said(
    "Kerro, missä suostumuksen voi perua.",
    "Ange var samtycket kan återkallas.",
    "Say where the consent can be withdrawn.",
)
NO_WITHDRAWAL_TOLD = said(
    "Kerro, että suostumuksen voi perua milloin tahansa ja että aiempi käsittely pysyy lainmukaisena.",
    "Berätta att samtycket kan återkallas när som helst och att den tidigare behandlingen förblir laglig.",
    "Say that consent can be withdrawn at any time and that earlier processing remains lawful.",
)
AUTOMATED = said(
    "Käyttötarkoitus tekee päätöksiä automaattisesti tai profiloi, vaikka seloste lupaa toisin. Poista se.",
    "Ändamålet fattar automatiserade beslut eller profilerar, fastän beskrivningen lovar annat. Ta bort det.",
    "The purpose decides automatically or profiles, although the notice promises otherwise. Remove it.",
)
NO_MECHANISM = said(
    "Vastaanottaja on EU:n ja ETA:n ulkopuolella. Kerro siirron suojakeino.",
    "Mottagaren finns utanför EU och EES. Ange skyddsåtgärden för överföringen.",
    "The recipient is outside the EU and the EEA. Say which safeguard the transfer has.",
)
NO_CONTRACT = said(
    "Tehkää henkilötietojen käsittelystä sopimus tämän vastaanottajan kanssa ja merkitkää sen päiväys.",
    "Ingå ett avtal om behandling av personuppgifter med denna mottagare och anteckna dess datum.",
    "Make a processing agreement with this recipient and record its date.",
)
NOT_TOLD = said(
    "Kerro, mistä muualta tietoja saadaan ja että siitä ilmoitetaan henkilölle viimeistään kuukauden kuluessa.",
    "Berätta varifrån uppgifter annars fås och att personen informeras om det inom en månad.",
    "Say from where else data are obtained, and that the person is told of it within one month.",
)
#: Rights that must be told, by their articles.
RIGHTS: dict[str, Text] = {
    "15": said(
        "Kerro oikeudesta saada pääsy tietoihin.", "Berätta om rätten till tillgång.", "Tell of the right of access."
    ),
    "16": said(
        "Kerro oikeudesta tietojen oikaisemiseen.",
        "Berätta om rätten till rättelse.",
        "Tell of the right to rectification.",
    ),
    "17": said(
        "Kerro oikeudesta tietojen poistamiseen.", "Berätta om rätten till radering.", "Tell of the right to erasure."
    ),
    "18": said(
        "Kerro oikeudesta käsittelyn rajoittamiseen.",
        "Berätta om rätten till begränsning av behandling.",
        "Tell of the right to restriction of processing.",
    ),
    "20": said(
        "Kerro oikeudesta siirtää tiedot järjestelmästä toiseen.",
        "Berätta om rätten till dataportabilitet.",
        "Tell of the right to data portability.",
    ),
    "21": said(
        "Kerro oikeudesta vastustaa käsittelyä.",
        "Berätta om rätten att göra invändningar.",
        "Tell of the right to object.",
    ),
    "7(3)": said(
        "Kerro oikeudesta perua suostumus.",
        "Berätta om rätten att återkalla samtycke.",
        "Tell of the right to withdraw consent.",
    ),
    "22": said(
        "Kerro oikeudesta olla joutumatta automaattisten päätösten kohteeksi.",
        "Berätta om rätten att inte bli föremål för automatiserade beslut.",
        "Tell of the right not to be subject to automated decisions.",
    ),
    "77": said(
        "Kerro oikeudesta tehdä valitus valvontaviranomaiselle.",
        "Berätta om rätten att lämna in klagomål till tillsynsmyndigheten.",
        "Tell of the right to complain to the supervisory authority.",
    ),
}
NOT_APART = said(
    "Kerro oikeudesta vastustaa käsittelyä omassa kohdassaan, erillään muusta.",
    "Berätta om rätten att göra invändningar i en egen punkt, skilt från allt annat.",
    "Tell of the right to object in a section of its own, apart from everything else.",
)
NO_BAN = said(
    "Kerro, että suoramarkkinoinnin voi kieltää milloin tahansa ja maksutta.",
    "Berätta att direktmarknadsföring kan förbjudas när som helst och avgiftsfritt.",
    "Say that direct marketing can be stopped at any time, free of charge.",
)
#: Sentences of the published notice that the law does not let stand as they were, and the law that must answer them.
REWORDED: dict[str, tuple[str, Text]] = {
    "S4.4": (
        "7(4)",
        said(
            "Suostumus, jota tilaus edellyttää, ei ole vapaaehtoinen. Perusta tilaus sopimukseen ja kerro se.",
            "Ett samtycke som beställningen förutsätter är inte frivilligt. Grunda den på avtalet och säg det.",
            "A consent that the order requires is not freely given. Rest the order on the contract and say so.",
        ),
    ),
    "S4.5": (
        "28",
        said(
            "Kerro, milloin sopimuksen tietoja voi antaa eteenpäin ilman suostumusta (käsittelijä, osapuolet, laki).",
            "Berätta när uppgifter i avtal får lämnas vidare utan samtycke (biträde, parterna, lag).",
            "Say when contract information may be passed on without consent (a processor, the parties, the law).",
        ),
    ),
    "S5.4": (
        "917/2014 205 §",
        said(
            "Tilastointi ei oikeuta käyttämään päätelaitetta. Kerro, ettei niin tehdä, tai pyydä suostumus.",
            "Statistik ger inte rätt att använda terminalutrustningen. Säg att det inte görs, eller be om samtycke.",
            "Statistics do not justify using the device. Say that it is not done, or ask for consent.",
        ),
    ),
}
UNTRANSLATED = said(
    "Käännös puuttuu: tässä ovat suomenkieliset sanat.",
    "Översättningen saknas: här står de finska orden.",
    "The translation is missing: these are the Finnish words.",
)
DEVICE = said(
    "Kerro, mitä päätelaitteelle tallennetaan ja miksi se on välttämätöntä.",
    "Berätta vad som lagras i terminalutrustningen och varför det är nödvändigt.",
    "Say what is stored on the device and why it is necessary.",
)
NO_CONSENT = said(
    "Tämä ei ole välttämätön, joten se tarvitsee suostumuksen, eikä mikään käyttötarkoitus perustu suostumukseen.",
    "Detta är inte nödvändigt och kräver därför samtycke, men inget ändamål grundar sig på samtycke.",
    "This is not necessary and so needs consent, but no purpose is based on consent.",
)
NO_FIGURE = said(
    "Lain määräaika puuttuu tiedostosta law.toml.",
    "Lagens tidsfrist saknas i filen law.toml.",
    "The time limit of the law is missing in law.toml.",
)
BUSINESS_ID = said(
    "Rekisterinpitäjän Y-tunnus puuttuu. Lisätkää se, jotta yrityksestä ei voi erehtyä.",
    "Den personuppgiftsansvariges FO-nummer saknas. Lägg till det, så att ingen tar fel på företag.",
    "The business ID of the controller is missing. Add it, so that the company cannot be mistaken for another.",
)
