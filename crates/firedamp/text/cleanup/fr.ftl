# Nettoyage, preuve, remboursement et demandes, tels que les lisent les partenaires et leurs clients.

cleanup-plan = Ce qu’il faut faire
cleanup-plan-says = Dans cet ordre, d’après ce que nomment les indices et rien d’autre. Mettez-vous d’accord avec le client avant d’arrêter quoi que ce soit.
cleanup-plan-cut = Les ressources nommées sont plus nombreuses qu’un plan n’en contient ; refaites un plan une fois celui-ci terminé.
cleanup-scripts = Sous forme de script, qui ne change rien sans --execute
cleanup-script = Le script
cleanup-undo = Ce qui l’annule, dans la mesure du possible
cleanup-terraform = La même chose, sous forme de listes pour Terraform
cleanup-left = Laissé en place
cleanup-undo-run = le script ne l’annule pas ; ce que Firedamp exécute peut être annulé
cleanup-stays-by_hand = se fait à la main, et une personne sait revenir en arrière
cleanup-stays-copy = n’enlève rien que l’on puisse rendre
cleanup-stays-done_again = un nettoyage ultérieur l’a refait : annulez d’abord celui-là
cleanup-stays-not_done = n’a pas été exécuté
cleanup-stays-password = ne peut pas être annulé : personne ne connaît l’ancien mot de passe, un administrateur en fixe un nouveau
cleanup-stays-removed = ne peut pas être annulé : ce qui est supprimé l’est pour toujours
cleanup-stays-removed_since = ne peut pas être annulé : ce qui était visé a été supprimé plus tard
cleanup-stays-same = n’a rien changé : c’était déjà ainsi, ou disparu
cleanup-stays-undone = son annulation a été exécutée
cleanup-stays-unrecorded = ne peut pas être annulé : l’état d’avant n’a pas été consigné
cleanup-copies-stay = trois au plus sont copiées, car les machines d’un même parc se ressemblent ; les copies restent, et coûtent, jusqu’à ce que quelqu’un les supprime
cleanup-by-hand = à la main

cleanup-phase-preserve = Conserver les preuves
cleanup-phase-contain = Arrêter ce qui tourne
cleanup-phase-remove = Retirer ce qui a été créé pour cela
cleanup-phase-harden = Empêcher le retour

cleanup-measure-snapshot = Copier les disques de la machine { $name }
cleanup-measure-cut_key = Désactiver la clé { $name }
cleanup-measure-cut_principal = Retirer tous ses droits à l’identité { $name }
cleanup-measure-end_sessions = Fermer les sessions de l’identité { $name }
cleanup-measure-drop_grant = Révoquer le droit { $name }
cleanup-measure-drop_elevation = Révoquer les droits sur l’ensemble des ressources que { $name } s’est attribués : le rôle « Administrateur de l’accès utilisateur » (User Access Administrator) à l’étendue « / », au-dessus de tous les abonnements. Il faut pour cela un administrateur général qui a élevé son propre accès, et qui y renonce ensuite
cleanup-measure-drop_login = Supprimer le mot de passe de console de l’identité { $name }
cleanup-measure-close_door = Chercher ce qui a été ouvert ou accordé par { $name }, et l’annuler : une politique, une relation d’approbation, un droit d’appel
cleanup-measure-hold_group = Empêcher le groupe { $name } de recréer des machines
cleanup-measure-empty_group = Ramener à zéro la taille du groupe { $name }
cleanup-measure-lift_protection = Lever la protection contre la suppression de la ressource { $name }
cleanup-measure-drop_lock = Retirer le verrou { $name }
cleanup-measure-stop = Arrêter { $name }
cleanup-measure-isolate = Isoler { $name } du réseau sans l’arrêter
cleanup-measure-remove = Supprimer définitivement { $name }
cleanup-measure-restore_log = Réactiver ce qui a été désactivé par { $name }
cleanup-measure-lower_quota = Ramener le quota { $name } à ce qu’il était : les attaquants en ont demandé davantage, et ce surplus attend quiconque revient. Chez AWS par une demande de support, dans Azure avec az quota update, dans Google Cloud avec gcloud quotas preferences update
cleanup-measure-ask_owner = Demander au titulaire de l’identité { $name } si ces appels sont les siens ; sinon, changer le mot de passe et les clés
cleanup-measure-decide = Décider du sort de la ressource { $name } avec son propriétaire : d’autres s’en servent, ou elle appartenait peut-être déjà au client ; elle n’est donc ni arrêtée ni supprimée ici
cleanup-measure-watch = Surveiller { $name } pendant deux jours : des machines, des clés ou des droits reviennent-ils ?

