# Que faire ensuite, et les phrases de l’article d’un dossier qui ont quelque chose à compléter.

advice-sample = Rien à faire : exemples, simulations et tests ne comptent pas.
advice-little = Rien à faire ; continuez à fournir des journaux.
advice-confirm = Confirmez avec le client avant d’arrêter quoi que ce soit, et prenez d’abord un instantané : le jugement est heuristique ({ $percent }).
advice-alert = Ouvrez l’alerte dans { $product } et voyez ce qu’exécute { $resource }.
advice-console = la console du fournisseur
advice-contact = Examinez { $resource } : qui l’a créée, quand, et quel processus échange avec { $remote } sur le port { $port }.
advice-look = Examinez { $resource } : qui l’a créée, quand, et ce qui y tourne.
advice-hijack = Demandez aux titulaires des identités qui ont créé des machines dans { $resource } si ces appels étaient les leurs ; sinon, désactivez d’abord ces identités et leurs clés.
advice-lookup = Cherchez avec qui { $resource } a échangé après ses requêtes DNS.
advice-flow = Activez { $log } : on y lit qui échange avec un pool, et combien de temps.
advice-dns = Activez { $log } : on y lit par quel nom une adresse a été trouvée.
advice-log =
    .vpc = les journaux de flux VPC
    .vnet = les journaux de flux de réseau virtuel
    .flow = les journaux de flux
    .route53 = les journaux de requêtes du résolveur Route 53
    .azure-dns = les journaux de la stratégie de sécurité DNS
    .cloud-dns = les journaux de requêtes Cloud DNS
    .dns = les journaux de requêtes DNS

told-more = Et { $count } de plus, sous Indices.
    .output = Et { $count } de plus, que la sortie JSON contient.
told-day = { $day }
    .short = { $day }
told-minute = { $at }
told-span = { $first } à { $last } UTC ({ $length })
    .moment = { $first } UTC
    .never = à un moment inconnu
told-timeline = Chronologie : { $rows }
    .row = { $detector } à propos de { $resource }, { $when }
told-not-drawn = { $drawn ->
        [one] Le constat le plus fort
        *[other] Les { $drawn-digits } constats les plus forts
    } ; { $more ->
        [one] { $more-digits } autre n’est pas représenté.
        *[other] { $more-digits } autres ne sont pas représentés.
    }
told-odds = 1 sur { $odds }
    .percent = { $percent }
told-nats = { $sign }{ $nats }
told-spent = { $spent } dépensés, { $day } par jour, { $forecast } d’ici la fin du mois
told-spent-estimated = { $spent } dépensés, { $day } par jour, { $forecast } d’ici la fin du mois (estimés aux prix publics)
told-spent-refunded = { $charged } facturés puis entièrement remboursés ; aux prix publics { $spent } dépensés, { $day } par jour, { $forecast } d’ici la fin du mois
told-absent = Aucune télémétrie de ce type n’a été lue pour ce compte : { $signals } ; ce qui n’a pas été vu ne compte dans aucun sens.
told-crowded = Il y avait plus de conversations qu’on n’en examine : des mineurs absents des listes ont pu passer inaperçus.
told-absent-crowded = Aucune télémétrie de ce type n’a été lue pour ce compte : { $signals } ; ce qui n’a pas été vu ne compte dans aucun sens. Il y avait plus de conversations qu’on n’en examine : des mineurs absents des listes ont pu passer inaperçus.

told-made = créé { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .account = Le compte : créé { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .moved = Le compte : déplacé { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .never = à un moment inconnu
    .by = { " " }par { $who }
    .through = { " " }via { $application }
    .from = { " " }depuis { $address }
    .with-mfa = { " " }avec MFA
    .without-mfa = { " " }sans MFA
told-unmade = créateur inconnu : { $why }
    .account = Le compte : créateur inconnu : { $why }
