# Was Seiten sagen.

nav-notices = Benachrichtigungen
nav-unread = ungelesen
nav-skip = Zum Inhalt springen
nav-pages = Seiten
nav-outcomes = Ergebnisse
nav-sources = Quellen
nav-settings = Einstellungen
nav-people = Personen
nav-search-label = Konten, Kunden, Ressourcen, Adressen und Schlagwörter suchen
nav-search = Suchen
nav-sign-out = Abmelden
nav-about = Über diese Instanz
nav-detectors = Detektoren und ihre Treffsicherheit
nav-indicators = Indikatoren

page-language = de

mark-colon = :
mark-semicolon = ;

word-cases = Fälle
word-customers = Kunden
word-authorisations = Genehmigungen
word-all-cases = Alle Fälle
word-sign-in = Anmelden
word-name = Name
word-new-password = Neues Passwort
word-new-password-again = Neues Passwort noch einmal
word-status = Status
word-person = Person
word-show = Anzeigen
word-customer-id = Kennung des Kunden
word-label = Schlagwort
word-account = Konto
word-person-or-label = Person oder Schlagwort
word-assign = Zuweisen
word-add-label = Schlagwort hinzufügen
word-remove-label = Schlagwort entfernen
word-open-again = Wieder öffnen
word-investigate = Untersuchen
word-customer = Kunde
word-coverage = Abdeckung
word-none = keine
word-all-customers = Alle Kunden
word-case = Fall
word-usage = Nutzung
word-from = Von (UTC)
word-until = Bis (UTC)
word-newest = Neuester Datensatz (UTC)
word-propose = Eine Genehmigung vorschlagen
word-every-customer = alle Kunden
word-role = Rolle
word-sees = Sieht
word-language = Sprache
word-end = Beenden
word-never = nie
word-accounts = Konten
word-state = Status
word-error = Letzter Fehler
word-scope = Umfang
word-detector = Detektor
word-not-known = nicht bekannt

sign-in-key = Ein Administrator hat Ihnen einen Schlüssel gegeben?
sign-in-choose = Ein Passwort wählen
sign-in-password = Passwort
sign-in-with-token = Mit einem Token
sign-in-token = Token
sign-in-token-where = Das Token des Administrators wurde beim ersten Start dieser Instanz ausgegeben.
sign-in-no-password = Name und Passwort passen nicht zusammen.
sign-in-no-token = Dieses Token ist nicht gültig.

password-rule = Mindestens { $letters } Zeichen. Gut geeignet sind ein paar Wörter, die nur Sie so zusammenstellen würden.
password-key = Schlüssel, vom Administrator
password-do = Wählen und anmelden

queue-choose = Fall { $number } auswählen
queue-choose-all = Alle auf dieser Seite auswählen
queue-all = nicht nur diese: alle { $cases }, die der Filter findet
queue-all-first = nicht nur diese: die ersten { $cases }, die der Filter findet
queue-done = { $cases ->
        [one] Bei { $cases } Fall erledigt.
        *[other] Bei { $cases } Fällen erledigt.
    }
queue-running = läuft am Ende der Telemetrie noch
queue-asleep = { $cases ->
        [one] { $cases } ruht
        *[other] { $cases } ruhen
    }
queue-nothing-yet = Noch ist keine Telemetrie eingetroffen. Legen Sie Dateien in einen beobachteten Ordner, oder senden Sie sie an <code>/api/v1/telemetry</code>.
queue-none = Kein Fall entspricht dem.
queue-read = Gelesen: { $objects ->
        [one] { $objects } Objekt
        *[other] { $objects } Objekte
    } mit { $records ->
        [one] { $records } Datensatz
        *[other] { $records } Datensätzen
    } von { $accounts ->
        [one] { $accounts } Konto
        *[other] { $accounts } Konten
    }.
queue-open = { $cases ->
        [one] { $cases } offener Fall.
        *[other] { $cases } offene Fälle.
    }
queue-rejects = { $records ->
        [one] { $records } Datensatz war nicht lesbar.
        *[other] { $records } Datensätze waren nicht lesbar.
    }