cleanup-hand-strange_name = aucun cloud ne donne un tel nom : le chercher dans le portail
cleanup-hand-elsewhere = se trouve dans un autre compte, ou appartient à tout le compte
cleanup-hand-judgement = seule une personne peut en juger
cleanup-hand-no_command = aucune commande du cloud ne le fait

cleanup-because-customers_own = existait avant et appartient au client : isolé, pas supprimé
cleanup-because-passes_on = relaie le trafic d’autres machines : chercher celle qui est derrière
cleanup-because-address_alone = n’est qu’une adresse, qui ne nomme aucune ressource
cleanup-because-shared = sert aussi à d’autres
cleanup-because-providers_own = est un service du fournisseur

cleanup-run = Exécuter
cleanup-run-says = D’abord un essai à blanc, qui ne fait que regarder. Puis quelqu’un d’autre, ayant le rôle « approbateur », approuve. Chaque appel est inscrit au journal. Toute réponse inattendue interrompt l’exécution.
cleanup-run-ask = Demander l’essai à blanc
cleanup-run-approve = Approuver : exécuter le plan { $digest }
cleanup-run-withdraw = Retirer
cleanup-run-until = Jusqu’à
cleanup-run-other = Demandé par { $name } ; quelqu’un d’autre, ayant le rôle « approbateur », doit approuver.
cleanup-run-step = Étape { $number }
cleanup-note-tried = réussirait
cleanup-note-done = fait
cleanup-note-failed = échec
cleanup-note-begun = commencé
cleanup-progress-asked = attend l’essai à blanc
cleanup-progress-tried = essayé à blanc, attend l’approbation
cleanup-progress-approved = en cours d’exécution
cleanup-progress-done = terminé
cleanup-progress-stopped = interrompu : { $why }
cleanup-progress-withdrawn = retiré
cleanup-undo-title = Annuler
cleanup-undo-says = Une étape revient à l’état d’avant, sauf si quelqu’un l’a modifié depuis : ce qui minait peut miner de nouveau, et les clés et les droits reviennent à qui les avait, attaquants compris. D’abord un essai à blanc ; puis quelqu’un d’autre, ayant le rôle « approbateur », approuve.
cleanup-undo-clean-up = Nettoyage { $number }
cleanup-undo-of = Annulation du nettoyage { $number }
cleanup-undo-can = peut être annulé
cleanup-undo-all = Demander l’annulation du nettoyage { $number }
cleanup-undo-step = Demander l’annulation de l’étape { $number }
cleanup-undo-back-to = retour à { $what }
cleanup-cleaned = Nettoyé à la main à l’instant

cleanup-partner = L’abonnement entier, dans l’Espace partenaires
cleanup-partner-says = Quand agir sur des ressources isolées ne suffit pas, ou que le partenaire n’a plus accès. Un agent d’administration s’en charge dans l’Espace partenaires ; Firedamp ne le fait pas.
cleanup-partner-suspend = Suspendre l’abonnement
cleanup-partner-suspend-needs = Demande le rôle d’agent d’administration et l’ETag actuel. Un plan Azure ne peut être suspendu que si aucun de ses abonnements Azure n’est actif. S’annule en remettant l’état à « active ».
cleanup-partner-cancel = Annuler l’abonnement Azure
cleanup-partner-cancel-needs = Demande les rôles d’administrateur général et d’agent d’administration ; fonctionne même si l’attaquant a retiré ses droits au partenaire. Prend une dizaine de minutes. Le client peut réactiver l’abonnement tant que le plan est actif : annulez alors tous les abonnements et le plan.
cleanup-partner-errors = Ce que signifient les réponses
cleanup-partner-e900115 = 900115 : le plan a encore des abonnements Azure actifs ; annulez-les d’abord.
cleanup-partner-e2055 = 2055 : quelqu’un a modifié l’abonnement entre-temps ; relisez-le pour obtenir son ETag.
cleanup-partner-e800091 = 800091 : il est déjà suspendu, et ne peut pas être modifié tant qu’il n’est pas actif.
cleanup-partner-e900118 = 900118 : ce n’est pas l’identifiant d’un client.
cleanup-partner-e800002 = 800002 : un identifiant ou le corps de la demande est absent ou incorrect.
cleanup-partner-e900159 = 900159 : il n’y a pas de relation commerciale avec ce client.
cleanup-partner-e900307 = 900307 : ce motif n’est pas connu ; le bon est compromise.
cleanup-partner-e800111 = 800111 : ce droit n’existe pas.
cleanup-partner-e900278 = 900278 : une autre opération est en cours ; réessayez après un jour.

