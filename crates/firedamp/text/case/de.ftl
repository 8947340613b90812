# Was die Seite eines Falls sagt.

word-nobody = niemand

case-opened = Geöffnet
case-sleeps-until = Ruht bis
case-portal = Im Portal des Anbieters öffnen
case-sections = Teile dieses Falls
case-sleep-days = Ruhen lassen für so viele Tage
case-take = Übernehmen
case-wake = Wecken
case-resolve-as = Abschließen als
case-as-fraud = Betrug, bereinigt
case-as-legitimate = rechtmäßig
case-as-ignore = nicht weiter lohnend
case-resolve = Abschließen
case-sleep = Ruhen lassen
case-section-summary = Übersicht
case-section-evidence = Belege
case-section-usage = Verkehr und Ausgaben
case-section-related = Verwandte
case-section-standing = Kunde
case-section-letters = Briefe
case-section-authorisations = Genehmigungen
case-section-checklist = Checkliste
case-section-cleanup = Bereinigung
case-section-money = Erstattung
case-section-log = Verlauf

rules-mining = Mining ist
rules-users = Die Regel bindet auch die, die den Dienst über den Kunden nutzen.
rules-disputed = Die Quellen widersprechen sich; es gilt die strengste, bis Sie die heutigen Bedingungen gelesen haben.
rules-if = falls
rules-title = Was der Anbieter erlaubt
rules-when = Fristen
rules-pending = { $rule } ab der Verlängerung des Abonnements, spätestens ab { $day }
rules-advice-microsoft = Das Wort eines Kunden genügt nicht: Fragen Sie nach der schriftlichen Zustimmung von Microsoft, und wen und was sie deckt.
rules-advice-approval = Das Wort eines Kunden genügt nicht: Fragen Sie nach der schriftlichen Zustimmung des Anbieters.
rules-advice-banned = Das Wort eines Kunden ändert hier nichts.
rules-advice-paid = Fragen Sie den Kunden, und sehen Sie nach, wer zahlt: Guthaben und Gratisangebote sind nicht zum Schürfen da.
rules-advice-unknown = Fragen Sie den Kunden, und lesen Sie die heutigen Bedingungen des Anbieters: Was nicht bekannt ist, ist keine Erlaubnis.
rules-source = { $source }; Verlässlichkeit { $confidence }
rules-source-since = { $source }, in Kraft am { $day }; Verlässlichkeit { $confidence }
rules-due-answer = die Meldung des Anbieters beantworten, falls es eine gibt
rules-due-credit = das Geld zurückfordern
rules-over = abgelaufen
rules-hours-left = { $hours ->
        [one] noch { $hours } Stunde
        *[other] noch { $hours } Stunden
    }
rules-days-left = { $days ->
        [one] noch { $days } Tag
        *[other] noch { $days } Tage
    }
rules-claim-azure = Warnungen sind binnen eines Tages zu beantworten. Eine einmalige Gutschrift je Mandant wird per Ticket binnen 60 Tagen nach der ersten missbräuchlichen Nutzung beantragt und deckt höchstens 30 Tage.
rules-claim-aws = Eine Missbrauchsmeldung wird binnen fünf Tagen beantwortet.
rules-claim-gcp = Gutschriften für Missbrauch werden binnen 30 Tagen beantragt, und die empfohlenen Schutzmaßnahmen müssen bestanden haben.

evidence-sample = ein Muster oder Test: gezeigt, zählt aber nicht
evidence-records = Rohe Einträge
evidence-record = Eintrag { $number }
evidence-more-records = und { $count } weitere
evidence-more = Und { $count } weitere, die in der API stehen.
evidence-none = Das letzte Urteil enthält keinen Befund.
evidence-facts = Einzelheiten
evidence-group-billing = Abrechnung
evidence-group-compute = Last
evidence-group-control_plane = Steuerungsebene
evidence-group-dns = DNS
evidence-group-fleet = Flotte
evidence-group-network = Netzwerk
evidence-group-provider_alert = Warnung des Anbieters
evidence-group-runtime = Laufzeit
evidence-when = { $first } bis { $last } UTC
evidence-weight-most = über 100.000-mal wahrscheinlicher von einem Miner
evidence-weight-times = etwa { $times }-mal wahrscheinlicher von einem Miner
evidence-weight-little = ein wenig wahrscheinlicher von einem Miner
evidence-weight-less = wahrscheinlicher von jemand anderem
evidence-weight-none = zählt nicht

