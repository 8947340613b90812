# Bereinigung, Nachweis, Erstattung und Anfragen, wie Partner und ihre Kunden sie lesen.

cleanup-plan = Was zu tun ist
cleanup-plan-says = In dieser Reihenfolge, allein nach dem, was die Belege nennen. Sprechen Sie sich mit dem Kunden ab, bevor etwas angehalten wird.
cleanup-plan-cut = Genannt sind mehr Ressourcen, als ein Plan fasst; planen Sie neu, wenn dieser erledigt ist.
cleanup-scripts = Als Skript, das ohne --execute nichts ändert
cleanup-script = Das Skript
cleanup-undo = Was es rückgängig macht, soweit das geht
cleanup-terraform = Dasselbe als Listen für Terraform
cleanup-left = Wird nicht angefasst
cleanup-undo-run = das Skript macht es nicht rückgängig; was Firedamp ausführt, lässt sich rückgängig machen
cleanup-stays-by_hand = geschieht von Hand, und ein Mensch kennt den Weg zurück
cleanup-stays-copy = nimmt nichts weg, was zurückzugeben wäre
cleanup-stays-done_again = eine spätere Bereinigung hat es noch einmal getan: zuerst wird jene rückgängig gemacht
cleanup-stays-not_done = wurde nicht ausgeführt
cleanup-stays-password = lässt sich nicht rückgängig machen: niemand kennt das alte Passwort, ein Administrator setzt ein neues
cleanup-stays-removed = lässt sich nicht rückgängig machen: was gelöscht ist, ist für immer weg
cleanup-stays-removed_since = lässt sich nicht rückgängig machen: das, worum es ging, wurde später gelöscht
cleanup-stays-same = hat nichts geändert: es war schon so, oder weg
cleanup-stays-undone = seine Rücknahme wurde ausgeführt
cleanup-stays-unrecorded = lässt sich nicht rückgängig machen: wie es zuvor war, wurde nicht festgehalten
cleanup-copies-stay = höchstens drei werden kopiert, da sich die Maschinen einer Flotte gleichen; die Kopien bleiben und kosten, bis jemand sie löscht
cleanup-by-hand = von Hand

cleanup-phase-preserve = Beweise sichern
cleanup-phase-contain = Laufendes anhalten
cleanup-phase-remove = Entfernen, was dafür angelegt wurde
cleanup-phase-harden = Rückkehr verhindern

cleanup-measure-snapshot = Datenträger von { $name } kopieren
cleanup-measure-cut_key = Schlüssel { $name } abschalten
cleanup-measure-cut_principal = { $name } alle Rechte entziehen
cleanup-measure-end_sessions = Sitzungen von { $name } beenden
cleanup-measure-drop_grant = Berechtigung { $name } zurücknehmen
cleanup-measure-drop_elevation = Die Rechte über alle Ressourcen zurücknehmen, die { $name } sich verschafft hat: die Rolle „Benutzerzugriffsadministrator“ (User Access Administrator) im Bereich „/“, oberhalb aller Abonnements. Dafür braucht es einen globalen Administrator, der seinen eigenen Zugriff erhöht hat und ihn danach wieder abgibt
cleanup-measure-drop_login = Passwort von { $name } für die Konsole löschen
cleanup-measure-close_door = Nachsehen, was mit { $name } geöffnet oder gewährt wurde, und es zurücknehmen: eine Richtlinie, eine Vertrauensstellung, ein Aufrufrecht
cleanup-measure-hold_group = Gruppe { $name } daran hindern, neue Maschinen anzulegen
cleanup-measure-empty_group = Größe der Gruppe { $name } auf null setzen
cleanup-measure-lift_protection = Löschschutz von { $name } aufheben
cleanup-measure-drop_lock = Sperre { $name } entfernen
cleanup-measure-stop = { $name } anhalten
cleanup-measure-isolate = { $name } vom Netz trennen und weiterlaufen lassen
cleanup-measure-remove = { $name } endgültig entfernen
cleanup-measure-restore_log = Wieder einschalten, was mit { $name } abgeschaltet wurde
cleanup-measure-lower_quota = Kontingent { $name } wieder auf den alten Wert senken: Die Angreifer haben mehr beantragt, und das steht jedem offen, der wiederkommt. Bei AWS geht das über einen Supportfall, in Azure mit az quota update, in Google Cloud mit gcloud quotas preferences update
cleanup-measure-ask_owner = Inhaber von { $name } fragen, ob diese Aufrufe von ihm stammen; wenn nicht, Passwort und Schlüssel ändern
cleanup-measure-decide = Mit dem Besitzer von { $name } entscheiden, was damit geschieht: Andere arbeiten damit, oder es gehörte vielleicht schon vorher dem Kunden; deshalb wird hier weder etwas angehalten noch entfernt
cleanup-measure-watch = { $name } zwei Tage beobachten: ob Maschinen, Schlüssel oder Berechtigungen wiederkehren

