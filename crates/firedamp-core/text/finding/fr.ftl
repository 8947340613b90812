# Ce que disent les détecteurs, et d’où viennent les chances.

found-no-name = aucun nom demandé ne menait à { $remote }, alors que les requêtes DNS de cette machine sont journalisées

found-pulse-minutes = pendant { $lasted }, ce que { $server } (port { $port }) envoyait a suivi les blocs de la chaîne { $coin } : { $deviations } écarts types au-dessus des mêmes minutes à tout autre moment
found-pulse-moments = pendant { $lasted }, les paquets de { $server } (port { $port }) se sont massés derrière les blocs de la chaîne { $coin } : sur { $packets } échantillonnés, { $soon } sont arrivés dans les dix secondes suivant un bloc, contre { $chance } par hasard

found-flat = { $what } à { $mean } % pendant { $lasted }, quartiles écartés de { $spread } points ; { $network }, { $disk }
    .cpu = processeurs
    .gpu = un GPU
    .network = réseau { $rate } par minute
    .network-unknown = réseau inconnu
    .disk = disque { $rate } par minute
    .disk-unknown = disque inconnu

found-fleet-clock = sa connexion à { $server } (port { $port }) suit le même rythme caché que celle de { $who }
found-fleet-server = { $who } { $others ->
        [one] échange
        *[other] échangent
    } aussi avec { $server } (port { $port }) avec l’empreinte d’un mineur
found-fleet =
    .who = { $others ->
        [one] une autre machine
        *[other] { $others-digits } autres machines
    }{ $where }
    .accounts = { " " }dans { $accounts } comptes

found-hijack = en { $within }, { $who } : { $steps }{ $verdict }
    .routine = . Les appelants sont connus de longue date : cela ne compte que pour moitié
    .in-order = . Chercher de la capacité, créer des machines et les protéger se sont suivis dans cet ordre
    .somebody = quelqu’un
    .one-actor = un seul acteur
found-sign-principal = arrivée d’une identité jamais vue ({ $name })
found-sign-network = appels depuis un réseau jamais vu ({ $address })
found-sign-caller-unknown = on ignore si l’appelant est nouveau
found-sign-foreign = actions d’un invité ou d’une identité déléguée
found-sign-elevated = prise de droits sur l’ensemble des ressources{ $operations }
found-sign-elevated-secret = prise de droits sur l’ensemble des ressources{ $operations }, puis création d’une clé ou d’une identité peu après
found-sign-account-deployed = compte créé ou déplacé juste avant{ $operations }
found-sign-account-moved = compte déplacé ailleurs{ $operations }
found-sign-identities = création { $count ->
        [one] d’une clé, d’une identité ou d’un droit
        *[other] de { $count-words } clés, identités ou droits
    }{ $operations }
found-sign-sweep = lecture des quotas dans { $regions ->
        [one] une région
        *[other] { $regions-words } régions
    } en quelques minutes
found-sign-dry-runs = { $count ->
        [one] un appel d’essai
        *[other] { $count-words } appels d’essai
    } sans effet
found-sign-raises = { $count ->
        [one] une demande
        *[other] { $count-words } demandes
    } d’augmentation de quota
found-sign-refused = machines refusées dans { $regions ->
        [one] une région
        *[other] { $regions-words } régions
    }
found-sign-enabled = activation { $count ->
        [one] d’un service ou d’une région
        *[other] de { $count-words } services ou régions
    }
found-sign-protected = protection { $count ->
        [one] d’une ressource récente
        *[other] de { $count-words } ressources récentes
    } contre la suppression
found-sign-blinded = suppression de journaux, d’alertes, de budgets ou de détecteurs{ $operations }
found-sign-door = accès ouvert à tous{ $operations }
found-sign-scripts = scripts lancés sur { $count ->
        [one] une machine
        *[other] { $count-words } machines
    }{ $where }
found-sign-large = création de machines de grande taille ou à GPU ({ $size })
found-sign-large-new = création de machines de grande taille ou à GPU, d’une famille jamais utilisée ({ $size })
found-sign-fleet = demande { $count ->
        [one] d’une machine
        *[other] de { $count-words } machines
    }{ $where }
found-sign-fleet-large = demande { $count ->
        [one] d’une machine de grande taille ou à GPU
        *[other] de { $count-words } machines de grande taille ou à GPU
    }{ $where }
found-sign-spread = capacité de calcul créée avec { $services ->
        [one] un service
        *[other] { $services-words } services
    } dans { $regions ->
        [one] une région
        *[other] { $regions-words } régions
    }
found-sign-surge = { $count-words } créations en tout, aucune auparavant
found-sign-surge-after = { $count-words } créations en tout, après { $before-words } le jour le plus chargé jusque-là
found-sign-new-regions = usage { $regions ->
        [one] d’une région que le compte n’utilisait pas
        *[other] de { $regions-words } régions que le compte n’utilisait pas
    }
found-sign-many-regions = usage { $regions ->
        [one] d’une région
        *[other] de { $regions-words } régions
    }
