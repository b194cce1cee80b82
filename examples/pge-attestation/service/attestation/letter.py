"""Write the document that a company receives (French, HTML, the same bytes for the same decision)."""

from decimal import Decimal
from html import escape

from attestation.eligibility import Decision, Rule
from attestation.record import Draft, moment

CONTENT_TYPE = "text/html; charset=utf-8"

_RULES = {
    Rule.TURNOVER: "25 % du chiffre d'affaires hors taxes de 2019",
    Rule.PAYROLL: "deux années de masse salariale (entreprise créée à compter du 1er janvier 2019)",
}
_TITLES = {
    Decision.GRANTED: "Attestation de prêt garanti par l'État",
    Decision.REFUSED: "Demande d'attestation refusée",
}
_SENTENCES = {
    Decision.GRANTED: "Le montant demandé ne dépasse pas le plafond : l'attestation est accordée.",
    Decision.REFUSED: "Le montant demandé dépasse le plafond : l'attestation est refusée. "
    "Une nouvelle demande, dans la limite du plafond, reste possible.",
}
_PAGE = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>{title} {identifier}</title></head>
<body>
<h1>{title}</h1>
<p>Identifiant : <strong>{identifier}</strong><br>Délivrée le : <time>{issued_at}</time></p>
<table>
<tr><th scope="row">Entreprise</th><td>{company}</td></tr>
<tr><th scope="row">SIREN</th><td>{siren}</td></tr>
<tr><th scope="row">Date de création</th><td>{founded}</td></tr>
<tr><th scope="row">Chiffre d'affaires 2019 (HT)</th><td>{turnover}</td></tr>
<tr><th scope="row">Masse salariale annuelle</th><td>{payroll}</td></tr>
<tr><th scope="row">Banque ayant donné son préaccord</th><td>{bank}</td></tr>
<tr><th scope="row">Montant demandé</th><td>{amount}</td></tr>
<tr><th scope="row">Plafond</th><td>{ceiling}, soit {rule}</td></tr>
</table>
<p>{sentence}</p>
<p>Règle : arrêté du 23 mars 2020 accordant la garantie de l'État, article 5, tel que publiquement rapporté.</p>
{annex}
<p><small>Document d'exemple, produit par un logiciel de démonstration : il est sans valeur juridique.</small></p>
</body>
</html>
"""


def write(decided: Draft, *, annex: str = "") -> bytes:
    """Return the document; an annex is text attached below the decision."""
    said = decided.declaration
    return _PAGE.format(
        title=_TITLES[decided.decision],
        identifier=decided.identifier,
        issued_at=moment(decided.issued_at),
        company=escape(said.company),
        siren=said.siren,
        founded=said.founded.isoformat(),
        turnover=euros(said.turnover_2019),
        payroll=euros(said.payroll),
        bank=escape(said.bank),
        amount=euros(said.amount),
        ceiling=euros(decided.ceiling.amount),
        rule=_RULES[decided.ceiling.rule],
        sentence=_SENTENCES[decided.decision],
        annex=f"<h2>Annexe</h2>\n<pre>{escape(annex)}</pre>" if annex else "",
    ).encode()


def euros(amount: Decimal) -> str:
    """Write an amount as the French do: `1 234,56 €`, with spaces that do not break."""
    return f"{amount:,.2f} €".replace(",", "\u202f").replace(".", ",").replace(" €", "\u00a0€")
