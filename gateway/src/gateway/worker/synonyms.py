"""What columns are called in English, German, French and Spanish: by kind of record, then by field.

Words are compared without case, spaces and punctuation, accents kept off.
"""

from __future__ import annotations

from collections.abc import Mapping

OBJECT_NAMES: Mapping[str, str] = {
    "accounts": "account accounts company companies organisation organization organisations organizations firma firmen "
    "unternehmen kunden kunde customers clients client clientes cliente empresas empresa societes societe entreprises "
    "comptes konten cuentas",
    "contacts": "contact contacts people persons person personen kontakte kontakt ansprechpartner adressen addressbook "
    "contactos contacto personas personnes",
    "leads": "lead leads prospects prospect interessenten anfragen enquiries inquiries messe fair messekontakte "
    "prospectos",
    "deals": "deal deals opportunity opportunities pipeline sales chancen verkaufschancen verkäufe geschäfte angebote "
    "quotes oportunidades oportunidad opportunites affaires negocios ventas",
    "activities": "activity activities calls tasks notes meetings aktivitäten anrufe aufgaben notizen termine besuche "
    "actividades llamadas tareas activites appels taches history verlauf",
    "products": "product products produkte artikel produits articles productos catalogue preisliste pricelist",
    "users": "users user benutzer mitarbeiter employees staff utilisateurs usuarios empleados",
}

_PERSON: Mapping[str, str] = {
    "first_name": "first name|firstname|given name|forename|vorname|prénom|nombre de pila|primer nombre|fname|first",
    "last_name": "last name|lastname|surname|family name|nachname|familienname|zuname|nom de famille|apellido|apellidos"
    "|lname|last|name nachname",
    "full_name": "full name|fullname|name|contact name|contact|person|ansprechpartner|kontakt|kontaktname|vollständiger name"
    "|nom complet|nombre completo|nombre|nom|lead name|kontaktperson|vor und nachname|vorname nachname|contacto",
    "email": "email|e mail|mail|email address|emailadresse|e mail adresse|mailadresse|adresse email|courriel|correo"
    "|correo electrónico|adresse e mail|email 1|work email|business email|primary email",
    "phone": "phone|telephone|phone number|tel|telefon|telefonnummer|rufnummer|mobile|mobil|handy|mobile phone|cell"
    "|téléphone|numéro de téléphone|portable|teléfono|móvil|work phone|business phone|fon|tel nr|telefon geschäftlich"
    "|telefon mobil|telefono",
    "title": "title|job title|position|role|function|titel|funktion|berufsbezeichnung|stelle|poste|fonction|cargo|puesto"
    "|jobtitel",
    "source": "source|lead source|origin|quelle|herkunft|kanal|channel|origine|provenance|fuente|origen|leadquelle",
    "owner_id": "owner|account owner|contact owner|lead owner|sales rep|salesperson|rep|assigned to|responsible|besitzer"
    "|betreuer|zuständig|verantwortlich|vertriebler|bearbeiter|propriétaire|responsable|commercial|propietario|vendedor"
    "|comercial|sales agent|verkäufer",
    "tags": "tags|labels|tag|label|schlagworte|kategorien|categories|étiquettes|etiquetas|stichworte|gruppen",
    "external_id": "id|external id|record id|customer id|contact id|lead id|account id|number|nr|nummer|kundennummer"
    "|customer number|customer no|customer nr|kundennr|contact number|account number|lead number"
    "|kunden nr|kontakt id|identifiant|numéro|identificador|número|ref|reference|referenz|uuid|crm id|datensatz id",
}
_COMPANY = (
    "company|company name|account|account name|organisation|organization|employer|firma|firmenname|unternehmen"
    "|firmierung|kunde|arbeitgeber|société|entreprise|compte|client|empresa|compañía|cuenta|cliente|nom de la société"
    "|customer|organization name"
)

