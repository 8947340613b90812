# Le cadre du rapport d’un examen, en page, et ce qui a été lu pour lui.

report-kicker = Rapport Firedamp
report-unjudged = Rien n’a été jugé
report-silent = Aucun détecteur ne dit quoi que ce soit d’aucun compte
report-none = Aucun compte n’atteint une probabilité de { $percent }
report-unlikely = Aucun compte où le minage soit probable
report-likely = { $likely ->
        [one] Minage probable dans un compte
        *[other] Minage probable dans { $likely-digits } comptes
    }
report-looked = Recherche de minage de cryptomonnaie dans { $window }.
report-window-all = toute la télémétrie fournie
report-window-until = la télémétrie jusqu’au { $last } UTC
report-window-since = la télémétrie depuis le { $first } UTC
report-window-between = la télémétrie du { $span }
report-written = Écrit le
report-cases = Dossiers
report-order = Dossiers, la plus grande perte attendue d’abord
report-account = Compte
report-verdict = Verdict
report-since = Depuis (UTC)
report-how-title = Comment lire ce rapport
report-how = Le jugement est heuristique et s’accompagne de sa probabilité ; aucun rapport n’est une preuve. Avant tout indice, une ressource sur dix mille sert au minage. Chaque point du calcul multiplie les chances ; il est exprimé en nats, le logarithme naturel de ce facteur (+2,3 nats multiplient les chances par dix). Pour chaque sorte d’indices, le point le plus fort compte en entier, les autres en partie et jusqu’à une limite. Ce qui n’a pas été lu ne compte ni pour ni contre personne.
report-read = Ce qui a été lu
report-only-reads = Firedamp ne fait que lire : il ne contacte aucun pool et ne change rien.

scan-read = lu : { $objects }{ $asides }, { $bytes } et { $records }, rejets : { $rejected }, en { $seconds } s : { $rate } enregistrements/s
scan-objects = { $count ->
        [one] { $written } objet
        *[other] { $written } objets
    }
scan-records = { $count ->
        [one] { $written } enregistrement
        *[other] { $written } enregistrements
    }
scan-outside = dont { $count } hors de --since/--now
scan-twice = { $count } en double
scan-foreign = { $count } sans télémétrie
scan-formats = formats : { $formats }
scan-format = { $format } ({ $objects }, { $records })
scan-rejected = rejets : { $reasons }
scan-lost = { $account } : la source a perdu des enregistrements entre le { $first } et le { $last }
scan-pause = { $account } : aucun enregistrement ({ $signal }) du { $from } au { $to }
scan-pause-twice = { $account } : aucun enregistrement ({ $signal }) du { $from } au { $to }, et encore une fois
scan-pause-often = { $account } : aucun enregistrement ({ $signal }) du { $from } au { $to }, et encore { $more } fois
scan-crowded = { $account } : plus de conversations qu’on n’en examine ; des mineurs absents des listes ont pu passer inaperçus
scan-absent = aucune télémétrie pour { $accounts } : { $signals }
scan-absent-many = aucune télémétrie pour { $accounts } et { $more } de plus : { $signals }
scan-listed = { $name } : { $formats }
scan-listed-empty = { $name } : vide
scan-listed-foreign = { $name } : pas de télémétrie que Firedamp sache lire
scan-listed-same = { $name } : même contenu qu’un autre objet
scan-listed-unreadable = { $name } : lecture impossible : { $why }
scan-excerpt = { $name }, enregistrement { $record } : { $reason } : { $text }
scan-mark-warning = avertissement :
scan-mark-rejected = rejeté :
scan-mark-coverage = couverture :
scan-more = { $count } de plus (--verbose les montre)
scan-blocks-until = { $hours ->
        [one] dernier bloc connu de { $coin } : { $end } ; une heure de trafic après lui n’est pas comparée aux blocs : { $accounts }
        *[other] dernier bloc connu de { $coin } : { $end } ; jusqu’à { $hours-digits } heures de trafic après lui ne sont pas comparées aux blocs : { $accounts }
    }