record-back = Die Belege von Fall { $number }
record-title = Eintrag { $number }
record-object = Aus dem Objekt
record-hash = Hash des Inhalts
record-as-written = Wie geschrieben, ohne was wie ein Geheimnis heißt; JSON ist auseinandergezogen.
record-forgotten = Das Objekt ist vergessen: Telemetrie wird nur einige Tage aufbewahrt.
record-changed = An seiner Stelle liegt ein anderes Objekt.
record-too-large = Das Objekt ist zu groß, um es für einen Eintrag zu lesen.
record-no-text = Einträge solcher Objekte haben keinen Text, etwa Zeilen von Parquet.
record-gone = Das Objekt ist nicht dort, wo es gelesen wurde.

related-elsewhere = { $cases ->
        [one] Auch { $cases } Fall eines anderen Kunden hat etwas gemeinsam.
        *[other] Auch { $cases } Fälle anderer Kunden haben etwas gemeinsam.
    }
related-title = Fälle, die etwas mit diesem gemeinsam haben
related-none = Kein anderer Fall nennt einen Pool, eine Gegenstelle, einen Namen, eine Identität, einen Takt oder ein Wallet, das dieser nennt.

letters-asked = gefragt von
letters-due = Antwort fällig bis
letters-answer = Antwort
letters-draft = Ein Entwurf in seiner Sprache, nur über sein eigenes Konto. Lesen und ändern Sie ihn, dann senden Sie ihn.
letters-no-mail = Es ist keine Mailadresse bekannt; er lässt sich nur kopieren.
letters-to = Er geht an
letters-due-new = Eine Antwort ist fällig bis
letters-body = Brief
letters-by = per { $way }
letters-title = Der Kunde
letters-nobody = Noch hat niemand den Kunden gefragt.
letters-over = keine Antwort in der Frist
letters-letter = Der Brief
letters-is-theirs = es ist seins
letters-is-not-theirs = es ist nicht seins
letters-neither = weder ja noch nein
letters-who = Wer geantwortet hat
letters-what = Was gesagt wurde
letters-write-down = Aufschreiben
letters-ask-title = Den Kunden fragen
letters-subject = Betreff
letters-send = Senden
letters-myself = selbst: ich habe ihn kopiert
letters-ask = Fragen
letters-copied = von Hand kopiert
letters-not-sent = nicht gesendet: { $why }
letters-tried-again = wird bald wieder versucht: { $why }
letters-said-ours = Es ist seins
letters-said-not_ours = Es ist nicht seins
letters-said-unclear = Weder ja noch nein
letters-noted = { $who }; notiert von { $noted }

authorised-within = Alles davon ist genehmigt: Der Fall ist nach Aktenlage rechtmäßig. Sonst wäre er offen, mit einer Wahrscheinlichkeit von { $percent }; die Befunde sind die der Übersicht.
authorised-if-yes = Wenn der Kunde sagt: „Ja, das sind wir“:
authorised-none = Für dieses Konto liegt keine vor.
authorised-not-covered = Der Fall ist nicht abgedeckt.

checklist-taken = { $done } von { $all } Schritten getan.
checklist-steps = Getane Schritte
checklist-part = { $done } von { $all }
checklist-title = Checkliste
checklist-seed = aus der Meldung des Anbieters
checklist-commands = Befehle
checklist-note = Notiz
checklist-done = Getan
checklist-found = Etwas gefunden
checklist-nothing = Nichts zu tun
checklist-back = Zurücknehmen
checklist-mark-done = getan
checklist-mark-found = etwas wurde gefunden
checklist-mark-not_applicable = hier nichts zu tun