FIELDS: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "name": f"name|{_COMPANY}|customer name|nom|nombre|raison sociale|razón social",
        "domain": "domain|domain name|domäne|domaine|dominio|company domain name|email domain",
        "website": "website|web|url|homepage|web site|webseite|internet|internetadresse|site web|site internet|sitio web"
        "|página web|www",
        "industry": "industry|sector|branche|sektor|secteur|industrie|industria|sector de actividad|wirtschaftszweig",
        "employee_count": "employees|employee count|number of employees|headcount|size|mitarbeiter|mitarbeiterzahl"
        "|anzahl mitarbeiter|beschäftigte|effectif|nombre d employés|employés|empleados|número de empleados|company size",
        "health": "health|health score|customer health|kundengesundheit|santé client|salud del cliente",
        "annual_revenue": "revenue|annual revenue|turnover|sales|umsatz|jahresumsatz|chiffre d affaires|ca|facturación"
        "|ingresos|ventas anuales|ingresos anuales",
        "annual_revenue.currency": "currency|revenue currency|währung|devise|moneda|divisa",
        "founded_year": "founded|year founded|founded year|year established|established|gegründet|gründungsjahr"
        "|année de création|fundación|año de fundación",
        "country": "country|country region|land|staat|pays|país|office location|billing country|land region",
        "city": "city|town|stadt|ort|ville|ciudad|wohnort|billing city|localidad|location",
        "address": "address|street|street address|adresse|straße|strasse|anschrift|rue|dirección|calle|billing address"
        "|billing street|straße und hausnummer",
        "tier": "tier|segment|class|klasse|kundenklasse|abc",
        "relationship": "relationship|type|account type|typ|kundentyp|beziehung|relation|relación|tipo|art",
        "lifecycle_stage": "lifecycle stage|lifecycle|lebenszyklus|lebenszyklusphase",
        "parent_external_id": "parent|parent account|parent company|parent id|mutter|muttergesellschaft|konzern"
        "|société mère|empresa matriz|subsidiary of|parent account id|konzernmutter",
        "owner_id": _PERSON["owner_id"],
        "source": _PERSON["source"],
        "tags": _PERSON["tags"],
        "description": "description|notes|note|comment|comments|remarks|beschreibung|notiz|notizen|bemerkung|bemerkungen"
        "|kommentar|remarques|commentaire|descripción|notas|comentarios|about us",
        "external_id": _PERSON["external_id"],
    },
    "contacts": {
        **_PERSON,
        "account_id": _COMPANY,
        "lifecycle_stage": "lifecycle stage|lifecycle|lebenszyklus|status|lebenszyklusphase|étape du cycle de vie",
        "language": "language|sprache|langue|idioma|korrespondenzsprache|preferred language",
        "time_zone": "time zone|timezone|zeitzone|fuseau horaire|zona horaria",
    },
    "leads": {
        **_PERSON,
        "company": _COMPANY,
        "status": "status|lead status|state|stand|phase|statut|état|estado|stufe",
        "industry": "industry|sector|branche|secteur|industria",
        "country": "country|land|pays|país|country region",
    },
    "deals": {
        "name": "name|deal|deal name|opportunity|opportunity name|title|subject|bezeichnung|titel|chance|verkaufschance"
        "|projekt|geschäft|nom|affaire|opportunité|nombre|negocio|oportunidad|project|betreff|angebot|thema",
        "account_id": _COMPANY,
        "contact_id": "contact|contact email|primary contact|ansprechpartner|kontakt|contacto|kontaktperson",
        "owner_id": _PERSON["owner_id"],
        "amount": "amount|value|deal value|deal amount|price|sum|revenue|close value|betrag|wert|summe|auftragswert|volumen"
        "|preis|umsatz|montant|valeur|prix|importe|valor|monto|precio|total|auftragsvolumen|angebotssumme",
        "amount.currency": "currency|währung|devise|moneda|divisa|currency code",
        "stage": "stage|deal stage|phase|status|sales stage|verkaufsphase|stufe|étape|statut|etapa|fase|estado|pipeline stage",
        "pipeline": "pipeline|sales pipeline|vertriebspipeline",
        "probability": "probability|chance|win probability|wahrscheinlichkeit|probabilité|probabilidad|likelihood",
        "opened_on": "created|opened|open date|created date|create date|engage date|start|start date|erstellt|erstellt am|eröffnet"
        "|angelegt|angelegt am|beginn|créé|date de création|fecha de creación|creado|opened on|startdatum",
        "expected_close_on": "expected close|expected close date|close date|closing date|due|forecast date|abschlussdatum"
        "|erwarteter abschluss|abschluss|voraussichtlicher abschluss|date de clôture|clôture prévue|fecha de cierre"
        "|cierre previsto|estimated close date|geplanter abschluss",
        "closed_on": "closed|closed on|closed date|actual close date|geschlossen|geschlossen am|abgeschlossen am|clôturé|cerrado"
        "|won date|actual close",
        "lost_reason": "lost reason|reason lost|closed lost reason|verlustgrund|grund|raison de perte|motivo de pérdida"
        "|loss reason",
        "next_step": "next step|nächster schritt|prochaine étape|próximo paso|next action",
        "competitor": "competitor|wettbewerber|mitbewerber|concurrent|competidor|konkurrenz",
        "type": "type|deal type|typ|art|tipo",
        "source": _PERSON["source"],
        "tags": _PERSON["tags"],
        "product_id": "product|produkt|artikel|produit|producto",
        "external_id": "id|deal id|opportunity id|external id|number|nr|nummer|angebotsnummer|auftragsnummer|numéro|número|ref"
        "|reference|referenz|record id|quote number",
    },
    "activities": {
        "kind": "type|kind|activity type|art|typ|aktivitätstyp|tipo|genre|task type|aktivität",
        "subject": "subject|title|topic|betreff|titel|thema|sujet|objet|asunto|título|name|bezeichnung|activity subject",
        "body": "body|notes|note|description|details|text|notiz|notizen|inhalt|beschreibung|bemerkung|contenu|description"
        "|corps|notas|descripción|contenido|comments|kommentar|remarks",
        "owner_id": _PERSON["owner_id"],
        "record_ids": f"{_COMPANY}|contact email|contact|email|about|related to|regarding|kontakt|ansprechpartner|bezug",
        "direction": "direction|richtung|sens|dirección|call direction",
        "outcome": "outcome|result|call result|ergebnis|résultat|resultado|disposition",
        "duration_seconds": "duration|length|dauer|durée|duración|call duration|minuten|minutes",
        "occurred_at": "date|time|when|occurred|occurred at|started at|start|datum|zeit|zeitpunkt|am|date et heure|fecha"
        "|fecha y hora|timestamp|datum uhrzeit|activity date|created|call time",
        "due_at": "due|due date|deadline|fällig|fällig am|frist|échéance|vencimiento|date d échéance|due at|termin",
        "completed_at": "completed|completed at|done|erledigt|erledigt am|abgeschlossen|terminé|completado|date completed",
        "status": "status|state|stand|statut|estado",
        "priority": "priority|priorität|priorité|prioridad|wichtigkeit",
        "external_id": "id|external id|activity id|nr|nummer|record id|call id|task id",
    },
    "products": {
        "name": "name|product|product name|produkt|produktname|artikel|bezeichnung|artikelbezeichnung|nom|produit|nombre"
        "|producto|artikelname",
        "code": "code|sku|product code|article number|artikelnummer|produktcode|référence|código|ean|item number|artikel nr",
        "family": "family|series|category|group|kategorie|warengruppe|produktgruppe|serie|famille|catégorie|familia|categoría",
        "list_price": "price|list price|sales price|unit price|preis|listenpreis|einzelpreis|verkaufspreis|prix|prix unitaire"
        "|precio|precio unitario",
        "list_price.currency": "currency|währung|devise|moneda",
        "is_active": "active|aktiv|actif|activo",
        "external_id": "id|external id|product id|record id",
    },
    "users": {
        "name": "name|full name|user|user name|benutzer|mitarbeiter|nom|nombre|employee",
        "email": _PERSON["email"],
        "role": "role|rolle|rôle|rol",
        "time_zone": "time zone|timezone|zeitzone",
        "external_id": "id|external id|user id|employee id|personalnummer",
    },
}