found-sign-where = { " " }dans { $regions ->
        [one] une région
        *[other] { $regions-words } régions
    }

found-miner-hints = indices de minage, par { $name }{ $told }{ $rule }
found-miner-runs = un mineur tourne : { $name }{ $told }{ $rule }
found-miner-looks = ressemble à un mineur : { $name }{ $told }{ $rule }
found-miner-call = un appel lance un mineur : { $name }{ $told }{ $rule }
found-miner-attempt = un appel échoué aurait lancé un mineur : { $name }{ $told }{ $rule }
found-miner =
    .pool-wallet = , chargé de miner sur { $pool } pour un portefeuille
    .pool = , avec { $pool } en argument
    .wallet = , avec un portefeuille en argument
    .rule =  ; règle du capteur : { $rule }

found-contact = { $did }{ $through } : { $why } ({ $pool }{ $freshness }, rang { $tier })
    .long = a échangé avec { $endpoint } pendant { $run }, { $out } émis et { $back } reçus par minute
    .brief = échange avec { $endpoint } depuis { $run }, { $out } émis et { $back } reçus par minute
    .visit = a consulté { $endpoint } pendant { $run }, comme une page web, { $out } émis et { $back } reçus par minute
    .busy = a échangé plus avec { $endpoint } que ne le font les mineurs, { $out } émis et { $back } reçus par minute
    .one-way = a appelé { $endpoint } sans réponse
    .rejected = a appelé { $endpoint } ; un pare-feu a bloqué l’appel
    .long-uncounted = a cherché sans cesse à joindre { $endpoint } pendant { $run }
    .brief-uncounted = a cherché à joindre { $endpoint }
    .answered = l’adresse vers laquelle { $name } a été résolu le { $at }
    .endpoint = une adresse listée avec son port
    .name = un nom listé
    .address = une adresse listée, sur un autre port que celui de la liste
    .pool = { $pool },{ " " }
    .fresh = récent
    .maintained = tenu à jour
    .stale = ancien
    .through = , via { $devices }

found-lookup = { $names ->
        [one] a demandé { $first }
        *[other] a demandé { $names-digits } noms de pools, dont { $first }
    }{ $often }{ $blocked }
    .often = , { $questions } fois
    .blocked =  ; un pare-feu DNS l’a arrêté

found-alert = { $products } : { $title } ({ $kind })
    .sample = exemple, simulation ou test, ne compte pas : { $products } : { $title } ({ $kind })
    .dismissed = écarté par une personne : { $products } : { $title } ({ $kind })
    .over = terminé, selon le produit : { $products } : { $title } ({ $kind })

found-rule-call = un appel correspond à votre règle : { $title }{ $more }
found-rule-program = un programme correspond à votre règle : { $title }{ $more }
found-rule-more = { " " }et { $more } de plus

found-step = La dépense de calcul est passée de { $before } à { $level } dollars par jour (prix publics) le { $day } et y est restée { $days ->
        [one] un jour
        *[other] { $days-digits } jours
    }{ $flat }{ $places }
    .flat = , égale de jour comme de nuit
    .meters = { $meters ->
        [one] , sur un compteur nouveau pour le compte
        *[other] , sur { $meters-digits } compteurs nouveaux pour le compte
    }
    .regions = { $regions ->
        [one] , dans une région nouvelle pour le compte ({ $names })
        *[other] , dans { $regions-digits } régions nouvelles pour le compte ({ $names })
    }

found-profile = { $who }échange avec { $server } (port { $port }) pendant { $lasted } avec l’empreinte d’un minage ({ $coin }) : { $up } octets émis par minute, { $down } reçus, comme pour { $shares } parts de calcul par minute
    .who = { $machines } machines tour à tour :{ " " }

found-daily = { $said } ; le journal d’audit dit qui a créé les machines, et montre une activité courante
found-alibi = { $said } ; mais pendant { $lasted }, les processeurs n’ont pas travaillé comme ceux d’un mineur

point-prior = avant tout indice : une ressource sur dix mille sert au minage
point-strongest = { $group } : { $said }
point-more = { $group } : { $count } de plus, en partie
point-most = { $group } : ce groupe ne peut en dire plus
point-running = factures et mesures montrent le même travail : le plus faible compte en partie
point-made = factures et journaux d’audit montrent les mêmes machines : le plus faible compte en partie
point-tuned = factures, mesures et réglages d’une machine montrent le même travail : le plus faible compte en partie
point-traffic = noms et flux montrent les mêmes paquets : plafonnés ensemble
point-calibration = calibration : { $percent } % du poids des indices compte
point-group-billing = facturation
point-group-compute = charge
point-group-control-plane = plan de contrôle
point-group-dns = DNS
point-group-fleet = parc
point-group-network = réseau
point-group-provider-alert = alerte du fournisseur
point-group-runtime = exécution

origin-too-many = trop de créations : Firedamp n’en retient pas tous les auteurs
origin-no-log = aucun journal d’audit de ce compte n’a été lu
origin-older = antérieur au journal d’audit lu, qui commence le { $begins }
origin-unnamed = le journal d’audit ne le nomme pas
