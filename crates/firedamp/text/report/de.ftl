# Der Rahmen des Berichts über eine Durchsicht, als Seite, und was dafür gelesen wurde.

report-kicker = Firedamp-Bericht
report-unjudged = Nichts wurde beurteilt
report-silent = Kein Detektor sagt etwas über irgendein Konto
report-none = Kein Konto erreicht eine Wahrscheinlichkeit von { $percent }
report-unlikely = Bei keinem Konto ist Mining wahrscheinlich
report-likely = { $likely ->
        [one] Bei einem Konto ist Mining wahrscheinlich
        *[other] Bei { $likely-digits } Konten ist Mining wahrscheinlich
    }
report-looked = Gesucht wurde nach Kryptomining in { $window }.
report-window-all = der gesamten vorgelegten Telemetrie
report-window-until = der Telemetrie bis { $last } UTC
report-window-since = der Telemetrie ab { $first } UTC
report-window-between = der Telemetrie von { $span }
report-written = Geschrieben
report-cases = Fälle
report-order = Fälle, der größte erwartete Schaden zuerst
report-account = Konto
report-verdict = Urteil
report-since = Seit (UTC)
report-how-title = Wie dieser Bericht zu lesen ist
report-how = Das Urteil ist heuristisch und nennt seine Wahrscheinlichkeit; kein Bericht ist ein Beweis. Vor allen Belegen läuft auf einer von zehntausend Ressourcen Mining. Jeder Punkt der Herleitung vervielfacht die Chancen; er steht in Nats, dem natürlichen Logarithmus dieses Faktors (+2,3 Nats sind das Zehnfache der Chancen). Von jeder Art von Belegen zählt der stärkste Punkt ganz, die anderen zum Teil und bis zu einer Grenze. Was nicht gelesen wurde, zählt weder für noch gegen jemanden.
report-read = Was gelesen wurde
report-only-reads = Firedamp liest nur: Es spricht mit keinem Pool und ändert nichts.

scan-read = gelesen: { $objects }{ $asides }, { $bytes } und { $records }, { $rejected } abgewiesen, in { $seconds } s: { $rate } Datensätze/s
scan-objects = { $count ->
        [one] { $written } Objekt
        *[other] { $written } Objekte
    }
scan-records = { $count ->
        [one] { $written } Datensatz
        *[other] { $written } Datensätze
    }
scan-outside = davon { $count } außerhalb von --since/--now
scan-twice = { $count } doppelt geliefert
scan-foreign = { $count } ohne Telemetrie
scan-formats = Formate: { $formats }
scan-format = { $format } ({ $objects }, { $records })
scan-rejected = abgewiesen: { $reasons }
scan-lost = { $account }: Die Quelle hat zwischen { $first } und { $last } Datensätze verloren
scan-pause = { $account }: keine Datensätze ({ $signal }) von { $from } bis { $to }
scan-pause-twice = { $account }: keine Datensätze ({ $signal }) von { $from } bis { $to } und noch einmal
scan-pause-often = { $account }: keine Datensätze ({ $signal }) von { $from } bis { $to } und noch { $more }-mal
scan-crowded = { $account }: mehr Verbindungen, als betrachtet werden; Miner, die auf keiner Liste stehen, können übersehen worden sein
scan-absent = keine Telemetrie ({ $signals }) von { $accounts }
scan-absent-many = keine Telemetrie ({ $signals }) von { $accounts } und { $more } weiteren
scan-listed = { $name }: { $formats }
scan-listed-empty = { $name }: leer
scan-listed-foreign = { $name }: keine Telemetrie, die Firedamp liest
scan-listed-same = { $name }: derselbe Inhalt wie ein anderes Objekt
scan-listed-unreadable = { $name }: nicht lesbar: { $why }
scan-excerpt = { $name }, Datensatz { $record }: { $reason }: { $text }
scan-mark-warning = Warnung:
scan-mark-rejected = abgewiesen:
scan-mark-coverage = Abdeckung:
scan-more = { $count } weitere (--verbose zeigt sie)
scan-blocks-until = { $hours ->
        [one] letzter bekannter Block von { $coin }: { $end }; eine Stunde Verkehr danach wird nicht mit den Blöcken verglichen: { $accounts }
        *[other] letzter bekannter Block von { $coin }: { $end }; bis zu { $hours-digits } Stunden Verkehr danach werden nicht mit den Blöcken verglichen: { $accounts }
    }