scan-blocks-from = { $hours ->
        [one] premier bloc connu de { $coin } : { $end } ; une heure de trafic avant lui n’est pas comparée aux blocs : { $accounts }
        *[other] premier bloc connu de { $coin } : { $end } ; jusqu’à { $hours-digits } heures de trafic avant lui ne sont pas comparées aux blocs : { $accounts }
    }
scan-doubt-foreign = rien de cela n’est une télémétrie que Firedamp lit
scan-doubt-rejected = { $rejected-digits } enregistrements sur { $records-digits } ont été rejetés
scan-doubt-outside = aucun enregistrement ne se situe entre --since et --now

table-unjudged = Rien n’a été jugé : il n’y a là aucune télémétrie que Firedamp lise.
table-silent = Aucun dossier : aucun détecteur ne dit quoi que ce soit d’aucun compte.
table-none = Aucun dossier : aucun compte n’atteint une probabilité de { $percent }. --all montre les indices plus faibles.
table-looked = Examiné : { $note }
table-when = quand
table-severity = gravité
table-where = où
table-why = pourquoi
table-blind = non vu
table-next = à faire
table-open = ouvrir
table-suspects = { $names } ; aucune n’atteint 50 % à elle seule
table-suspects-many = { $names } et { $more } de plus ; aucune n’atteint 50 % à elle seule
table-more-resources = { $count ->
        [one] et une ressource de plus
        *[other] et { $count-digits } ressources de plus
    }
table-more-findings = { $count ->
        [one] et un constat de plus
        *[other] et { $count-digits } constats de plus
    }

explain-head = { $when }, { $activity } ; gravité : { $severity }
explain-also = { $when }, aussi { $aliases }
explain-account = Le compte
explain-findings = Les constats
explain-absent = Ce qui n’a pas été vu
explain-changes = Ce qui changerait le verdict
explain-next = Ce qu’il faut faire ensuite
explain-all-there = Toutes les sortes de télémétrie que Firedamp lit étaient là.
explain-nats = nats
explain-probability = probabilité
explain-sum = au total
explain-whole-none = { $percent } ; le minage n’est assez probable sur aucune ressource pour qu’elle soit nommée.
explain-whole-one = { $percent }, comme son unique ressource.
explain-whole-likeliest = { $percent }, comme la plus probable de ses { $all } ressources ; les autres n’ajoutent rien.
explain-whole-several = { $percent }, à partir des { $count } plus probables de ses { $all } ressources : 1 − Π(1 − p)^(1/√{ $count }), amorti car les ressources d’un même compte ne sont pas indépendantes.
explain-about = { $detector }, indice ({ $group }) sur { $resource }, { $when }
explain-about-roughly = { $detector }, indice ({ $group }) sur { $resource }, { $when }, approché : une limite a été atteinte
explain-record = enregistrement { $record } de l’objet { $object }{ $path }
explain-more = et { $more } de plus
explain-without = Si ses points ({ $group }) ne valaient rien, { $resource } serait à { $likelihood }.
explain-missing = Avec { $nats } nats de plus, { $resource } serait à { $percent } : « { $verdict } ».
explain-nothing = Rien, à la connaissance de Firedamp.
explain-tells-billing = Les factures diraient ce que cela coûte, et si la dépense a bondi.
explain-tells-compute = Les mesures de charge diraient si cela tourne à plein régime, jour et nuit.
explain-tells-audit = Les journaux d’audit diraient qui a créé les ressources, quand et d’où.
explain-tells-dns = Les requêtes DNS diraient par quel nom une adresse a été trouvée.
explain-tells-flow = Les flux réseau diraient qui a échangé avec un pool, et combien de temps.
explain-tells-runtime = Les événements d’exécution diraient quel programme a tourné, et avec quels arguments.
explain-tells-alert = Les alertes du fournisseur seraient des indices d’une autre sorte, indépendants du reste.