queue-warnings = { $objects ->
        [one] Zu { $objects } Objekt gibt es eine Warnung.
        *[other] Zu { $objects } Objekten gibt es eine Warnung.
    }
queue-account-or-customer = Konto oder Kunde
queue-more-filters = Weitere Filter
queue-severity = Schweregrad
queue-cloud = Cloud
queue-opened-since = Eröffnet seit
queue-largest = Der größte erwartete Schaden zuerst
queue-chosen = Ausgewählt
queue-verdict = Urteil
queue-cost = Kosten
queue-seen = Gesehen (UTC)
queue-with-chosen = Mit den ausgewählten Fällen
queue-take = Übernehmen
queue-resolve-fraud = Als Betrug abschließen
queue-resolve-legitimate = als legitim
queue-resolve-ignore = als nicht weiter verfolgt
queue-sleep = Eine Woche ruhen lassen
queue-next = Weitere Fälle
queue-live = { $seconds ->
        [one] Diese Ansicht wird jede Sekunde aktualisiert.
        *[other] Diese Ansicht wird alle { $seconds } Sekunden aktualisiert.
    }
queue-still = Ansicht anhalten, um mehrere Fälle zu bearbeiten
queue-keep = Diese Ansicht aktuell halten

case-in = in
case-labels = Schlagwörter
case-actions = Aktionen

usage-too-much = Zu diesem Konto gibt es mehr Objekte, als sich auf einer Seite zusammenführen lassen.
usage-nothing = Die aufbewahrte Telemetrie zeigt keine lange Verbindung und keine Ausgaben für Rechenleistung.
usage-alike = Die Rechenlast ist bei Tag und Nacht gleich.
usage-busiest = Die Rechenlast ist um { $hour }:00 Uhr UTC am höchsten; die ruhigste Stunde kommt auf { $share } davon.

account-nobody = kein Kunde ist genannt
account-name-customer = Wie Kunden benannt werden
account-arrived = Telemetrie eingetroffen
account-newest = Neuester Datensatz
account-history = Verlauf
account-notices = Der Anbieter schrieb von einer Übernahme
account-notices-says = Diese Mails nennen kein Mining, und niemand hat den Absender geprüft: Allein eröffnen sie keinen Fall; neben Anzeichen einer Übernahme im Audit-Protokoll zählen sie ein wenig. Antworten Sie rechtzeitig.
account-below = alles unter
account-rule = Mindestens { $letters } Zeichen. Ihre anderen Sitzungen enden.
account-this = diese
account-session-from = die Sitzung von { $address }
account-by-token = Sie haben sich mit einem Token angemeldet. Es hat kein Passwort und keine Sprache; <code>firedamp user add</code> oder die Seite <a href="/users">Personen</a> machen Sie zu einem Benutzer, der beides hat.
account-title = Ihr Konto
account-written-in = Die Sprache, in der Ihnen geschrieben wird
account-keep = Speichern
account-present-password = Aktuelles Passwort
account-change-password = Passwort ändern
account-where = Wo Sie angemeldet sind
account-since = Seit (UTC)
account-last-used = Zuletzt genutzt (UTC)
account-from = Von
account-with = Mit
account-start = Von
account-end = Bis
account-changed = Ihr Passwort wurde geändert. Ihre anderen Sitzungen sind beendet.

coverage-none = Von diesem Konto ist keine Telemetrie aufbewahrt.
coverage-telemetry = Telemetrie
coverage-hours = Stunden
coverage-silent = Keine Daten
coverage-crowded = Überfüllt:
coverage-crowded-says = { $signal }: Es waren mehr Verbindungen, als betrachtet werden. Miner, die auf keiner Liste stehen, können übersehen worden sein.
coverage-twice = In zwei Exporten abgerechnet:
coverage-twice-says = Tage, die beide angeben: { $days }. An diesen zählt nur der genauere.
coverage-blocks = Nicht mit Blöcken verglichen:
coverage-blocks-until = letzter bekannter Block von { $coin }: { $end }. Stunden Verkehr danach: { $hours }.
coverage-blocks-from = erster bekannter Block von { $coin }: { $end }. Stunden Verkehr davor: { $hours }.

