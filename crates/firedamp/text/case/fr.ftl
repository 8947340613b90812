# Ce que dit la page d’un dossier.

word-nobody = personne

case-opened = Ouvert
case-sleeps-until = En veille jusqu’au
case-portal = Ouvrir dans le portail du fournisseur
case-sections = Parties de ce dossier
case-sleep-days = Mettre en veille pour tant de jours
case-take = Le prendre
case-wake = Réveiller
case-resolve-as = Clore comme
case-as-fraud = fraude, nettoyée
case-as-legitimate = légitime
case-as-ignore = ne vaut pas plus d’effort
case-resolve = Clore
case-sleep = Mettre en veille
case-section-summary = Résumé
case-section-evidence = Preuves
case-section-usage = Trafic et dépenses
case-section-related = Liés
case-section-standing = Client
case-section-letters = Lettres
case-section-authorisations = Autorisations
case-section-checklist = Liste de contrôle
case-section-cleanup = Nettoyage
case-section-money = Remboursement
case-section-log = Journal

rules-mining = Le minage est
rules-users = La règle lie aussi ceux qui utilisent le service par l’intermédiaire du client.
rules-disputed = Les sources divergent ; la plus stricte compte jusqu’à ce que vous ayez lu les conditions actuelles.
rules-if = si
rules-title = Ce que le fournisseur permet
rules-when = Échéances
rules-pending = { $rule } à partir du renouvellement de l’abonnement, au plus tard le { $day }
rules-advice-microsoft = La parole d’un client ne suffit pas : demandez l’accord écrit de Microsoft, et qui et quoi il couvre.
rules-advice-approval = La parole d’un client ne suffit pas : demandez l’accord écrit du fournisseur.
rules-advice-banned = La parole d’un client n’y change rien.
rules-advice-paid = Interrogez le client, et voyez qui paie : crédits et offres gratuites ne servent pas au minage.
rules-advice-unknown = Interrogez le client, et lisez les conditions actuelles du fournisseur : ce qui n’est pas connu n’est pas une permission.
rules-source = { $source } ; fiabilité { $confidence }
rules-source-since = { $source }, en vigueur au { $day } ; fiabilité { $confidence }
rules-due-answer = répondre à l’avis du fournisseur, s’il y en a un
rules-due-credit = demander le remboursement
rules-over = dépassée
rules-hours-left = { $hours ->
        [one] encore { $hours } heure
        *[other] encore { $hours } heures
    }
rules-days-left = { $days ->
        [one] encore { $days } jour
        *[other] encore { $days } jours
    }
rules-claim-azure = Il faut répondre aux alertes en un jour. Un avoir unique par locataire se demande par un ticket dans les 60 jours suivant la première utilisation frauduleuse, et couvre 30 jours au plus.
rules-claim-aws = On répond à un avis d’abus dans les cinq jours.
rules-claim-gcp = Les avoirs pour abus se demandent dans les 30 jours, et les bonnes pratiques devaient être en place.

evidence-sample = un exemple ou un test, montré et sans valeur
evidence-records = Enregistrements bruts
evidence-record = enregistrement { $number }
evidence-more-records = et { $count } de plus
evidence-more = Et { $count } de plus, que l’API contient.
evidence-none = Le dernier jugement ne contient aucun constat.
evidence-facts = Faits
evidence-group-billing = facturation
evidence-group-compute = charge
evidence-group-control_plane = plan de contrôle
evidence-group-dns = DNS
evidence-group-fleet = parc
evidence-group-network = réseau
evidence-group-provider_alert = alerte du fournisseur
evidence-group-runtime = exécution
evidence-when = { $first } à { $last } UTC
evidence-weight-most = plus de 100 000 fois plus probable s’il y a minage
evidence-weight-times = environ { $times } fois plus probable s’il y a minage
evidence-weight-little = un peu plus probable s’il y a minage
evidence-weight-less = plus probable sans minage
evidence-weight-none = ne compte pas

record-back = Les preuves du dossier { $number }
record-title = Enregistrement { $number }
record-object = De l’objet
record-hash = Empreinte du contenu
record-as-written = Tel qu’il a été écrit, sans ce qui porte le nom d’un secret ; le JSON est mis en page.
record-forgotten = L’objet est oublié : la télémétrie n’est conservée que quelques jours.
record-changed = Un autre objet se trouve à sa place.
record-too-large = L’objet est trop grand pour être lu pour un seul enregistrement.
record-no-text = Les enregistrements de ce type d’objet n’ont pas de texte, comme les lignes de Parquet.
record-gone = L’objet n’est pas là où il a été lu.

related-elsewhere = { $cases ->
        [one] { $cases } dossier d’un autre client a aussi quelque chose en commun.
        *[other] { $cases } dossiers d’autres clients ont aussi quelque chose en commun.
    }
related-title = Dossiers qui ont quelque chose en commun avec celui-ci
related-none = Aucun autre dossier ne nomme un pool, une adresse, un nom, une identité, une horloge ou un portefeuille que nomme celui-ci.