cleanup-hand-strange_name = solche Namen vergibt keine Cloud: im Portal nachsehen
cleanup-hand-elsewhere = liegt in einem anderen Konto oder gehört zum gesamten Konto
cleanup-hand-judgement = das muss ein Mensch beurteilen
cleanup-hand-no_command = dafür hat die Cloud keinen Befehl

cleanup-because-customers_own = war vorher da und gehört dem Kunden: wird vom Netz getrennt, nicht entfernt
cleanup-because-passes_on = leitet Verkehr anderer weiter: die Maschine dahinter suchen
cleanup-because-address_alone = ist nur eine Adresse, die keine Ressource nennt
cleanup-because-shared = wird auch von anderen benutzt
cleanup-because-providers_own = ist ein Dienst des Anbieters

cleanup-run = Ausführen
cleanup-run-says = Zuerst ein Probelauf, der nur nachsieht. Dann erteilt jemand anderes mit der Rolle „Freigeber“ die Freigabe. Jeder Aufruf wird im Verlauf festgehalten. Jede unerwartete Antwort beendet den Lauf.
cleanup-run-ask = Probelauf anfordern
cleanup-run-approve = Freigeben: Plan { $digest } ausführen
cleanup-run-withdraw = Zurückziehen
cleanup-run-until = Bis einschließlich
cleanup-run-other = Angefordert von { $name }; jemand anderes mit der Rolle „Freigeber“ muss freigeben.
cleanup-run-step = Schritt { $number }
cleanup-note-tried = würde gelingen
cleanup-note-done = erledigt
cleanup-note-failed = gescheitert
cleanup-note-begun = begonnen
cleanup-progress-asked = wartet auf den Probelauf
cleanup-progress-tried = Probelauf erledigt, wartet auf die Freigabe
cleanup-progress-approved = wird ausgeführt
cleanup-progress-done = erledigt
cleanup-progress-stopped = abgebrochen: { $why }
cleanup-progress-withdrawn = zurückgezogen
cleanup-undo-title = Rückgängig machen
cleanup-undo-says = Ein Schritt kehrt dahin zurück, wie es zuvor war, falls es seither niemand geändert hat: Was Mining betrieb, kann das wieder tun, und Schlüssel und Rechte hat wieder, wer sie hatte, auch Angreifer. Zuerst ein Probelauf; dann gibt ihn jemand anderes mit der Rolle „Freigeber“ frei.
cleanup-undo-clean-up = Bereinigung { $number }
cleanup-undo-of = Rücknahme der Bereinigung { $number }
cleanup-undo-can = lässt sich rückgängig machen
cleanup-undo-all = Rücknahme der Bereinigung { $number } beantragen
cleanup-undo-step = Rücknahme von Schritt { $number } beantragen
cleanup-undo-back-to = zurück zu { $what }
cleanup-cleaned = Soeben von Hand bereinigt