plot-most = höchstens { $most }
plot-moment = die Linie markiert { $time } UTC, das erste Anzeichen von Mining
plot-more = Und { $count } weitere.
plot-table = Als Tabelle
plot-value = Wert
plot-by-minute = Verkehr je Minute, lange Verbindungen
plot-by-hour = Verkehr je Stunde, lange Verbindungen
plot-spend = Ausgaben für Rechenleistung je Tag
plot-list-prices = Rechenleistung je Tag, zu Listenpreisen
plot-a-minute = { $amount } je Minute
plot-an-hour = { $amount } je Stunde
plot-words = { $title } von { $first } bis { $last } UTC, höchstens { $most }

standing-title = Lage
standing-contradicted = eine andere Quelle sagt etwas anderes
standing-unknown = Keine Quelle sagt etwas zu: { $parts }.

posture-title = Stand des Schutzes
posture-order = Was zuerst zu beheben ist, steht oben. Wozu keine Quelle etwas sagt, ist nicht bekannt.

customer-case = Fall { $number }
customer-reseller = Handelspartner
customer-answers-for = Ist verantwortlich für
customer-open-cases = Offene Fälle
customer-all-cases = Alle Fälle, auch die abgeschlossenen
customer-no-account = Diesem Kunden ist kein Konto zugeordnet.
customer-telemetry-until = Telemetrie zuletzt eingetroffen (UTC)
customer-id = Kennung
customer-contact = Kontaktperson
customer-mail = E-Mail
customer-phone = Telefon
customer-zone = Zeitzone
customer-no-case = keiner
customer-nobodys = Konten ohne Kunden

customers-of = von
customers-is-a = Art
customers-loss = Erwarteter Schaden im Monat
customers-unassigned = { $accounts ->
        [one] { $accounts } Konto ohne Kunden
        *[other] { $accounts } Konten ohne Kunden
    }
customers-unassigned-says = Sie kommen in der Telemetrie vor, aber es ist kein Kunde für sie genannt.
customers-none-yet = Noch ist kein Kunde bekannt. <code>firedamp customers import</code> liest sie aus einer Tabelle oder aus Antworten von Partner Center.
customers-none = Es gibt keinen Kunden mit diesem Namen.
customers-name-or-id = Name oder Kennung
customers-next = Weitere Kunden

notices-all-read = Alles ist gelesen.
notices-none = Bisher gab es nichts zu melden.
notices-is-unread = ungelesen
notices-all = Alle
notices-unread = Ungelesene
notices-sent = Was an wen gesendet wurde
notices-older = Ältere Benachrichtigungen

deliveries-none = Noch wurde niemandem etwas gesendet. Empfänger stehen in der Datei, die <code>firedamp serve --notify</code> bekommt.
deliveries-title = Zustellungen
deliveries-to = An
deliveries-notice = Benachrichtigung
deliveries-attempts = Versuche
deliveries-at = Um (UTC)
deliveries-retry = Noch einmal versuchen

search-title = Treffer, beginnend mit
search-none = Nichts trägt diesen Namen: kein Konto, kein Kunde, keine Ressource, keine Adresse, kein Name, keine Identität, kein Schlagwort.
search-in-cases = In Fällen

