"""The 44 terms types that collections agreed on (terms-types 2.2.0). Older collections use others too."""

_NAMES = """
    Terms of Service; Privacy Policy; Imprint; Trackers Policy;
    Developer Terms; Community Guidelines; Deceased Users; Acceptable Use Policy; Restricted Use Policy;
    Commercial Terms; Copyright Claims Policy; Law Enforcement Guidelines; Human Rights Policy; In-App
    Purchases Policy; Review Guidelines; Brand Guidelines; Quality Guidelines; Data Controller
    Agreement; Data Processor Agreement; User Consent Policy; Closed Captioning Policy; Seller Warranty;
    Single Sign-On Policy; Vulnerability Disclosure Policy; Live Policy; Complaints Policy; Conditions
    of Carriage; General Conditions of Sale; Marketplace Buyers Conditions; Marketplace Sellers
    Conditions; Ranking Parameters Description; Premium Partner Conditions; Platform to Business Notice;
    Business Mediation Policy; Business Privacy Policy; Editorial Policy; Anti-corruption Policy;
    Accessibility Statement; Hyperlinks Policy; Whistleblower Policy; Affiliate Agreement; Service Level
    Agreement; Content Monetisation Policy; Advertising Content Policy
"""

KNOWN_TERMS_TYPES = frozenset(" ".join(_NAMES.split()).split("; "))
