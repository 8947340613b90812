# Was als Nächstes zu tun ist, und die Sätze im Artikel eines Falls, in die etwas einzusetzen ist.

advice-sample = Nichts zu tun: Beispiele, Simulationen und Tests zählen nicht.
advice-little = Nichts zu tun; liefern Sie weiter Protokolle.
advice-confirm = Klären Sie es mit dem Kunden, bevor etwas angehalten wird, und legen Sie zuerst einen Snapshot an: Das Urteil ist heuristisch ({ $percent }).
advice-alert = Öffnen Sie die Warnung in { $product } und sehen Sie nach, was { $resource } ausführt.
advice-console = der Konsole des Anbieters
advice-contact = Sehen Sie sich { $resource } an: wer es wann angelegt hat und welcher Prozess mit { $remote } auf Port { $port } spricht.
advice-look = Sehen Sie sich { $resource } an: wer es wann angelegt hat und was dort läuft.
advice-hijack = Fragen Sie die Inhaber der Identitäten, die in { $resource } Maschinen angelegt haben, ob diese Aufrufe von ihnen stammen; wenn nicht, sperren Sie zuerst diese Identitäten und ihre Schlüssel.
advice-lookup = Finden Sie heraus, womit { $resource } nach den DNS-Anfragen gesprochen hat.
advice-flow = Schalten Sie { $log } ein: Sie zeigen, wer mit einem Pool spricht und wie lange.
advice-dns = Schalten Sie { $log } ein: Sie zeigen, unter welchem Namen eine Adresse gefunden wurde.
advice-log =
    .vpc = VPC-Flow-Logs
    .vnet = Flussprotokolle des virtuellen Netzwerks
    .flow = Flussprotokolle
    .route53 = Abfrageprotokolle des Route 53 Resolver
    .azure-dns = Protokolle der DNS-Sicherheitsrichtlinie
    .cloud-dns = Cloud-DNS-Abfrageprotokolle
    .dns = DNS-Abfrageprotokolle

told-more = Und { $count } weitere, unter Belege.
    .output = Und { $count } weitere, die in der JSON-Ausgabe stehen.
told-day = { $day }
    .short = { $day }
told-minute = { $at }
told-span = { $first } bis { $last } UTC ({ $length })
    .moment = { $first } UTC
    .never = zu unbekannter Zeit
told-timeline = Zeitachse: { $rows }
    .row = { $detector } zu { $resource }, { $when }
told-not-drawn = { $drawn ->
        [one] Der stärkste Befund
        *[other] Die { $drawn-digits } stärksten Befunde
    }; { $more ->
        [one] { $more-digits } weiterer ist nicht gezeichnet.
        *[other] { $more-digits } weitere sind nicht gezeichnet.
    }
told-odds = 1 von { $odds }
    .percent = { $percent }
told-nats = { $sign }{ $nats }
told-spent = { $spent } ausgegeben, { $day } am Tag, { $forecast } bis zum Monatsende
told-spent-estimated = { $spent } ausgegeben, { $day } am Tag, { $forecast } bis zum Monatsende (nach Listenpreisen geschätzt)
told-spent-refunded = { $charged } berechnet und ganz zurückerstattet; nach Listenpreisen { $spent } ausgegeben, { $day } am Tag, { $forecast } bis zum Monatsende
told-absent = Von diesem Konto wurden keine { $signals } gelesen; was nicht gesehen wurde, zählt weder dafür noch dagegen.
told-crowded = Es gab mehr Verbindungen, als betrachtet werden: Miner, die auf keiner Liste stehen, können übersehen worden sein.
told-absent-crowded = Von diesem Konto wurden keine { $signals } gelesen; was nicht gesehen wurde, zählt weder dafür noch dagegen. Es gab mehr Verbindungen, als betrachtet werden: Miner, die auf keiner Liste stehen, können übersehen worden sein.

told-made = angelegt { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .account = Das Konto: angelegt { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .moved = Das Konto: verschoben { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .never = zu unbekannter Zeit
    .by = { " " }von { $who }
    .through = { " " }über { $application }
    .from = { " " }aus { $address }
    .with-mfa = { " " }mit MFA
    .without-mfa = { " " }ohne MFA
told-unmade = wer es angelegt hat, ist nicht bekannt: { $why }
    .account = Das Konto: wer es angelegt hat, ist nicht bekannt: { $why }