sources-none = Kein Bucket, keine Warteschlange und kein Abruf ist eingerichtet. Einen Bucket beobachten Sie mit <code>firedamp serve --watch s3://bucket/prefix</code>.
sources-more = Und { $count } weitere, in der API.
sources-buckets = Buckets, Warteschlangen und Abrufe
sources-source = Quelle
sources-asked = Abgefragt (UTC)
sources-answered = Beantwortet (UTC)
sources-gave = Geliefert
sources-wrong = Was nicht stimmt
sources-heard-title = Konten, die Daten liefern
sources-nobody = Noch hat kein Konto Daten geliefert.
sources-blocks = Blöcke der Ketten
sources-blocks-says = Dateien von <code>--blocks</code>; sie werden neu gelesen, sobald sie sich ändern. Verkehr nach dem letzten Block wird nicht mit der Münze verglichen.
sources-coin = Münze
sources-file = Datei
sources-blocks-known = Blöcke
sources-last-block = Letzter Block (UTC)
sources-unreadable = Was nicht gelesen werden konnte
sources-all-read = Jeder Datensatz wurde gelesen.
sources-object = Objekt
sources-read-at = Gelesen (UTC)
sources-records = Datensätze
sources-rejects = Nicht lesbar
sources-reason = { $records ->
        [one] { $records } Datensatz:
        *[other] { $records } Datensätze:
    }
sources-first = (der erste: Datensatz { $record })
sources-through = Über
sources-last-heard = Letzte Daten (UTC)
sources-usually = Üblicher Abstand
sources-silent = Keine Daten seit (UTC)
sources-minutes = { $count } Min.
sources-hours = { $count } h
sources-days = { $count } Tage

settings-keep = { $days ->
        [one] { $days } Tag
        *[other] { $days } Tage
    }
settings-nothing = nichts
settings-book = Die Empfänger stehen in
settings-changed = Die Datei wurde seit dem Start geändert; die Änderungen gelten nach einem Neustart.
settings-wrong = Mit ihrem jetzigen Inhalt würde der Start scheitern:
settings-nobody = Niemand wird benachrichtigt. Empfänger stehen in der Datei, die <code>firedamp serve --notify</code> bekommt.
settings-send-test = Test senden
settings-to = an { $name }
settings-version = Version
settings-data = Datenordner
settings-kept = Telemetrie wird aufbewahrt
settings-watched = Beobachtet
settings-told = Wer benachrichtigt wird
settings-receiver = Empfänger
settings-channel = Kanal
settings-told-of = Benachrichtigt über
settings-wishes = Wünsche
settings-last = Letzte Zustellungen (UTC)
settings-test = Test
settings-all = Alle Zustellungen
settings-files = { $files ->
        [one] { $files } Datei
        *[other] { $files } Dateien
    }
settings-and-more = { " " }und weitere
settings-wish-quiet = Ruhe { $hours } ({ $zone })
settings-wish-summary = Zusammenfassung um { $time } ({ $zone })
settings-wish-hourly = { $messages ->
        [one] höchstens { $messages } Nachricht in der Stunde
        *[other] höchstens { $messages } Nachrichten in der Stunde
    }
settings-wish-patience = { $minutes ->
        [one] nach { $minutes } Minute ohne Übernahme
        *[other] nach { $minutes } Minuten ohne Übernahme
    }
settings-partner = Der Partner
settings-partner-says = Supportanfragen, Betrugsereignisse und Beweispakete nennen ihn. Lassen Sie leer, was niemand lesen soll.
settings-partner-tenant = Mandant bei Microsoft (GUID)
settings-partner-name = Name des Partners
settings-partner-contact = Kontaktperson
settings-partner-mail = E-Mail-Adresse der Kontaktperson
settings-partner-phone = Telefon der Kontaktperson
settings-partner-keep = Speichern
settings-turns = im Wechsel: { $names }
settings-turn = zurzeit { $name }

users-token-of = Das Token von
users-once = nur dieses eine Mal angezeigt.
users-key-of = Der Schlüssel von
users-key-for = Damit wird unter <code>/password</code> binnen 24 Stunden ein Passwort gewählt.
users-role-of = Rolle von { $name }
users-enable = Zugang wieder gewähren
users-disable = Zugang sperren
users-no-end = unbefristet
users-over = abgelaufen
users-token-named = das Token von { $name }
users-title = Personen und Token
users-nobody = Noch hat niemand ein Passwort.
users-last-seen = Zuletzt gesehen (UTC)
users-change = Ändern
users-set = Setzen
users-let-in = Eine Person hinzufügen
users-tokens = Token von Programmen
users-no-token = Es gibt kein Token.
users-made = Erstellt (UTC)
users-days = Tage
users-make-token = Ein Token erstellen
users-kept-out = gesperrt
users-may-choose = darf ein anderes Passwort wählen
users-comes-in = hat Zugang
users-no-password = hat noch kein Passwort