cleanup-proof = Preuve de l’arrêt
cleanup-proof-since = Compté à partir du { $since }
cleanup-verdict-stopped = C’est arrêté.
cleanup-verdict-runs = Quelque chose continue.
cleanup-verdict-not_known = On ne peut pas encore le dire.
cleanup-part-flows = Trafic vers les destinations
cleanup-part-spend = Dépense des ressources
cleanup-part-control_plane = Plan de contrôle
cleanup-says-ended = a cessé, d’après ce qui a été lu
cleanup-says-goes_on = continue
cleanup-says-too_little = on ne peut pas encore le dire
cleanup-says-nothing = aucune télémétrie pour le dire
cleanup-until = lu jusqu’au { $until }
cleanup-enough = suffisant à partir du { $time }
cleanup-against = élément contraire : { $what }
cleanup-proof-each = Par ressource
cleanup-proof-count = Arrêt prouvé : { $proven } ressources sur { $all }
cleanup-proof-resource = Ressource
cleanup-proof-verdict = Preuve
cleanup-proof-cut = Le dossier a plus de ressources qu’une preuve n’en contient : quelqu’un doit dire qu’elles sont arrêtées.
cleanup-override = Clore quand même comme nettoyé, pour ce motif
cleanup-override-do = Clore sans preuve

money-title = Remboursement
money-none = On ne sait rien de ce que rembourse ce fournisseur.
money-where-azure = À demander par une demande de support dans le portail Azure, déposée par le fournisseur de l’abonnement
money-where-aws = À demander à AWS Support (compte et facturation), en plus de la réponse à l’avis d’abus
money-where-gcp = À demander au support de facturation de Google Cloud
money-source-azure = Espace partenaires : impayés, fraude et abus (avoir unique, incidents à partir du 01/04/2023)
money-source-aws = avis d’abus d’AWS ; les avoirs sont à la discrétion d’AWS
money-source-gcp = programme de protection de Google Cloud contre le minage
money-once = Accordé une seule fois par client.
money-sum = { $claimable } sur { $charged } sont susceptibles d’être remboursés
    .over = { $claimable } sur { $charged } auraient pu être remboursés ; le délai est passé. Demandez quand même : un fournisseur peut faire une exception
money-estimated = { $charged } aux prix publics, que personne n’a payés
money-refunded = { $given } facturés puis remboursés ; { $listed } aux prix publics
money-until = Les frais sont couverts jusqu’au { $day }
money-due = Échéances
money-today = aujourd’hui
money-left = { $days ->
        [one] encore un jour
        *[other] encore { $days } jours
    }
money-over = dépassée
money-needs = Ce que la demande doit montrer
money-standing-met = présent
money-standing-missing = manquant
money-standing-ask = à vérifier
money-need-account = l’abonnement, le compte ou le projet
money-need-actions = ce qui a été fait
money-need-best_practices = que les recommandations du fournisseur étaient suivies avant
money-need-charges = les frais par ressource et par jour, d’après une facture
money-need-customer_tenant = le locataire du client
money-need-first_and_last_use = première et dernière utilisation
money-need-in_time = qu’il reste du temps
money-need-keys_changed = que les clés exposées ont été changées
money-need-never_claimed = qu’aucun avoir n’a été demandé auparavant pour ce client
money-need-notice_answered = qu’il a été répondu à l’avis du fournisseur
money-need-partner_tenant = le locataire du partenaire
money-need-resources = les ressources
money-need-stopped = que c’est arrêté
money-resource = Ressource
money-day = Jour
money-amount = Montant
money-pack = Archive de preuves
money-pack-says = Une archive avec rapport, enregistrements, frais, mesures et preuve de l’arrêt, signée avec la clé de cette instance.
money-pack-get = Télécharger l’archive
money-key = La clé de cette instance