log-title = Was geschah
log-comment = Kommentar
log-kind-opened = geöffnet
log-kind-reopened = wieder geöffnet
log-kind-resolved = abgeschlossen
log-kind-status = Status
log-kind-assigned = zugewiesen
log-kind-labelled = Etikett angebracht
log-kind-unlabelled = Etikett entfernt
log-kind-comment = Kommentar
log-kind-snoozed = ruht
log-kind-authorised = genehmigt
log-kind-authorisation = Genehmigung
log-kind-asked-the-customer = Kunde gefragt
log-kind-the-customer-answered = Kunde hat geantwortet
log-kind-reminded = erinnert
log-kind-step = Schritt
log-kind-step-taken-back = Schritt zurückgenommen
log-kind-cleaned = bereinigt
log-kind-request = Anfrage
log-kind-cleanup-asked = Bereinigung beantragt
log-kind-cleanup-tried = Bereinigung probeweise geprüft
log-kind-cleanup-approved = Bereinigung freigegeben
log-kind-cleanup-withdrawn = Bereinigung zurückgezogen
log-kind-cleanup-step = Schritt der Bereinigung
log-kind-cleanup-done = Bereinigung ausgeführt
log-kind-cleanup-stopped = Bereinigung abgebrochen

standing-none = Für dieses Konto ist kein Kunde genannt.
standing-good = gut
standing-doubtful = zweifelhaft
standing-bad = schlecht
standing-not_known = nicht bekannt
standing-part-validation = Prüfung
standing-part-subscription = Abonnement
standing-part-overdue_days = Tage in Verzug
standing-part-trial = Testangebot
standing-part-suspension = Sperre
standing-part-credits = Guthaben
standing-part-free_tier = Gratisangebot
standing-part-budget = Budget
standing-part-created = Anlage
standing-part-china = China
standing-part-owed = geschuldet
standing-of = { $part } von { $account }

posture-bad = nicht so: zu beheben
posture-contradicted = Quellen widersprechen sich
posture-unknown = nicht bekannt
posture-good = ja
posture-check-mfa_admins = Jeder Administrator hat einen zweiten Faktor
posture-check-mfa_enforced = Bei jeder Anmeldung eines Administrators wird ein zweiter Faktor verlangt
posture-check-delegated_admins = Niemand hat delegierte Verwaltungsrechte, der sie nicht braucht
posture-check-log_control_plane = Das Audit-Protokoll liegt dort, wo ein Angreifer es nicht löschen kann
posture-check-log_network = Flussprotokolle sind eingeschaltet
posture-check-log_dns = DNS-Protokolle sind eingeschaltet
posture-check-alerts = Die Warnungen des Anbieters sind eingeschaltet, und jemand bekommt sie
posture-check-budgets = Ein Budget mit Benachrichtigung ist gesetzt
posture-check-quotas = Kontingente sind nicht höher als das, was genutzt wird
posture-check-old_keys = Kein dauerhafter Schlüssel ist älter als neunzig Tage
posture-check-locks = Sperren schützen die Protokolle und was nicht gelöscht werden darf

article-observed = Gesehen
article-now = Jetzt
article-severity = Schwere
article-cost = Kosten
article-next = Nächste Schritte
article-why = Warum
article-when = Wann
article-resources = Ressourcen
article-where = Wo
article-reckoning = Die Herleitung
article-coverage = Abdeckung
article-resource = Ressource
article-probability = Wahrscheinlichkeit
article-first = Zuerst (UTC)
article-last = Zuletzt (UTC)
article-point = Punkt
article-nats = Nats
article-so-far = Bisher
article-odds = Chancen
article-running = lief noch, als die Telemetrie endete
article-not-running = am Ende nicht mehr gesehen
article-portal = Im Portal des Anbieters öffnen:
article-suspects = Keine Ressource erreicht allein 50 %. Die Befunde betreffen:
article-bar = Ein Balken reicht vom Stand der Chancen vor dem Punkt bis zu dem danach; die Linie steht bei gleichen Chancen.
rules-due-notice = antworten, wie es die Meldung verlangt ({ $source })
case-judged-under = Beurteilt unter