authorisation-title = Genehmigung { $number }
authorisation-all = Alle Genehmigungen
authorisation-document = Dokument (SHA-256)
authorisation-own = Sie haben sie vorgeschlagen; erteilen muss sie jemand anderes.
authorisation-approve = Erteilen
authorisation-decline = Ablehnen
authorisation-withdraw = Zurückziehen
authorisation-file = Dokument
authorisation-hours-to = bis
authorisation-form-says = Jemand anderes erteilt sie. Bleibt eine Liste leer, ist alles dieser Art eingeschlossen; schreiben Sie einen Namen je Zeile.
authorisation-asked-by = Beantragt von
authorisation-approved-by = Beim Kunden genehmigt von
authorisation-purpose = Zweck
authorisation-purpose-research = Sicherheitsforschung und Tests
authorisation-purpose-business = Geschäftsbetrieb
authorisation-purpose-other = etwas anderes
authorisation-covers = Gilt für
authorisation-covers-customer = den Kunden
authorisation-covers-users = den Kunden und die, die den Dienst über ihn nutzen
authorisation-provider = Die schriftliche Zustimmung des Anbieters
authorisation-reference = Aktenzeichen
authorisation-resources = Ressourcen
authorisation-pools = Pools
authorisation-wallets = Wallets
authorisation-limits = Grenzen
authorisation-usd = US-Dollar am Tag, höchstens
authorisation-regions = Regionen
authorisation-hours-from = Stunden (UTC), von
authorisation-until-excluded = Bis (UTC, ausschließlich)
authorisation-propose = Vorschlagen
authorisation-number = Nummer
authorisation-state-proposed = wartet auf Erteilung
authorisation-state-approved = erteilt
authorisation-state-declined = abgelehnt
authorisation-state-withdrawn = zurückgezogen
authorisation-scope-account = Konto { $name }
authorisation-scope-resource = Ressource { $name }
authorisation-scope-pool = Pool { $name }
authorisation-scope-wallet = Wallet { $name }
authorisation-scope-all = alles, was dem Kunden gehört
authorisation-spend-most = Ausgaben höchstens
authorisation-hours-limit = Stunden
authorisation-hours-value = { $from } bis { $to } Uhr UTC
authorisation-providers = Zustimmung des Anbieters
authorisation-proposed-by = Vorgeschlagen von
authorisation-decided-by = Erteilt von
authorisation-declined-by = Abgelehnt von
authorisation-withdrawn-by = Zurückgezogen von

authorisations-says = Ein Fall, der ganz innerhalb erteilter Genehmigungen liegt, ist nach Aktenlage legitim. Was ihren Umfang, ihre Grenzen oder ihre Laufzeit überschreitet, öffnet ihn wieder.
authorisations-none = Es liegen keine vor.

bulk-done = { $cases ->
        [0] Bei keinem Fall erledigt
        [one] Bei { $cases } Fall erledigt, nicht bei allen
        *[other] Bei { $cases } Fällen erledigt, nicht bei allen
    }
bulk-back = Zurück zur Liste
bulk-title = Nicht bei allen Fällen ausgeführt
bulk-all-title = Alles, was der Filter findet
bulk-all-count = { $cases ->
        [one] Der Filter findet { $cases } Fall.
        *[other] Der Filter findet { $cases } Fälle.
    }
bulk-all-what = Zu tun:
bulk-all-more = { $cases ->
        [one] Er findet noch mehr; auf einmal geht das für { $cases } Fall.
        *[other] Er findet noch mehr; auf einmal geht das für { $cases } Fälle, die ersten in der Reihenfolge der Liste. Wiederholen Sie es für die übrigen.
    }