scan-blocks-from = { $hours ->
        [one] erster bekannter Block von { $coin }: { $end }; eine Stunde Verkehr davor wird nicht mit den Blöcken verglichen: { $accounts }
        *[other] erster bekannter Block von { $coin }: { $end }; bis zu { $hours-digits } Stunden Verkehr davor werden nicht mit den Blöcken verglichen: { $accounts }
    }
scan-doubt-foreign = Nichts davon ist Telemetrie, die Firedamp liest
scan-doubt-rejected = { $rejected-digits } von { $records-digits } Datensätzen wurden abgewiesen
scan-doubt-outside = Kein Datensatz liegt zwischen --since und --now

table-unjudged = Nichts wurde beurteilt: Es ist keine Telemetrie dabei, die Firedamp liest.
table-silent = Kein Fall: Kein Detektor sagt etwas über irgendein Konto.
table-none = Kein Fall: Kein Konto erreicht eine Wahrscheinlichkeit von { $percent }. Schwächere Zeichen zeigt --all.
table-looked = Betrachtet: { $note }
table-when = wann
table-severity = Schwere
table-where = wo
table-why = warum
table-blind = ungesehen
table-next = nun
table-open = öffnen
table-suspects = { $names }; keine erreicht allein 50 %
table-suspects-many = { $names } und { $more } weitere; keine erreicht allein 50 %
table-more-resources = { $count ->
        [one] und eine weitere Ressource
        *[other] und { $count-digits } weitere Ressourcen
    }
table-more-findings = { $count ->
        [one] und ein weiterer Befund
        *[other] und { $count-digits } weitere Befunde
    }

explain-head = { $when }, { $activity }; Schweregrad: { $severity }
explain-also = { $when }, auch { $aliases }
explain-account = Das Konto
explain-findings = Die Befunde
explain-absent = Was nicht gesehen wurde
explain-changes = Was das Urteil ändern würde
explain-next = Was nun zu tun ist
explain-all-there = Jede Art von Telemetrie, die Firedamp liest, war da.
explain-nats = Nats
explain-probability = Zwischenstand
explain-sum = zusammen
explain-whole-none = { $percent }; bei keiner Ressource ist Mining wahrscheinlich genug, um sie zu nennen.
explain-whole-one = { $percent }, wie seine einzige Ressource.
explain-whole-likeliest = { $percent }, wie die wahrscheinlichste der { $all } Ressourcen; die anderen tragen nichts bei.
explain-whole-several = { $percent }, aus den { $count } wahrscheinlichsten der { $all } Ressourcen: 1 − Π(1 − p)^(1/√{ $count }), gedämpft, weil Ressourcen eines Kontos nicht unabhängig sind.
explain-about = { $detector }, Beleg ({ $group }) zu { $resource }, { $when }
explain-about-roughly = { $detector }, Beleg ({ $group }) zu { $resource }, { $when }, ungefähr: Eine Grenze wurde erreicht
explain-record = Datensatz { $record } von Objekt { $object }{ $path }
explain-more = und { $more } weitere
explain-without = Wären seine Punkte ({ $group }) nichts wert, stünde { $resource } bei { $likelihood }.
explain-missing = Mit { $nats } Nats mehr stünde { $resource } bei { $percent }: „{ $verdict }“.
explain-nothing = Nichts, wovon Firedamp weiß.
explain-tells-billing = Rechnungen würden zeigen, was es kostet und ob die Ausgaben sprunghaft gestiegen sind.
explain-tells-compute = Lastmesswerte würden zeigen, ob es Tag und Nacht unter Volllast läuft.
explain-tells-audit = Audit-Protokolle würden zeigen, wer die Ressourcen angelegt hat, wann und von wo.
explain-tells-dns = DNS-Anfragen würden zeigen, unter welchem Namen eine Adresse gefunden wurde.
explain-tells-flow = Netzwerkflüsse würden zeigen, wer mit einem Pool gesprochen hat und wie lange.
explain-tells-runtime = Laufzeitereignisse würden zeigen, welches Programm lief und mit welchen Argumenten.
explain-tells-alert = Warnungen des Anbieters wären Belege anderer Art und vom Rest unabhängig.