cleanup-partner = Das ganze Abonnement, im Partner Center
cleanup-partner-says = Wenn einzelne Ressourcen nicht genügen oder der Partner keinen Zugriff mehr hat. Beides erledigt ein Admin-Agent im Partner Center; Firedamp tut es nicht.
cleanup-partner-suspend = Abonnement aussetzen
cleanup-partner-suspend-needs = Verlangt die Rolle Admin-Agent und das aktuelle ETag. Ein Azure-Plan lässt sich nur aussetzen, wenn keines seiner Azure-Abonnements aktiv ist. Rückgängig zu machen, indem der Status wieder auf „active“ gesetzt wird.
cleanup-partner-cancel = Azure-Abonnement kündigen
cleanup-partner-cancel-needs = Verlangt die Rollen globaler Administrator und Admin-Agent; geht auch, wenn der Angreifer dem Partner die Rechte entzogen hat. Dauert etwa zehn Minuten. Der Kunde kann das Abonnement reaktivieren, solange der Plan aktiv ist: Kündigen Sie dann alle Abonnements und den Plan.
cleanup-partner-errors = Was Antworten bedeuten
cleanup-partner-e900115 = 900115: Der Plan hat noch aktive Azure-Abonnements; kündigen Sie diese zuerst.
cleanup-partner-e2055 = 2055: Jemand hat das Abonnement inzwischen geändert; lesen Sie es neu, um sein ETag zu erhalten.
cleanup-partner-e800091 = 800091: Es ist schon ausgesetzt und lässt sich erst wieder ändern, wenn es aktiv ist.
cleanup-partner-e900118 = 900118: Das ist keine Kundenkennung.
cleanup-partner-e800002 = 800002: Eine Kennung oder der Inhalt fehlt oder ist falsch.
cleanup-partner-e900159 = 900159: Mit diesem Kunden besteht keine Geschäftsbeziehung.
cleanup-partner-e900307 = 900307: Dieser Grund ist nicht bekannt; richtig ist compromise.
cleanup-partner-e800111 = 800111: Diese Berechtigung gibt es nicht.
cleanup-partner-e900278 = 900278: Ein anderer Vorgang läuft; versuchen Sie es nach einem Tag erneut.

cleanup-proof = Nachweis, dass es aufgehört hat
cleanup-proof-since = Gerechnet ab dem { $since }
cleanup-verdict-stopped = Es hat aufgehört.
cleanup-verdict-runs = Etwas läuft weiter.
cleanup-verdict-not_known = Das lässt sich noch nicht sagen.
cleanup-part-flows = Verkehr zu den Gegenstellen
cleanup-part-spend = Kosten der Ressourcen
cleanup-part-control_plane = Steuerungsebene
cleanup-says-ended = hat aufgehört, soweit gelesen wurde
cleanup-says-goes_on = geht weiter
cleanup-says-too_little = lässt sich noch nicht sagen
cleanup-says-nothing = keine Telemetrie, die es sagen könnte
cleanup-until = gelesen bis { $until }
cleanup-enough = genügt ab { $time }
cleanup-against = dagegen spricht: { $what }
cleanup-proof-each = Je Ressource
cleanup-proof-count = Nachweislich beendet: { $proven } von { $all } Ressourcen
cleanup-proof-resource = Ressource
cleanup-proof-verdict = Nachweis
cleanup-proof-cut = Der Fall hat mehr Ressourcen, als ein Nachweis fasst: Jemand muss sagen, dass sie beendet sind.
cleanup-override = Trotzdem als bereinigt abschließen, aus diesem Grund
cleanup-override-do = Ohne Nachweis abschließen