bulk-all-rules = Für jeden gelten dieselben Regeln wie für einen allein, und jeder erhält einen eigenen Eintrag in seinem Protokoll. Was abgelehnt wird, steht danach mit dem Grund hier.
bulk-all-first = Die ersten davon
bulk-all-others = { $cases ->
        [one] Und { $cases } weiterer.
        *[other] Und { $cases } weitere.
    }
bulk-all-do = { $cases ->
        [one] Bei { $cases } Fall ausführen
        *[other] Bei { $cases } Fällen ausführen
    }
bulk-all-done = { $cases ->
        [0] Bei keinem Fall getan
        [one] Bei { $cases } Fall getan
        *[other] Bei { $cases } Fällen getan
    }
bulk-all-unchanged = { $cases ->
        [one] { $cases } Fall war schon so; es wurde nichts vermerkt.
        *[other] { $cases } Fälle waren schon so; es wurde nichts vermerkt.
    }
bulk-all-gone = { $cases ->
        [one] { $cases } Fall blieb, wie er ist: Der Filter findet ihn nicht mehr.
        *[other] { $cases } Fälle blieben, wie sie sind: Der Filter findet sie nicht mehr.
    }
bulk-all-refused = Abgelehnt
bulk-all-cases = { $cases ->
        [one] { $cases } Fall
        *[other] { $cases } Fälle
    }
bulk-what-take = übernehmen
bulk-what-investigate = untersuchen
bulk-what-resolve = abschließen: { $value }
bulk-what-snooze = ruhen lassen, Tage: { $value }
bulk-what-reopen = wieder öffnen
bulk-what-assign = { $value } zuweisen
bulk-what-assign-nobody = niemandem zuweisen
bulk-what-label = das Schlagwort { $value } hinzufügen
bulk-what-unlabel = das Schlagwort { $value } entfernen

outcomes-right-title = Wie oft jeder Detektor recht hatte
outcomes-none = Noch ist kein Fall abgeschlossen.
outcomes-says = Abgeschlossene Fälle, in denen der Detektor angeschlagen hat: der Anteil der Betrugsfälle an denen, die jemand entschieden hat. Das Intervall enthält den wahren Anteil mit 95 % Wahrscheinlichkeit.
outcomes-fraud = Betrug
outcomes-legitimate = Legitim
outcomes-ignored = Nicht entschieden
outcomes-right = Präzision
outcomes-interval = Intervall
outcomes-seen-title = Was der Anbieter sah und was wir sahen
outcomes-no-alert = Noch hat uns keine Warnung eines Anbieters erreicht.
outcomes-both = Beide
outcomes-ours = Nur wir
outcomes-theirs = Nur der Anbieter
outcomes-missed = Von beiden übersehen (geschätzt)
outcomes-chapman = Die Schätzung (nach Chapman) gilt nur, soweit dies gilt:
outcomes-we-missed = Was wir übersehen haben
outcomes-nothing-told = Nichts, was uns ein Anbieter gemeldet hätte.
outcomes-they-missed = Was der Anbieter übersehen hat
outcomes-nothing-seen = Nichts, was wir gesehen hätten.
outcomes-assumption-1 = Was der Anbieter sieht, sagt nichts darüber, ob auch wir es sehen. Wo beide nach denselben gelisteten Pools suchen, gilt das nicht, und es entgeht mehr, als hier steht.
outcomes-assumption-2 = Jeder sieht jedes Mining gleich gut. Wo sich ein Teil davon vor beiden verbirgt, entgeht mehr.
outcomes-assumption-3 = Es zählt jedes Konto, in dem Mining wahrscheinlich ist und nicht als legitim erkannt wurde.
outcomes-assumption-4 = Es zählen nur Clouds, deren Warnungen hier angekommen sind; kommen sie nur für einige Konten an, scheint der Anbieter mehr zu übersehen, als er tatsächlich übersieht.
outcomes-range = { $low } bis { $high }
outcomes-no-bound = ohne Grenze