VALUES: Mapping[str, Mapping[str, str]] = {
    "leads.status": {
        "new": "new|open|neu|offen|kalt|cold|nouveau|nueva|nuevo|uncontacted|not contacted|nicht kontaktiert|ouvert",
        "working": "working|contacted|in progress|attempting|warm|kontaktiert|in bearbeitung|in arbeit|en cours|contacté"
        "|contactado|en curso|attempted to contact|connected|nurturing",
        "qualified": "qualified|hot|heiß|heiss|qualifiziert|qualifié|calificado|cualificado|sql|mql|interested|interessiert",
        "disqualified": "disqualified|unqualified|lost|dead|junk|bad fit|kein interesse|verloren|disqualifiziert|ungeeignet"
        "|disqualifié|perdu|descartado|perdido|not interested|abgelehnt",
    },
    "activities.kind": {
        "call": "call|phone call|phone|anruf|telefonat|telefon|appel|llamada|inbound call|outbound call",
        "email": "email|e mail|mail|courriel|correo|nachricht",
        "meeting": "meeting|appointment|event|visit|demo|treffen|termin|besprechung|besuch|réunion|rendez vous|visite"
        "|reunión|visita|cita",
        "note": "note|memo|comment|notiz|vermerk|bemerkung|nota|remarque",
        "task": "task|to do|todo|follow up|aufgabe|wiedervorlage|tâche|tarea",
    },
    "activities.direction": {
        "inbound": "inbound|incoming|in|eingehend|entrant|entrante",
        "outbound": "outbound|outgoing|out|ausgehend|sortant|saliente",
    },
    "activities.outcome": {
        "connected": "connected|reached|answered|erreicht|gesprochen|joint|contactado|successful",
        "no_answer": "no answer|not reached|missed|nicht erreicht|keine antwort|pas de réponse|sin respuesta|unanswered",
        "busy": "busy|besetzt|occupé|ocupado",
        "left_voicemail": "left voicemail|voicemail|left message|mailbox|nachricht hinterlassen|messagerie|buzón de voz",
        "wrong_number": "wrong number|falsche nummer|mauvais numéro|número equivocado",
    },
    "activities.status": {
        "not_started": "not started|open|offen|new|neu|à faire|pendiente|planned|geplant|to do",
        "in_progress": "in progress|started|in arbeit|in bearbeitung|en cours|en curso",
        "waiting": "waiting|wartend|warten|en attente|en espera",
        "completed": "completed|done|closed|erledigt|abgeschlossen|fertig|terminé|completado|hecho|finished",
        "deferred": "deferred|postponed|verschoben|zurückgestellt|reporté|aplazado",
    },
    "activities.priority": {
        "low": "low|niedrig|gering|basse|faible|baja",
        "medium": "medium|normal|mittel|moyenne|media",
        "high": "high|urgent|hoch|dringend|haute|élevée|alta|wichtig",
    },
    "accounts.relationship": {
        "prospect": "prospect|interessent|lead|prospecto|target",
        "customer": "customer|client|kunde|bestandskunde|cliente|existing customer",
        "partner": "partner|partenaire|socio|reseller|wiederverkäufer",
        "vendor": "vendor|supplier|lieferant|fournisseur|proveedor",
        "distributor": "distributor|händler|distributeur|distribuidor",
    },
    "accounts.tier": {
        "strategic": "strategic|a|strategisch|stratégique|key account",
        "enterprise": "enterprise|b|konzern|large|groß|grande",
        "mid_market": "mid market|c|mittelstand|midmarket|medium|mittel",
        "smb": "smb|d|small|klein|kmu|pme|pyme",
    },
    "deals.type": {
        "new": "new|new business|neu|neugeschäft|neukunde|nouveau|nuevo|newbusiness",
        "renewal": "renewal|verlängerung|renouvellement|renovación",
        "expansion": "expansion|upsell|upgrade|erweiterung|extension|ampliación|existing business|existingbusiness",
    },
}

# Words that tell the language of a file's header.
LANGUAGES: Mapping[str, str] = {
    "de": "vorname nachname firma strasse straße telefon ort land umsatz betrag branche quelle datum kunde bezeichnung "
    "währung rufnummer plz ansprechpartner wert erstellt betreff mitarbeiter notiz nummer stadt besitzer",
    "fr": "prénom nom société entreprise adresse téléphone courriel ville pays montant secteur étape statut devise "
    "effectif fonction commentaire propriétaire",
    "es": "nombre apellido apellidos empresa dirección teléfono correo ciudad país importe sector etapa estado moneda "
    "empleados cargo comentarios propietario fecha",
}
REGIONS: Mapping[str, str] = {"de": "DE", "fr": "FR", "es": "ES"}