money-title = Erstattung
money-none = Was dieser Anbieter erstattet, ist nicht bekannt.
money-where-azure = Zu beantragen mit einem Supportticket im Azure-Portal, das der Anbieter des Abonnements stellt
money-where-aws = Zu beantragen mit einem Fall beim AWS-Support zu Konto und Abrechnung, zusätzlich zur Antwort auf die Missbrauchsmeldung
money-where-gcp = Zu beantragen mit einem Fall beim Abrechnungssupport von Google Cloud
money-source-azure = Partner Center: Nichtzahlung, Betrug und Missbrauch (einmalige Gutschrift, Vorfälle ab 01.04.2023)
money-source-aws = Missbrauchsmeldungen von AWS; Gutschriften liegen im Ermessen von AWS
money-source-gcp = Schutzprogramm von Google Cloud gegen Mining
money-once = Wird je Kunde einmal gewährt.
money-sum = { $claimable } von { $charged } sind möglicherweise erstattungsfähig
    .over = { $claimable } von { $charged } wären möglicherweise erstattungsfähig gewesen; die Frist ist abgelaufen. Fragen Sie trotzdem: Ein Anbieter kann eine Ausnahme machen
money-estimated = { $charged } zu Listenpreisen, die niemand gezahlt hat
money-refunded = { $given } berechnet und zurückerstattet; { $listed } zu Listenpreisen
money-until = Abgedeckt sind Kosten bis { $day }
money-due = Fristen
money-today = heute
money-left = { $days ->
        [one] noch ein Tag
        *[other] noch { $days } Tage
    }
money-over = abgelaufen
money-needs = Was der Antrag belegen muss
money-standing-met = vorhanden
money-standing-missing = fehlt
money-standing-ask = zu prüfen
money-need-account = das Abonnement, Konto oder Projekt
money-need-actions = was dagegen getan wurde
money-need-best_practices = dass die Empfehlungen des Anbieters zuvor befolgt wurden
money-need-charges = die Kosten je Ressource und Tag, aus einer Rechnung
money-need-customer_tenant = der Mandant des Kunden
money-need-first_and_last_use = erste und letzte Nutzung
money-need-in_time = dass noch Zeit ist
money-need-keys_changed = dass offengelegte Schlüssel geändert wurden
money-need-never_claimed = dass für diesen Kunden noch keine Gutschrift beantragt wurde
money-need-notice_answered = dass die Meldung des Anbieters beantwortet wurde
money-need-partner_tenant = der Mandant des Partners
money-need-resources = die Ressourcen
money-need-stopped = dass es aufgehört hat
money-resource = Ressource
money-day = Tag
money-amount = Betrag
money-pack = Beweispaket
money-pack-says = Ein Archiv mit Bericht, Datensätzen, Kosten, Maßnahmen und Nachweis, signiert mit dem Schlüssel dieser Instanz.
money-pack-get = Paket herunterladen
money-key = Schlüssel dieser Instanz

request-title = Supportanfragen
request-report = Meldung an den Anbieter
request-credit = Antrag auf Gutschrift
request-problem = Problemtyp
request-impact = Auswirkung
request-heading = Titel
request-description = Beschreibung
request-copy = Übertragen Sie diese Felder in das Formular des Anbieters und vermerken Sie die Nummer, die er vergibt.
request-number = Nummer des Anbieters
request-note = Vermerken
request-why = Es ist keine Regel bekannt, nach der dieser Anbieter Geld erstattet. Trotzdem wird eine Gutschrift verlangt, und zwar aus diesem Grund
request-state-asked = angefordert, noch zu stellen
request-state-failed = nicht gestellt
request-file = Über das Partner Center stellen
request-set-clouds = Firedamp kann Anfragen selbst stellen, sobald die Datei von firedamp serve --clouds den Abschnitt partner_center enthält.
request-set-partner = Firedamp kann Anfragen selbst stellen, sobald in den Einstellungen der Mandant des Partners, eine Kontaktperson und deren E-Mail-Adresse oder Telefonnummer stehen.
request-state-filed = gestellt
request-state-answered = beantwortet
request-state-granted = bewilligt
request-state-refused = abgelehnt
request-state-withdrawn = zurückgezogen
request-by = von { $name }, { $time }
request-history = Verlauf: Anfragen früherer Vorfälle
request-incident = Vorfall, der am { $time } begann
request-line-intro = Im folgenden Konto wurde Kryptomining festgestellt.
request-line-intro-credit = Wir bitten um eine einmalige Gutschrift für eine Nutzung, die nicht vom Kunden stammt. Im folgenden Abonnement wurde Kryptomining festgestellt.
request-line-intro-money = Wir bitten um eine Gutschrift für eine Nutzung, die nicht vom Kunden stammt. Im folgenden Konto wurde Kryptomining festgestellt.
request-line-customer = Kunde
request-line-tenant = Mandant des Kunden
request-line-contact = Kontaktperson beim Kunden
request-line-partner = Partner
request-line-partner_tenant = Mandant des Partners
request-line-account = Abonnement
    .aws = AWS-Konto
    .gcp = Google-Cloud-Projekt
