# Was Detektoren sagen, und wie die Chancen zustande kamen.

found-no-name = kein abgefragter Name führte zu { $remote }, obwohl die DNS-Anfragen dieser Maschine protokolliert werden

found-pulse-minutes = { $lasted } lang stieg das, was { $server } (Port { $port }) sendete, mit den Blöcken von { $coin }: { $deviations } Standardabweichungen über denselben Minuten zu jeder anderen Zeit
found-pulse-moments = { $lasted } lang häuften sich Pakete von { $server } (Port { $port }) kurz nach den Blöcken von { $coin }: von { $packets } in der Stichprobe kamen { $soon } binnen zehn Sekunden nach einem Block, zufällig wären es { $chance }

found-flat = { $what } { $lasted } lang bei { $mean } %, Quartile { $spread } Punkte auseinander; { $network }, { $disk }
    .cpu = Prozessoren
    .gpu = eine GPU
    .network = Netzwerk { $rate } je Minute
    .network-unknown = Netzwerk unbekannt
    .disk = Datenträger { $rate } je Minute
    .disk-unknown = Datenträger unbekannt

found-fleet-clock = die Verbindung zu { $server } (Port { $port }) folgt demselben verborgenen Takt wie die von { $who }
found-fleet-server = auch der Verkehr von { $who } zu { $server } (Port { $port }) hat { $others ->
        [one] das Profil eines Miners
        *[other] das Profil von Minern
    }
found-fleet =
    .who = { $others ->
        [one] einer weiteren Maschine
        *[other] { $others-digits } weiteren Maschinen
    }{ $where }
    .accounts = { " " }in { $accounts } Konten

found-hijack = { $who } (Zeitspanne: { $within }): { $steps }{ $verdict }
    .routine = . Die Aufrufer sind seit Langem bekannt, daher zählt es nur halb
    .in-order = . Kapazität suchen, Maschinen anlegen und absichern geschah in dieser Reihenfolge
    .somebody = jemand
    .one-actor = ein einziger Akteur
found-sign-principal = eine bisher unbekannte Identität ({ $name }) kam hinzu
found-sign-network = Aufrufe kamen aus einem bisher unbekannten Netz ({ $address })
found-sign-caller-unknown = ob der Aufrufer neu ist, ist nicht bekannt
found-sign-foreign = ein Gast oder eine delegierte Identität handelte
found-sign-elevated = Rechte über alle Ressourcen verschafft{ $operations }
found-sign-elevated-secret = Rechte über alle Ressourcen verschafft{ $operations } und bald darauf einen Schlüssel oder eine Identität angelegt
found-sign-account-deployed = das Konto kurz zuvor angelegt oder verschoben{ $operations }
found-sign-account-moved = das Konto verschoben{ $operations }
found-sign-identities = { $count ->
        [one] einen Schlüssel, eine Identität oder ein Recht
        *[other] { $count-words } Schlüssel, Identitäten oder Rechte
    } angelegt{ $operations }
found-sign-sweep = Kontingente in { $regions ->
        [one] einer Region
        *[other] { $regions-words } Regionen
    } binnen Minuten abgefragt
found-sign-dry-runs = { $count ->
        [one] einen Aufruf
        *[other] { $count-words } Aufrufe
    } nur zur Probe ausgeführt
found-sign-raises = { $count ->
        [one] einmal
        *[other] { $count-words }-mal
    } ein höheres Kontingent beantragt
found-sign-refused = Maschinen in { $regions ->
        [one] einer Region
        *[other] { $regions-words } Regionen
    } verweigert bekommen
found-sign-enabled = { $count ->
        [one] einen Dienst oder eine Region
        *[other] { $count-words } Dienste oder Regionen
    } eingeschaltet
found-sign-protected = { $count ->
        [one] eine neue Ressource
        *[other] { $count-words } neue Ressourcen
    } gegen Löschen geschützt
found-sign-blinded = Protokolle, Warnungen, Budgets oder Detektoren entfernt{ $operations }
found-sign-door = Zugang für alle geöffnet{ $operations }
found-sign-scripts = Skripte auf { $count ->
        [one] einer Maschine
        *[other] { $count-words } Maschinen
    }{ $where } ausgeführt
found-sign-large = große Maschinen oder solche mit GPU angelegt ({ $size })
found-sign-large-new = große Maschinen oder solche mit GPU einer bisher nicht genutzten Familie angelegt ({ $size })
found-sign-fleet = { $count ->
        [one] eine Maschine
        *[other] { $count-words } Maschinen
    }{ $where } angefordert
found-sign-fleet-large = { $count ->
        [one] eine große Maschine oder solche mit GPU
        *[other] { $count-words } große Maschinen oder solche mit GPU
    }{ $where } angefordert
found-sign-spread = Rechenleistung aus { $services ->
        [one] einem Dienst
        *[other] { $services-words } Diensten
    } in { $regions ->
        [one] einer Region
        *[other] { $regions-words } Regionen
    } angelegt
found-sign-surge = insgesamt { $count-words } angelegt, zuvor keine
found-sign-surge-after = insgesamt { $count-words } angelegt, am stärksten Tag zuvor { $before-words }
found-sign-new-regions = { $regions ->
        [one] eine Region genutzt, die das Konto bisher nicht nutzte
        *[other] { $regions-words } Regionen genutzt, die das Konto bisher nicht nutzte
    }
found-sign-many-regions = { $regions ->
        [one] eine Region
        *[other] { $regions-words } Regionen
    } genutzt
found-sign-where = { " " }in { $regions ->
        [one] einer Region
        *[other] { $regions-words } Regionen
    }

