"""Invented ads for the demonstration: no party, person, company or poll of theirs exists."""

from dataclasses import dataclass

from political_ads.labels import Label


@dataclass(frozen=True)
class DemoAd:
    """An ad, and what its author meant it for."""

    language: str
    advertiser: str
    payer: str
    text: str
    meant: Label
    copies: int = 1
    has_picture: bool = False


_P, _N, _S, _E, _C = (
    Label.PROMOTES,
    Label.NEW_ELEMENT,
    Label.SURVEY,
    Label.ENGAGEMENT,
    Label.NOT_POLITICAL,
)

_FRENCH = (
    ("Parti de l’Estuaire", "Association de financement de l’Estuaire", (
        (_P, "Dimanche, votez pour la liste « Demain l’Estuaire » conduite par Camille Rivoire.", 4),
        (_P, "Camille Rivoire a tenu ses trois promesses. Donnons-lui six ans de plus pour finir le travail.", 3),
        (_P, "La liste d’en face veut fermer la maternité. Pas nous. L’Estuaire, la liste qui soigne.", 2),
        (_S, "SONDAGE EXCLUSIF : Camille Rivoire à 34 %, en tête devant tous ses adversaires. Partagez !", 1),
        (_E, "Inscription sur les listes électorales : il vous reste huit jours. Deux minutes suffisent.", 2),
    )),
    ("Union des Collines", "", (
        (_P, "Le maire sortant a augmenté la taxe foncière de 18 %. Le 15 mars, l’Union des Collines.", 3),
        (_P, "Marc Duvallon, un homme de parole. Rejoignez son comité de soutien.", 2),
        (_N, "RÉVÉLATION : les factures que Camille Rivoire ne voulait pas vous montrer.", 2),
        (_N, "Ce que le candidat Duvallon faisait vraiment en 2019. Un témoin parle, à trois jours du vote.", 1),
        (_S, "Deuxième tour : 52 % pour Duvallon selon notre enquête auprès de 400 habitants.", 1),
    )),
    ("Collectif Rivières vivantes", "Collectif Rivières vivantes", (
        (_E, "20 000 signatures pour protéger la Lune, notre rivière. Signez la pétition.", 3),
        (_E, "Samedi à 14 h, marche pour l’eau propre. Venez avec vos enfants et vos tambours.", 1),
        (_E, "Écrivez à vos élus : la loi sur l’eau est examinée mardi. Notre lettre type est prête.", 2),
        (_C, "Atelier gratuit : reconnaître les oiseaux de la rivière, dimanche à 9 h.", 1),
    )),
    ("Citoyens au vote", "", (
        (_E, "Voter, ce n’est pas si compliqué : notre guide en cinq dessins.", 2),
        (_E, "Tu as 18 ans cette année ? Ta première élection, c’est dimanche. Vas-y avec une amie.", 3),
        (_E, "Besoin d’une procuration ? Elle se fait en ligne, puis au commissariat. On vous explique.", 1),
    )),
    ("Boulangerie Mireille", "", (
        (_C, "Galette aux amandes, deux achetées, la troisième offerte jusqu’à dimanche.", 1),
        (_C, "Nous recrutons un apprenti boulanger. Horaires du matin, bonne humeur exigée.", 1),
    )),
    ("Isolvite", "Isolvite SAS", (
        (_C, "Isolation à 1 € : l’État paie vos travaux ! Testez votre éligibilité en 30 secondes.", 6),
        (_C, "Panneaux solaires : votre voisin a déjà divisé sa facture par deux.", 2),
        (_C, "La prime de l’État s’arrête bientôt. Demandez votre audit gratuit.", 2),
    )),
    ("Secours du Large", "Secours du Large", (
        (_C, "10 € donnent un repas chaud à une famille. Donnez avant l’hiver.", 2),
        (_C, "Devenez bénévole : trois heures par mois changent une vie.", 1),
    )),
    ("Le Vrai Journal du Canton", "", (
        (_N, "Exclusif : l’enregistrement qui accable la tête de liste de l’Estuaire. Écoutez vite.", 2),
        (_P, "Pourquoi ils ont tous peur de Marc Duvallon. La vidéo que les médias ne montrent pas.", 1),
        (_S, "Question du jour : qui voulez-vous pour maire ? Rivoire 41 %, Duvallon 44 %, autres 15 %.", 1),
    )),
    ("Théâtre de la Digue", "", (
        (_C, "« Le Bal des élus », comédie. Rires garantis, aucun programme politique.", 1),
        (_C, "Abonnez-vous à la saison : douze spectacles pour le prix de huit.", 1),
    )),
)  # fmt: skip
_ENGLISH = (
    ("Harbour Party", "Harbour Party Campaign Fund", (
        (_P, "Vote Jo Marlow on Thursday. Warm homes, safe streets, a harbour that works.", 4),
        (_P, "Jo Marlow stood up for our nurses. Stand up for Jo Marlow.", 2),
        (_P, "Hill Alliance voted against free school meals four times. Remember that on Thursday.", 2),
        (_S, "New poll: Harbour 38, Hill 31, others 31. It is close. Chip in five pounds.", 2),
        (_E, "Polls are open from 7 to 10. You do not need your card, just bring yourself.", 1),
    )),
    ("Hill Alliance", "", (
        (_P, "They doubled your council tax. We will freeze it. Hill Alliance.", 3),
        (_P, "Meet Priya Stannard, engineer, mother of two, your next mayor.", 2),
        (_N, "LEAKED: what Jo Marlow told developers behind closed doors. Read the memo.", 2),
        (_N, "The expenses Harbour hoped you would never see, published today, two days before you vote.", 1),
        (_S, "Our survey of 312 residents: seven in ten want a change of mayor.", 1),
    )),
    ("Clean Air Now", "Clean Air Now", (
        (_E, "Tell your representative to back the clean air bill. It takes one minute.", 3),
        (_E, "Join the silent march on Saturday, noon, at the old pier.", 1),
        (_E, "We need 500 more names before the hearing on Monday. Sign and share.", 2),
        (_C, "Free air quality sensors for the first hundred schools that ask.", 1),
    )),
    ("Register Today", "", (
        (_E, "Moved house? Then you have to register again. The deadline is Tuesday.", 2),
        (_E, "Never voted before? Here is what happens inside a polling station.", 2),
        (_E, "Bring a friend to vote. Democracy is better with company.", 1),
    )),
    ("Marlow & Sons Removals", "", (
        (_C, "Moving house? No relation to the candidate, just careful with pianos.", 1),
        (_C, "Spring offer: two movers and a van for the price of one.", 1),
    )),
    ("SunRoof", "SunRoof Ltd", (
        (_C, "The government may pay for your new boiler. Check in thirty seconds.", 5),
        (_C, "Homeowners over 50 are getting this grant before it ends.", 3),
        (_C, "How much could a battery save you? Try our calculator.", 1),
    )),
    ("The Harbour Truth", "", (
        (_N, "A former aide speaks: the night Jo Marlow would rather forget.", 2),
        (_P, "Ten reasons why only Stannard can save this town. Number seven will make you cry.", 1),
        (_S, "Who won the debate? Stannard 64, Marlow 36. Vote now and share.", 1),
    )),
    ("City Museum", "", (
        (_C, "Ballots and banners: two hundred years of elections, an exhibition.", 1),
        (_C, "Late opening on Friday: music, soup and dinosaurs.", 1),
    )),
)  # fmt: skip


def _of(
    language: str, pages: tuple[tuple[str, str, tuple[tuple[Label, str, int], ...]], ...]
) -> list[DemoAd]:
    return [
        DemoAd(language, advertiser, payer, text, meant, copies, has_picture=place == 0)
        for advertiser, payer, ads in pages
        for place, (meant, text, copies) in enumerate(ads)
    ]


DEMO_ADS: tuple[DemoAd, ...] = (*_of("fr", _FRENCH), *_of("en", _ENGLISH))