letters-asked = demandé par
letters-due = réponse attendue avant le
letters-answer = Réponse
letters-draft = Un brouillon dans sa langue, au sujet de son seul compte. Lisez-le, modifiez-le, puis envoyez-le.
letters-no-mail = Aucune adresse de courriel n’est connue : il ne peut qu’être copié.
letters-to = Il part à
letters-due-new = La réponse est attendue avant le
letters-body = Lettre
letters-by = par { $way }
letters-title = Le client
letters-nobody = Personne n’a encore interrogé le client.
letters-over = pas de réponse à temps
letters-letter = La lettre
letters-is-theirs = c’est le sien
letters-is-not-theirs = ce n’est pas le sien
letters-neither = ni oui ni non
letters-who = Qui a répondu
letters-what = Ce qui a été dit
letters-write-down = Le noter
letters-ask-title = Interroger le client
letters-subject = Objet
letters-send = L’envoyer
letters-myself = moi-même : je l’ai copiée
letters-ask = Demander
letters-copied = copiée à la main
letters-not-sent = non envoyée : { $why }
letters-tried-again = nouvel essai bientôt : { $why }
letters-said-ours = C’est le sien
letters-said-not_ours = Ce n’est pas le sien
letters-said-unclear = Ni oui ni non
letters-noted = { $who } ; noté par { $noted }

authorised-within = Tout est autorisé : le dossier est légitime d’après les autorisations enregistrées. Sans cela, il serait ouvert avec une probabilité de { $percent } ; les constats sont ceux du résumé.
authorised-if-yes = Si le client dit « oui, c’est nous » :
authorised-none = Aucune n’est enregistrée pour ce compte.
authorised-not-covered = Le dossier n’est pas couvert.

checklist-taken = { $done } étapes sur { $all } faites.
checklist-steps = Étapes faites
checklist-part = { $done } sur { $all }
checklist-title = Liste de contrôle
checklist-seed = tiré de l’avis du fournisseur
checklist-commands = Commandes
checklist-note = Note
checklist-done = Fait
checklist-found = Quelque chose a été trouvé
checklist-nothing = Rien à faire
checklist-back = Annuler
checklist-mark-done = fait
checklist-mark-found = quelque chose a été trouvé
checklist-mark-not_applicable = rien à faire ici

log-title = Ce qui s’est passé
log-comment = Commentaire
log-kind-opened = ouvert
log-kind-reopened = rouvert
log-kind-resolved = clos
log-kind-status = état
log-kind-assigned = attribué
log-kind-labelled = étiquette ajoutée
log-kind-unlabelled = étiquette retirée
log-kind-comment = commentaire
log-kind-snoozed = mis en veille
log-kind-authorised = autorisé
log-kind-authorisation = autorisation
log-kind-asked-the-customer = client interrogé
log-kind-the-customer-answered = le client a répondu
log-kind-reminded = relancé
log-kind-step = étape
log-kind-step-taken-back = étape annulée
log-kind-cleaned = nettoyé
log-kind-request = demande
log-kind-cleanup-asked = nettoyage demandé
log-kind-cleanup-tried = nettoyage essayé à blanc
log-kind-cleanup-approved = nettoyage approuvé
log-kind-cleanup-withdrawn = nettoyage retiré
log-kind-cleanup-step = étape du nettoyage
log-kind-cleanup-done = nettoyage fait
log-kind-cleanup-stopped = nettoyage interrompu

standing-none = Aucun client n’est nommé pour ce compte.
standing-good = bonne
standing-doubtful = douteuse
standing-bad = mauvaise
standing-not_known = inconnue
standing-part-validation = validation
standing-part-subscription = abonnement
standing-part-overdue_days = jours de retard
standing-part-trial = essai
standing-part-suspension = suspension
standing-part-credits = crédits
standing-part-free_tier = offre gratuite
standing-part-budget = budget
standing-part-created = création
standing-part-china = Chine
standing-part-owed = dû
standing-of = { $part } de { $account }

posture-bad = pas le cas : à corriger
posture-contradicted = les sources se contredisent
posture-unknown = inconnu
posture-good = oui
posture-check-mfa_admins = Chaque administrateur a un second facteur
posture-check-mfa_enforced = Un second facteur est exigé à chaque connexion d’un administrateur
posture-check-delegated_admins = Personne n’a d’administration déléguée sans en avoir besoin
posture-check-log_control_plane = Le journal d’audit est conservé là où un attaquant ne peut pas l’effacer
posture-check-log_network = Les journaux de flux sont activés
posture-check-log_dns = Les journaux DNS sont activés
posture-check-alerts = Les alertes du fournisseur sont activées, et quelqu’un les reçoit
posture-check-budgets = Un budget avec alerte est défini
posture-check-quotas = Les quotas ne dépassent pas ce qui est utilisé
posture-check-old_keys = Aucune clé durable n’a plus de quatre-vingt-dix jours
posture-check-locks = Des verrous protègent les journaux et ce qui ne doit pas être effacé

article-observed = Observé
article-now = Maintenant
article-severity = Gravité
article-cost = Coût
article-next = À faire
article-why = Pourquoi
article-when = Quand
article-resources = Ressources
article-where = Où
article-reckoning = Le calcul
article-coverage = Couverture
article-resource = Ressource
article-probability = Probabilité
article-first = Premier (UTC)
article-last = Dernier (UTC)
article-point = Point
article-nats = Nats
article-so-far = Cumul
article-odds = Chances
article-running = toujours actif à la fin de la télémétrie
article-not-running = pas vu actif à la fin
article-portal = Ouvrir dans le portail du fournisseur :
article-suspects = Aucune ressource n’atteint 50 % à elle seule. Les constats portent sur :
article-bar = Une barre va de l’état des chances avant le point à leur état après ; le trait marque des chances égales.
rules-due-notice = répondre, comme le dit la notification ({ $source })
case-judged-under = Évalué sous