detectors-counted = Gezählt über die Geschichten des Fallbuchs, die jeder Testlauf erneut durchspielt
detectors-measured = Gemessen am { $day } an simulierten Welten, an die kein Gewicht angepasst wurde, mit
detectors-no-promise = Dort steht auch, was übersehen wird und warum. Ein Versprechen für Ihre Kunden ist das nicht.
detectors-title = Detektoren
detectors-says = Ein Fall verbindet, was alle sagen; nur wenige genügen für sich allein.
detectors-evidence = Beleg
detectors-sees = Was er sieht
detectors-lost = Ohne ihn verlorene Fälle
detectors-doubtful = Nicht mehr wahrscheinlich
detectors-accuracy = Wie gut die Urteile waren

indicators-says = { $count } bekannte Pools und Hosts von Mining-Schadsoftware, Stand { $day }. Eigene Listen legt <code>--indicators</code> darüber.
indicators-found = { $count } gefunden
indicators-first = die ersten { $count } werden gezeigt
indicators-search = Name, Adresse, Pool oder Quelle
indicators-none = Kein Eintrag der Liste heißt so. Dass etwas nicht auf der Liste steht, heißt nicht, dass es harmlos ist.
indicators-tier = Stufe
indicators-pool = Pool
indicators-ports = Ports
indicators-seen = Gesehen

verdict-certain = Mining, so gut wie sicher
verdict-probable = Wahrscheinlich Mining
verdict-possible = Möglicherweise Mining
verdict-little = Wenig spricht für Mining

status-active = aktiv
status-investigating = in Untersuchung
status-resolved = abgeschlossen
status-waiting = wartend
status-asleep = ruhend
status-all = alle

reason-fraud = Betrug
reason-legitimate = legitim
reason-ignore = nicht weiter verfolgt

cost-per-day = { $amount } am Tag

severity-every = alle Schweregrade
severity-high = hoch
severity-medium = mittel
severity-low = niedrig

cloud-every = alle Clouds

role-viewer = Betrachter
role-analyst = Analyst
role-approver = Freigeber
role-admin = Administrator

notice-kind-case_opened = Wahrscheinlich Mining
notice-kind-case_grew = Mehr Mining
notice-kind-case_reopened = Erneut Mining
notice-kind-feed_silent = Eine Quelle liefert nichts mehr
notice-kind-deadline_near = Frist läuft bald ab
notice-kind-daily_summary = Tageszusammenfassung
notice-kind-test = Test
notice-kind-case_breached = Außerhalb der Genehmigung
notice-kind-authorisation_ends = Genehmigung endet bald
notice-kind-customer_silent = Keine Antwort vom Kunden
notice-kind-other = Benachrichtigung

delivery-delivered = angekommen
delivery-dead = aufgegeben
delivery-waiting = unterwegs, nächster Versuch

party-customer = Kunde
party-reseller = Handelspartner

signal-billing = Rechnungen
signal-compute = Lastmesswerte
signal-control_plane = Audit-Protokolle
signal-dns = DNS-Anfragen
signal-flow = Netzwerkflüsse
signal-provider_alert = Warnungen des Anbieters
signal-runtime = Laufzeitereignisse

mark-clock = verborgener Takt
mark-name = Name
mark-origin = aufgerufen von
mark-pool = Pool
mark-principal = Identität
mark-remote = Gegenstelle
mark-wallet = Wallet
mark-resource = Ressource

tier-a = ein Pool, laut mehreren Listen
tier-b = eine Fachliste oder Berichte über Schadsoftware
tier-c = schwach oder alt
tier-m = verteilt Mining-Schadsoftware

fresh-fresh = dieses Jahr bestätigt
fresh-maintained = in einer gepflegten Liste
fresh-stale = nur in alten Listen