request-line-start = Beginn der Auswirkung (UTC)
request-line-end = Ende der Auswirkung (UTC)
request-line-running = läuft laut der letzten Telemetrie noch
request-line-resource = Ressource
request-line-more = Weitere Ressourcen
request-line-seen = Beobachtet
request-line-probability = Wahrscheinlichkeit
request-line-amount = Zurückgeforderte Kosten
request-line-actions = Getroffene Maßnahmen
request-line-nothing = noch keine
request-line-cleaned = bereinigt am { $time } durch { $name }
request-line-proof = Nachweis
request-line-by = Kontaktperson beim Partner

pack-title = Belege für Kryptomining in { $account }
pack-made = Erstellt am { $time } von Firedamp { $version }
pack-zone = Wo keine andere Zeitzone genannt ist, gelten Zeiten in der Zeitzone { $zone }.
pack-facts = Was bekannt ist
pack-first = Zuerst beobachtet
pack-last = Zuletzt beobachtet
pack-resources = Ressourcen
pack-reasons = Warum
pack-charges = Kosten je Ressource und Tag
pack-actions = Getroffene Maßnahmen
pack-records = Datensätze der Telemetrie in records.jsonl: { $count }
pack-withheld = Ein interner Eintrag wird nicht gezeigt.
pack-heuristic = Das Urteil beruht auf Telemetrie und kann falsch sein; jeder Befund nennt seine Datensätze.

pack-readme =
    Dies ist ein Beweispaket, das Firedamp zu einem Fall erstellt hat.

    report.html, report.pdf   was gefunden wurde, was es kostete, was getan wurde, ob es aufgehört hat
    judgement.json            die Beurteilung mit allen Befunden und den Stellen ihrer Datensätze
    records.jsonl             die Datensätze selbst, ohne das, was wie ein Geheimnis aussieht
    charges.csv               was jede Ressource an jedem Tag gekostet hat, nach der Rechnung
    activity.jsonl            was mit dem Fall geschah; jeder Eintrag folgt aus dem vorigen
    cleanup.json, proof.json  was geplant, freigegeben und getan wurde; der Nachweis, dass es aufgehört hat
    claim.json, requests.json was bis wann zurückzubekommen ist; worum der Anbieter gebeten wurde
    manifest.json             jeder Teil mit seiner SHA-256, in einer Kette, und wie oft etwas weggelassen wurde
    manifest.sig, key.pem     die Ed25519-Signatur von manifest.json und der öffentliche Schlüssel

    Was in einem Datensatz wie ein Geheimnis aussieht (Passwort, Token, Zugriffsschlüssel), steht dort als „…“.
    Der Hash, den er nennt, ist der des ganzen Objekts, wie es gelesen wurde, bevor etwas wegfiel.

    Mit Firedamp prüfen:
        firedamp verify PACK.tar.gz --key KEY
    Ohne Firedamp prüfen:
        tar -xzf PACK.tar.gz && sha256sum --check SHA256SUMS
        openssl pkeyutl -verify -pubin -inkey key.pem -rawin \
            -in manifest.json -sigfile manifest.sig
    und vergleichen Sie die Summen mit denen in manifest.json. Wer ein Paket macht, kann auch einen Schlüssel
    machen: Vergleichen Sie key.pem mit dem Schlüssel auf der Seite oder dem, den Sie früher erhalten haben.