request-title = Demandes de support
request-report = Signalement au fournisseur
request-credit = Demande d’avoir
request-problem = Type de problème
request-impact = Impact
request-heading = Titre
request-description = Description
request-copy = Reportez ces champs dans le formulaire du fournisseur et notez le numéro qu’il donne.
request-number = Numéro du fournisseur
request-note = Noter
request-why = Aucune règle connue ne prévoit que ce fournisseur rembourse. Un avoir est tout de même demandé, pour cette raison
request-state-asked = demandée, à déposer
request-state-failed = non déposée
request-file = La déposer via l’Espace partenaires
request-set-clouds = Firedamp peut déposer lui-même les demandes dès que le fichier donné à firedamp serve --clouds contient la section partner_center.
request-set-partner = Firedamp peut déposer lui-même les demandes dès qu’un administrateur a indiqué dans les paramètres le locataire du partenaire, un contact et son adresse e-mail ou son téléphone.
request-state-filed = déposée
request-state-answered = réponse reçue
request-state-granted = accordée
request-state-refused = refusée
request-state-withdrawn = retirée
request-by = par { $name }, { $time }
request-history = Historique : demandes d’incidents précédents
request-incident = Incident commencé le { $time }
request-line-intro = Du minage de cryptomonnaie a été constaté dans le compte suivant.
request-line-intro-credit = Nous demandons un avoir unique pour une utilisation qui n’est pas le fait du client. Du minage de cryptomonnaie a été constaté dans l’abonnement suivant.
request-line-intro-money = Nous demandons un avoir pour une utilisation qui n’est pas le fait du client. Du minage de cryptomonnaie a été constaté dans le compte suivant.
request-line-customer = Client
request-line-tenant = Locataire du client
request-line-contact = Contact chez le client
request-line-partner = Partenaire
request-line-partner_tenant = Locataire du partenaire
request-line-account = Abonnement
    .aws = Compte AWS
    .gcp = Projet Google Cloud
request-line-start = Début de l’impact (UTC)
request-line-end = Fin de l’impact (UTC)
request-line-running = encore en cours dans la dernière télémétrie
request-line-resource = Ressource
request-line-more = Autres ressources
request-line-seen = Constaté
request-line-probability = Probabilité
request-line-amount = Frais réclamés
request-line-actions = Mesures prises
request-line-nothing = aucune pour l’instant
request-line-cleaned = nettoyé le { $time } par { $name }
request-line-proof = Preuve
request-line-by = Contact chez le partenaire

pack-title = Indices de minage de cryptomonnaie dans { $account }
pack-made = Établi le { $time } par Firedamp { $version }
pack-zone = Sauf mention contraire, les heures sont celles du fuseau { $zone }.
pack-facts = Ce que l’on sait
pack-first = Première observation
pack-last = Dernière observation
pack-resources = Ressources
pack-reasons = Pourquoi
pack-charges = Frais par ressource et par jour
pack-actions = Mesures prises
pack-records = Enregistrements de la télémétrie dans records.jsonl : { $count }
pack-withheld = Une entrée interne n’est pas montrée.
pack-heuristic = Le jugement repose sur la télémétrie et peut être faux ; chaque constat nomme ses enregistrements.

pack-readme =
    Ceci est une archive de preuves que Firedamp a établie pour un seul dossier.

    report.html, report.pdf   ce qui a été trouvé, son coût, ce qui a été fait, et si cela a cessé
    judgement.json            le jugement avec tous ses constats et l’emplacement de leurs enregistrements
    records.jsonl             les enregistrements eux-mêmes, sans ce qui ressemble à un secret
    charges.csv               ce que chaque ressource a coûté chaque jour, selon la facture
    activity.jsonl            ce qui est arrivé au dossier ; chaque entrée découle de la précédente
    cleanup.json, proof.json  ce qui a été prévu, approuvé et fait ; la preuve de l’arrêt
    claim.json, requests.json ce qui peut être récupéré et avant quand ; ce qui a été demandé au fournisseur
    manifest.json             chaque partie avec son SHA-256, en chaîne, et combien de fois quelque chose a été omis
    manifest.sig, key.pem     la signature Ed25519 de manifest.json, et la clé publique de l’instance

    Ce qui ressemble à un secret dans un enregistrement (mot de passe, jeton, clé d’accès) y figure comme « … ».
    L’empreinte qu’il nomme est celle de l’objet entier tel qu’il a été lu, avant toute omission.

    Pour le vérifier avec Firedamp :
        firedamp verify PACK.tar.gz --key KEY
    Pour le vérifier sans Firedamp :
        tar -xzf PACK.tar.gz && sha256sum --check SHA256SUMS
        openssl pkeyutl -verify -pubin -inkey key.pem -rawin \
            -in manifest.json -sigfile manifest.sig
    puis comparez les sommes à celles de manifest.json. Qui a fait un dossier peut aussi faire une clé :
    comparez key.pem à la clé que l’instance affiche sur sa page, ou que l’on vous a remise auparavant.