failed-400 = Fehlerhafte Anfrage
failed-403 = Nicht erlaubt
failed-404 = Nicht gefunden
failed-409 = Konflikt
failed-422 = Abgelehnt
failed-429 = Zu viele Anfragen
failed-other = Fehler
notice-kind-alert_status = Status der Warnung des Anbieters
notice-kind-indicator = Gelernter Indikator
queue-urgent = Ein Anbieter wartet auf Antwort
queue-all-urgent = Alle, die dringendste Antwort zuerst
queue-most-urgent = Die dringendste Antwort zuerst
queue-answer-due = Antwort fällig am
outcomes-before-alerts = { $count } beendet, bevor die Warnungen des Anbieters kamen
outcomes-too-early = { $count } der letzten { $days } Tage, für die sie noch kommen können
outcomes-besides = außerdem
calibration-title = Wie viel die Belege zählen
calibration-proposal = { $miners } Betrugsfälle und { $innocents } legitime legen nahe, dass { $percent } der Belege zählen (Verlust { $loss }). Von selbst ändert sich nichts: Lassen Sie es an den bekannten Fällen erproben und schalten Sie es dann ein.
calibration-try = An bekannten Fällen erproben
calibration-nothing = Die entschiedenen Fälle legen nichts nahe: Es sind zu wenige, keine Kalibrierung wäre besser, oder eine ist schon eingeschaltet.
calibration-line = Kalibrierung { $number } ({ $percent })
calibration-asked = wird erprobt
calibration-was-tried = wurde erprobt
calibration-is-on = ist eingeschaltet
calibration-is-off = ist ausgeschaltet
calibration-on = Einschalten
calibration-off = Ausschalten
calibration-tried = Von { $cases } Fällen wären { $likelier } wahrscheinlicher und { $unlikelier } unwahrscheinlicher; von { $decided } entschiedenen waren { $before } richtig beurteilt, und { $after } wären es.
calibration-crossed = { $before } zu { $after }
calibration-loss = { $after } statt { $before }
learnt-title = Aus Warnungen gelernt
learnt-says = Pools, die Microsofts Warnungen zu einem Kunden nennen und die auf keiner Liste stehen. Nach ihnen wird nichts beurteilt, bevor jemand sie freigibt; dann gelten sie für alle Kunden, bis ihre Frist abläuft.
learnt-standing = Status
learnt-accounts = Konten
learnt-seen = Zuletzt genannt (UTC)
learnt-decide = Entscheiden
learnt-days = Tage
learnt-approve = Freigeben
learnt-refuse = Ablehnen
learnt-withdraw = Zurückziehen
learnt-list = Die Liste
learnt-proposed = vorgeschlagen
learnt-used = gilt bis { $until } UTC
learnt-over = abgelaufen
learnt-refused = abgelehnt
learnt-withdrawn = zurückgezogen

detector-says-address_without_name = das Profil eines Miners, und kein Name führte zu dem Server; allein schwach
detector-says-block_pulse = das Profil eines Miners steigt mit den Blöcken einer Blockchain; braucht --blocks und Aufzeichnungen von höchstens einer Minute
detector-says-flat_compute = eine Maschine rechnet stundenlang gleichmäßig unter Volllast, fast ohne Daten; allein schwach
detector-says-fleet_pulse = die Profile von Minern auf mehreren Maschinen teilen einen verborgenen Takt oder einen Server
detector-says-hijack_sequence = jemand suchte nach Kapazität, legte viele Maschinen an und sorgte dafür, dass sie bleiben
detector-says-miner_process = ein Miner wurde gestartet; am stärksten mit Pool und Wallet, unabhängig vom Namen des Programms
detector-says-pool_contact = mit einem gelisteten Endpunkt wurde gesprochen; am stärksten, wenn zuvor sein Name aufgelöst wurde
detector-says-pool_lookup = Namen von Pools wurden abgefragt; allein schwach
detector-says-provider_alert = die Produkte des Anbieters melden es; Beispiele und Tests zählen nie
detector-says-sigma_rule = eine eigene Sigma-Regel des Betreibers traf zu; voll zählt sie nur, wenn sie Mining nennt
detector-says-spend_step = die Rechenkosten weichen sprunghaft vom üblichen Niveau ab, Tag und Nacht gleich, in neuen Regionen oder auf neuen Zählern
detector-says-stratum_profile = eine lange, schmale Verbindung in beide Richtungen hat das Profil eines Miners; allein schwach
detectors-unmeasured = nicht gemessen
