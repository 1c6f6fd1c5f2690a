"""The rules a portal starts with. Summaries are ours and short; the reference leads to the text, which alone counts.

What a lawyer must settle (how many months, how many days) is a parameter that an administrator sets.
"""

from datetime import date
from typing import Any

from political_ads.models import Rule

_CODE = "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006070239/"
_EU = "https://eur-lex.europa.eu/eli/reg/2024/900/oj"
_EU_APPLIES = date(2025, 10, 10)

RULES: dict[str, dict[str, Any]] = {
    "fr-l52-1": {
        "country": "FR",
        "title": "Paid election advertising in the months before a vote",
        "title_fr": "Publicité électorale payante dans les mois qui précèdent un scrutin",
        "summary": "From the first day of the sixth month before the month of the election until the decisive round, "
        "commercial advertising for election propaganda, in the press or by any audiovisual means, is forbidden; "
        "article L. 48-1 extends this to electronic communication.",
        "summary_fr": "Du premier jour du sixième mois précédant le mois de l’élection jusqu’au tour décisif, la publicité "
        "commerciale à des fins de propagande électorale est interdite ; l’article L. 48-1 l’étend à la communication "
        "électronique.",
        "reference": "France, Code électoral, L. 52-1, L. 48-1, L. 90-1",
        "link": _CODE,
        "predicate": "promotes_or_new_element",
        "window": "months_to_decisive_round",
        "parameters": {"months": 6},
    },
    "fr-l48-2": {
        "country": "FR",
        "title": "New matter of dispute too late to be answered",
        "title_fr": "Élément nouveau de polémique électorale trop tardif",
        "summary": "A new element of electoral dispute may not be made public so late that opponents cannot usefully "
        "answer before the end of the campaign. The law gives no number of days: it is a parameter here.",
        "summary_fr": "Un élément nouveau de polémique électorale ne peut être porté à la connaissance du public à un moment "
        "où les adversaires ne peuvent plus y répondre utilement avant la fin de la campagne. La loi ne fixe pas de "
        "nombre de jours : c’est ici un paramètre.",
        "reference": "France, Code électoral, L. 48-2",
        "link": _CODE,
        "predicate": "new_element",
        "window": "last_days_of_campaign",
        "parameters": {"days": 3},
    },
    "fr-l49": {
        "country": "FR",
        "title": "Election propaganda on the eve and the day of the vote",
        "title_fr": "Propagande électorale la veille et le jour du scrutin",
        "summary": "From midnight before the eve of the vote, no message of election propaganda may be spread to the "
        "public by electronic means.",
        "summary_fr": "À partir de la veille du scrutin à zéro heure, aucun message de propagande électorale ne peut être "
        "diffusé au public par voie électronique.",
        "reference": "France, Code électoral, L. 49",
        "link": _CODE,
        "predicate": "promotes_or_new_element",
        "window": "eve_and_day",
    },
    "fr-polls": {
        "country": "FR",
        "title": "Opinion polls on the eve and the day of the vote",
        "title_fr": "Sondages d’opinion la veille et le jour du scrutin",
        "summary": "On the eve and the day of each round no poll about the election may be published or commented on. "
        "At any other time a poll is published with who made it, who ordered it and how.",
        "summary_fr": "La veille et le jour de chaque tour, aucun sondage sur l’élection ne peut être publié ni commenté. Le "
        "reste du temps, un sondage paraît avec son auteur, son commanditaire et sa méthode.",
        "reference": "France, loi n° 77-808 du 19 juillet 1977, art. 2 et 11",
        "link": "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000522846/",
        "predicate": "survey",
        "window": "eve_and_day",
    },
    "fr-l163-1": {
        "country": "FR",
        "title": "Who pays, and how much, for content on a debate of general interest",
        "title_fr": "Qui paie, et combien, pour un contenu lié à un débat d’intérêt général",
        "summary": "In the three months before the first day of the month of a general election, very large platforms "
        "say for whom content related to a debate of general interest is promoted, and what was paid.",
        "summary_fr": "Dans les trois mois précédant le premier jour du mois d’élections générales, les très grandes "
        "plateformes indiquent pour qui est promu un contenu lié à un débat d’intérêt général, et ce qui a été payé.",
        "reference": "France, Code électoral, L. 163-1, D. 102-1",
        "link": _CODE,
        "predicate": "payer_or_amount_missing",
        "window": "months_before_general",
        "parameters": {"months": 3},
    },
    "fr-l52-8": {
        "country": "FR",
        "title": "Paid in a foreign currency",
        "title_fr": "Payé dans une devise étrangère",
        "summary": "Legal persons other than parties, and foreign persons or states, may not fund a campaign. A foreign "
        "currency is a sign at most: to be checked.",
        "summary_fr": "Les personnes morales autres que les partis, les personnes et les États étrangers ne peuvent financer "
        "une campagne. Une devise étrangère n’est qu’un indice : à vérifier.",
        "reference": "France, Code électoral, L. 52-8",
        "link": _CODE,
        "predicate": "paid_in_foreign_currency",
        "window": "months_to_decisive_round",
        "parameters": {"months": 6},
    },
    "eu-sponsor": {
        "title": "No sponsor is given for a political ad",
        "title_fr": "Aucun parraineur n’est donné pour une publicité politique",
        "summary": "A political advertisement carries a label that says so, who its sponsor is and, with a notice, who "
        "pays, how much, and for which election.",
        "summary_fr": "Une publicité politique porte une mention qui le dit, nomme son parraineur et, dans un avis, indique qui "
        "paie, combien et pour quelle élection.",
        "reference": "Regulation (EU) 2024/900, art. 11–13",
        "link": _EU,
        "predicate": "payer_missing",
        "window": "always",
        "applies_from": _EU_APPLIES,
    },
    "eu-foreign-sponsor": {
        "title": "A sponsor outside the Union before a vote",
        "title_fr": "Un parraineur hors de l’Union avant un scrutin",
        "summary": "In the three months before an election or referendum, services may be provided to sponsors of the "
        "Union only. A foreign currency is a sign at most: to be checked.",
        "summary_fr": "Dans les trois mois précédant une élection ou un référendum, les services ne peuvent être fournis qu’à "
        "des parraineurs de l’Union. Une devise étrangère n’est qu’un indice : à vérifier.",
        "reference": "Regulation (EU) 2024/900, art. 5(2)",
        "link": _EU,
        "predicate": "paid_in_foreign_currency",
        "window": "months_to_the_day",
        "parameters": {"months": 3},
        "applies_from": _EU_APPLIES,
    },
    "eu-minors": {
        "title": "Shown to minors",
        "title_fr": "Montrée à des mineurs",
        "summary": "Political ads may not be targeted or delivered by the data of persons known to be at least one year "
        "under the voting age. Figures of delivery to 13 to 17 year olds are a sign, not a proof.",
        "summary_fr": "Les publicités politiques ne peuvent être ciblées ou diffusées à partir des données de personnes ayant "
        "au moins un an de moins que l’âge de voter. Une diffusion auprès des 13–17 ans est un indice, pas une preuve.",
        "reference": "Regulation (EU) 2024/900, art. 18",
        "link": _EU,
        "predicate": "reached_minors",
        "window": "always",
        "applies_from": _EU_APPLIES,
    },
}


def add_missing() -> int:
    """Add the rules that are not there; what an administrator changed stays. Gives how many were added."""
    return sum(Rule.objects.get_or_create(code=code, defaults=values)[1] for code, values in RULES.items())