found-miner-hints = Hinweise auf Mining durch { $name }{ $told }{ $rule }
found-miner-runs = ein Miner läuft: { $name }{ $told }{ $rule }
found-miner-looks = sieht nach einem Miner aus: { $name }{ $told }{ $rule }
found-miner-call = ein Aufruf startet einen Miner: { $name }{ $told }{ $rule }
found-miner-attempt = ein fehlgeschlagener Aufruf hätte einen Miner gestartet: { $name }{ $told }{ $rule }
found-miner =
    .pool-wallet = , der bei { $pool } für eine Wallet minen soll
    .pool = , mit { $pool } in den Argumenten
    .wallet = , mit einer Wallet in den Argumenten
    .rule = ; Regel des Sensors: { $rule }

found-contact = { $did }{ $through }: { $why } ({ $pool }{ $freshness }, Stufe { $tier })
    .long = { $run } lang mit { $endpoint } gesprochen, je Minute { $out } gesendet und { $back } empfangen
    .brief = bisher { $run } lang mit { $endpoint } gesprochen, je Minute { $out } gesendet und { $back } empfangen
    .visit = { $endpoint } { $run } lang wie eine Webseite aufgerufen, je Minute { $out } gesendet und { $back } empfangen
    .busy = mit { $endpoint } mehr ausgetauscht, als Miner es tun, je Minute { $out } gesendet und { $back } empfangen
    .one-way = { $endpoint } ohne Antwort angesprochen
    .rejected = { $endpoint } angesprochen; eine Firewall hat den Verkehr verworfen
    .long-uncounted = { $run } lang immer wieder eine Verbindung zu { $endpoint } gesucht
    .brief-uncounted = eine Verbindung zu { $endpoint } gesucht
    .answered = die Adresse, zu der { $name } am { $at } aufgelöst wurde
    .endpoint = eine gelistete Adresse mit Port
    .name = ein gelisteter Name
    .address = eine gelistete Adresse, auf einem anderen Port als dem gelisteten
    .pool = { $pool },{ " " }
    .fresh = aktuell
    .maintained = gepflegt
    .stale = alt
    .through = , über { $devices }

found-lookup = { $names ->
        [one] hat { $first } abgefragt
        *[other] hat { $names-digits } Pool-Namen abgefragt, darunter { $first }
    }{ $often }{ $blocked }
    .often = , { $questions }-mal
    .blocked = ; eine DNS-Firewall hat es verhindert

found-alert = { $products }: { $title } ({ $kind })
    .sample = Beispiel, Simulation oder Test, zählt nicht: { $products }: { $title } ({ $kind })
    .dismissed = von einem Menschen verworfen: { $products }: { $title } ({ $kind })
    .over = laut dem Produkt vorbei: { $products }: { $title } ({ $kind })

found-rule-call = Ihre Regel traf auf einen Aufruf zu: { $title }{ $more }
found-rule-program = Ihre Regel traf auf ein Programm zu: { $title }{ $more }
found-rule-more = { " " }und { $more } weitere

found-step = Die Rechenkosten stiegen am { $day } von { $before } auf { $level } Dollar am Tag (Listenpreise) und blieben { $days ->
        [one] einen Tag
        *[other] { $days-digits } Tage
    } auf diesem Stand{ $flat }{ $places }
    .flat = , gleichmäßig bei Tag und Nacht
    .meters = { $meters ->
        [one] , auf einem für das Konto neuen Zähler
        *[other] , auf { $meters-digits } für das Konto neuen Zählern
    }
    .regions = { $regions ->
        [one] , in einer für das Konto neuen Region ({ $names })
        *[other] , in { $regions-digits } für das Konto neuen Regionen ({ $names })
    }

found-profile = { $who }{ $lasted } lang mit { $server } (Port { $port }) gesprochen, mit dem Profil von Mining ({ $coin }): je Minute { $up } Byte gesendet, { $down } empfangen, wie bei { $shares } Shares
    .who = { $machines } Maschinen abwechselnd:{ " " }

found-daily = { $said }; das Audit-Protokoll nennt, wer die Maschinen angelegt hat, und zeigt üblichen Betrieb
found-alibi = { $said }; aber { $lasted } lang arbeiteten die Prozessoren nicht wie die eines Miners

point-prior = vor allen Belegen: auf einer von zehntausend Ressourcen läuft Mining
point-strongest = { $group }: { $said }
point-more = { $group }: { $count } weitere, anteilig
point-most = { $group }: Mehr kann diese Gruppe nicht sagen
point-running = Rechnungen und Messwerte zeigen dieselbe Arbeit: Das Schwächere zählt anteilig
point-made = Rechnungen und Audit-Protokolle zeigen dieselben Maschinen: Das Schwächere zählt anteilig
point-tuned = Rechnungen, Messwerte und die Einstellungen einer Maschine zeigen dieselbe Arbeit: Das Schwächere zählt anteilig
point-traffic = Namen und Flüsse zeigen dieselben Pakete: gemeinsam begrenzt
point-calibration = Kalibrierung: { $percent } % der Belege zählen
point-group-billing = Abrechnung
point-group-compute = Last
point-group-control-plane = Steuerungsebene
point-group-dns = DNS
point-group-fleet = Flotte
point-group-network = Netzwerk
point-group-provider-alert = Warnung des Anbieters
point-group-runtime = Laufzeit

origin-too-many = es wurde zu viel angelegt: Firedamp behält nicht von allem den Urheber
origin-no-log = kein Audit-Protokoll dieses Kontos wurde gelesen
origin-older = älter als das gelesene Audit-Protokoll, das am { $begins } beginnt
origin-unnamed = das Audit-Protokoll nennt es nicht
