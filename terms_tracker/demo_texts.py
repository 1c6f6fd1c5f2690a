"""The invented services of the demo: their terms, and how these changed. Nothing here is of a real company."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One change of a text: what is replaced, by what."""

    old: str
    new: str


@dataclass(frozen=True)
class DemoText:
    """A page of an invented service, from its first text on.

    The first `past` edits happened before the demo starts; the others wait for somebody to press the button.
    """

    slug: str
    service: str
    type: str
    title: str
    first: str
    edits: tuple[Edit, ...]
    past: int = 2

    def at(self, step: int) -> str:
        """The text once `step` edits have been made."""
        text = self.first
        for edit in self.edits[:step]:
            text = text.replace(edit.old, edit.new)
        return text


TEXTS = (
    DemoText(
        slug="chirper-terms",
        service="Chirper",
        type="Terms of Service",
        title="Chirper: terms of service",
        first="""# Terms of service

_Last updated on 1 March 2026._

## 1. Who may use Chirper

You may use Chirper if you are at least 13 years old. If you act for an organisation, you confirm that you may bind it.

## 2. Your content

What you write remains yours. You allow us to show, copy and translate it on our service, for as long as it is there.

We do not use private messages for any purpose but to deliver them.

## 3. Automated accounts

You may run automated accounts if they say that they are automated. Accounts that act together to appear more numerous
than they are will be removed.

## 4. Political content

We label accounts of candidates and of public bodies. We do not recommend political content to people who do not follow
its author.

## 5. Moderation and appeals

We tell you when we remove something that you wrote, and why. You have **six months** to appeal, and a person, not a
program, looks at your appeal.

## 6. Researchers

Accredited researchers may ask for access to public data at research@chirper.example. We answer within 30 days.

## 7. Changes to these terms

We announce changes at least 30 days before they apply.
""",
        edits=(
            Edit(
                "You may run automated accounts if they say that they are automated.",
                "You may run automated accounts if they say that they are automated and name the person who runs them.",
            ),
            Edit(
                "You allow us to show, copy and translate it on our service, for as long as it is there.",
                "You allow us to show, copy and translate it on our service, and to use it to train our language "
                "models, for as long as it is there and afterwards.",
            ),
            Edit(
                "You have **six months** to appeal, and a person, not a\nprogram, looks at your appeal.",
                "You have **fourteen days** to appeal.",
            ),
            Edit(
                "## 6. Researchers\n\nAccredited researchers may ask for access to public data at "
                "research@chirper.example. We answer within 30 days.\n\n## 7. Changes",
                "## 6. Changes",
            ),
            Edit("at least 30 days before they apply.", "on this page."),
        ),
    ),
    DemoText(
        slug="chirper-guidelines",
        service="Chirper",
        type="Community Guidelines",
        title="Chirper: community guidelines",
        first="""# Community guidelines

## What is not allowed

*   Threats and calls to violence.
*   Hatred of people for what they are.
*   Information about **how, where or when to vote** that is false.
*   Media made or altered by a program to mislead, unless it is clearly labelled.

## During elections

From three months before a national election we:

1.  show a link to the election authority under posts about voting;
2.  slow the spread of posts that fact-checkers have rated false;
3.  answer reports of authorities within **24 hours**.

## What happens when a rule is broken

| Time | Consequence |
| --- | --- |
| First | A warning |
| Second | Seven days without posting |
| Third | The account is closed |
""",
        edits=(
            Edit("within **24 hours**", "within **48 hours**"),
            Edit(
                "2.  slow the spread of posts that fact-checkers have rated false;\n3.  answer", "2.  answer"
            ),
            Edit("*   Media made or altered by a program to mislead, unless it is clearly labelled.\n", ""),
            Edit(
                "From three months before a national election we:",
                "From one month before a national election we may:",
            ),
            Edit("| Third | The account is closed |", "| Third | Thirty days without posting |"),
        ),
    ),
    DemoText(
        slug="videotour-conditions",
        service="Vidéotour",
        type="Terms of Service",
        title="Vidéotour : conditions générales",
        first="""# Conditions générales d’utilisation

_En vigueur au 15 janvier 2026._

## Article 1 – Objet

Vidéotour permet à chacun de publier et de regarder des vidéos. L’inscription est gratuite.

## Article 2 – Mineurs

Le service est ouvert à partir de 15 ans. Entre 13 et 15 ans, l’accord d’un parent est nécessaire.

## Article 3 – Recommandations

Les vidéos proposées dépendent de ce que vous avez regardé. Vous pouvez choisir un fil **sans profilage** dans les
réglages, conformément à l’article 38 du règlement sur les services numériques.

## Article 4 – Contenus signalés

Tout signalement reçoit une réponse motivée sous sept jours. Les signaleurs de confiance sont traités en priorité.

## Article 5 – Publicité politique

Vidéotour n’accepte pas de publicité politique pendant les trois mois qui précèdent une élection.

## Article 6 – Données

Nous conservons l’historique de vos visionnages pendant douze mois.
""",
        edits=(
            Edit("pendant douze mois", "pendant vingt-quatre mois"),
            Edit(
                "Entre 13 et 15 ans, l’accord d’un parent est nécessaire.",
                "Un compte « junior » existe dès 10 ans.",
            ),
            Edit(
                "Vidéotour n’accepte pas de publicité politique pendant les trois mois qui précèdent une élection.",
                "Vidéotour accepte la publicité politique lorsque son commanditaire est identifié.",
            ),
            Edit(
                "Tout signalement reçoit une réponse motivée sous sept jours. Les signaleurs",
                "Les signalements sont examinés dans les meilleurs délais. Les signaleurs",
            ),
        ),
    ),
    DemoText(
        slug="videotour-ads",
        service="Vidéotour",
        type="Advertising Content Policy",
        title="Vidéotour : règles de la publicité",
        first="""# Règles de la publicité

_En vigueur au 2 février 2026._

## Ce qui est refusé

La publicité trompeuse, la publicité qui vise les mineurs par profilage, et la publicité déguisée.

## Publicité politique

La publicité politique est refusée, quel qu’en soit le commanditaire. Cela vaut aussi pour les créateurs payés par un
parti ou par un candidat.

## Transparence

Chaque annonce porte le nom de qui la paie. Toutes les annonces sont conservées **sept ans** dans notre bibliothèque
publique, avec leur montant et le nombre de personnes qui les ont vues.

## Ciblage

Nous ne proposons pas de ciblage selon les opinions politiques, la religion, la santé ou l’orientation sexuelle.
""",
        edits=(
            Edit("**sept ans**", "**trois ans**"),
            Edit(
                "La publicité politique est refusée, quel qu’en soit le commanditaire. Cela vaut aussi pour les "
                "créateurs payés par un\nparti ou par un candidat.",
                "La publicité politique est acceptée dans les pays de la liste, sauf pendant les trois mois qui "
                "précèdent une\nélection. Les créateurs payés par un parti ou par un candidat le disent dans leur "
                "vidéo.",
            ),
            Edit(", avec leur montant et le nombre de personnes qui les ont vues", ""),
            Edit(
                "Les créateurs payés par un parti ou par un candidat le disent dans leur vidéo.",
                "Les vidéos de créateurs ne sont pas de la publicité politique.",
            ),
            Edit(
                "Nous ne proposons pas de ciblage",
                "Sauf accord de la personne, nous ne proposons pas de ciblage",
            ),
        ),
    ),
    DemoText(
        slug="loopreel-ads",
        service="Loopreel",
        type="Advertising Content Policy",
        title="Loopreel: advertising policy",
        first="""# Advertising policy

_Last updated on 12 January 2026._

## 1. What may be advertised

Loopreel shows short videos, and ads between them. An ad must say what it sells, and who sells it.

## 2. Political advertising

Political advertising is not allowed on Loopreel. This includes ads for a party, a candidate or a vote, and ads about
issues of public importance.

Creators may not be paid for political content either.

## 3. Who may be aimed at

Ads are not shown to people under 18 on the basis of profiling.

## 4. Ad library

Every ad stays in our public library for **one year** after it was last shown, with who paid for it and how many people
saw it.
""",
        edits=(
            Edit("for **one year**", "for **seven years**"),
            Edit(
                "Political advertising is not allowed on Loopreel. This includes ads for a party, a candidate or a "
                "vote, and ads about\nissues of public importance.",
                "Political advertising is allowed on Loopreel outside the European Union. Ads about issues of public "
                "importance are\nallowed everywhere, and are not labelled.",
            ),
            Edit(
                "Creators may not be paid for political content either.",
                "Creators who are paid for political advertising must switch on the label “Paid partnership”.",
            ),
            Edit(
                "Political advertising is allowed on Loopreel outside the European Union.",
                "Political advertising is allowed on Loopreel. In the European Union it carries the notice that "
                "Regulation (EU) 2024/900\nasks for.",
            ),
            Edit("Ads about issues of public importance are\nallowed everywhere, and are not labelled.", ""),
            Edit(", with who paid for it and how many people\nsaw it", ""),
        ),
        past=3,
    ),
    DemoText(
        slug="loopreel-terms",
        service="Loopreel",
        type="Terms of Service",
        title="Loopreel: terms of service",
        first="""# Terms of service

_Effective 5 January 2026._

## 1. Your account

You may open an account from the age of 13. Accounts of people under 16 are private until they choose otherwise.

## 2. Your videos

You keep your videos. You allow us to show them, and to let others reply to them with a video of their own.

## 3. What you see

The first page is chosen for you. You may switch to a page in order of time, which is not based on profiling.

## 4. When we remove something

We tell you why, and you may appeal for **six months**. You may also go to a certified body for the settlement of
disputes.

## 5. The law

The courts of the country you live in decide.
""",
        edits=(
            Edit("_Effective 5 January 2026._", "_Effective 5 May 2026._"),
            Edit(" You may also go to a certified body for the settlement of\ndisputes.", ""),
            Edit(
                "Accounts of people under 16 are private until they choose otherwise.", "Accounts are public."
            ),
            Edit("of the country you live in decide", "of our seat decide"),
        ),
    ),
    DemoText(
        slug="findly-privacy",
        service="Findly",
        type="Privacy Policy",
        title="Findly: privacy policy",
        first="""# Privacy policy

Findly is a search engine. This page says what we know of you, which is little.

## What we collect

*   The words you search for, without your address.
*   Whether you clicked on a result.

## What we do not do

We keep no profile. We do not sell or share anything about you with advertisers.

## How long

Searches are deleted after **30 days**.

## Your rights

You may ask what we hold, and have it erased, at privacy@findly.example.
""",
        edits=(
            Edit("Searches are deleted after **30 days**.", "Searches are deleted after **90 days**."),
            Edit(
                "*   Whether you clicked on a result.\n",
                "*   Whether you clicked on a result.\n*   Your approximate place, from your network address.\n",
            ),
            Edit(
                "We keep no profile. We do not sell or share anything about you with advertisers.",
                "We do not sell anything about you. We share measurements with the advertisers whose ads you see.",
            ),
            Edit(
                "This page says what we know of you, which is little.", "This page says what we know of you."
            ),
        ),
        past=1,
    ),
)

BY_SLUG = {text.slug: text for text in TEXTS}
