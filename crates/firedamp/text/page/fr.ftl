# Ce que disent les pages.

nav-notices = Notifications
nav-unread = non lues
nav-skip = Aller au contenu
nav-pages = Pages
nav-outcomes = Bilan
nav-sources = Sources
nav-settings = Paramètres
nav-people = Personnes
nav-search-label = Rechercher des comptes, clients, ressources, adresses et étiquettes
nav-search = Rechercher
nav-sign-out = Se déconnecter
nav-about = À propos de cette instance
nav-detectors = Les détecteurs et leur justesse
nav-indicators = Indicateurs

page-language = fr

mark-colon =  :
mark-semicolon =  ;

word-cases = Dossiers
word-customers = Clients
word-authorisations = Autorisations
word-all-cases = Tous les dossiers
word-sign-in = Se connecter
word-name = Nom
word-new-password = Nouveau mot de passe
word-new-password-again = Nouveau mot de passe (confirmation)
word-status = État
word-person = Personne
word-show = Afficher
word-customer-id = Identifiant du client
word-label = Étiquette
word-account = Compte
word-person-or-label = Personne ou étiquette
word-assign = Attribuer
word-add-label = Ajouter l’étiquette
word-remove-label = Retirer l’étiquette
word-open-again = Rouvrir
word-investigate = Enquêter
word-customer = Client
word-coverage = Couverture
word-none = aucun
word-all-customers = Tous les clients
word-case = Dossier
word-usage = Utilisation
word-from = Du (UTC)
word-until = Au (UTC)
word-newest = Enregistrement le plus récent (UTC)
word-propose = Proposer une autorisation
word-every-customer = tous les clients
word-role = Rôle
word-sees = Voit
word-language = Langue
word-end = Terminer
word-never = jamais
word-accounts = Comptes
word-state = État
word-error = Dernière erreur
word-scope = Périmètre
word-detector = Détecteur
word-not-known = inconnu

sign-in-key = Un administrateur vous a remis une clé ?
sign-in-choose = Choisir un mot de passe
sign-in-password = Mot de passe
sign-in-with-token = Avec un jeton
sign-in-token = Jeton
sign-in-token-where = Le jeton de l’administrateur a été affiché au premier démarrage de cette instance.
sign-in-no-password = Ce nom et ce mot de passe ne correspondent pas.
sign-in-no-token = Ce jeton n’est pas valable.

password-rule = { $letters } caractères ou plus. Quelques mots que vous êtes seul à pouvoir associer conviennent bien.
password-key = Clé, remise par un administrateur
password-do = Choisir ce mot de passe et se connecter

queue-choose = Sélectionner le dossier { $number }
queue-choose-all = Tout sélectionner sur cette page
queue-all = pas seulement ceux-ci : les { $cases } que le filtre trouve
queue-all-first = pas seulement ceux-ci : les { $cases } premiers que le filtre trouve
queue-done = { $cases ->
        [one] Fait pour { $cases } dossier.
        *[other] Fait pour { $cases } dossiers.
    }
queue-running = toujours actif à la fin de la télémétrie
queue-asleep = { $cases ->
        [one] { $cases } dossier en veille
        *[other] { $cases } dossiers en veille
    }
queue-nothing-yet = Aucune télémétrie n’est encore arrivée. Placez des fichiers dans un répertoire surveillé, ou envoyez-les à <code>/api/v1/telemetry</code>.
queue-none = Aucun dossier ne correspond.
queue-read = Lu : { $objects ->
        [one] { $objects } objet
        *[other] { $objects } objets
    } avec { $records ->
        [one] { $records } enregistrement
        *[other] { $records } enregistrements
    } de { $accounts ->
        [one] { $accounts } compte
        *[other] { $accounts } comptes
    }.
queue-open = { $cases ->
        [one] { $cases } dossier ouvert.
        *[other] { $cases } dossiers ouverts.
    }
queue-rejects = { $records ->
        [one] { $records } enregistrement était illisible.
        *[other] { $records } enregistrements étaient illisibles.
    }
queue-warnings = { $objects ->
        [one] { $objects } objet porte un avertissement.
        *[other] { $objects } objets portent un avertissement.
    }
queue-account-or-customer = Compte ou client
queue-more-filters = Plus de filtres
queue-severity = Gravité
queue-cloud = Cloud
queue-opened-since = Ouverts depuis
queue-largest = La plus grande perte attendue d’abord
queue-chosen = Sélectionné
queue-verdict = Verdict
queue-cost = Coût
queue-seen = Observé (UTC)
queue-with-chosen = Avec les dossiers sélectionnés
queue-take = Prendre en charge
queue-resolve-fraud = Clore comme fraude
queue-resolve-legitimate = comme légitime
queue-resolve-ignore = sans suite
queue-sleep = Mettre en veille une semaine
queue-next = Autres dossiers
queue-live = { $seconds ->
        [one] Cette vue est actualisée chaque seconde.
        *[other] Cette vue est actualisée toutes les { $seconds } secondes.
    }
queue-still = Figer cette vue pour agir sur plusieurs dossiers
queue-keep = Tenir cette vue à jour

case-in = dans
case-labels = Étiquettes
case-actions = Actions

usage-too-much = Trop d’objets parlent de ce compte pour être réunis sur une page.
usage-nothing = La télémétrie conservée ne montre ni longue conversation ni dépense de calcul.
usage-alike = Le calcul tourne jour et nuit de la même façon.
usage-busiest = Le calcul est au plus fort à { $hour } h UTC ; l’heure la plus calme en représente { $share }.

account-nobody = aucun client n’est nommé
account-name-customer = Comment les clients sont nommés
account-arrived = Télémétrie reçue
account-newest = Enregistrement le plus récent
account-history = Historique
account-notices = Le fournisseur a signalé un piratage
account-notices-says = Ces e-mails ne parlent pas de minage, et personne n’a vérifié leur auteur : ils n’ouvrent pas de dossier à eux seuls et ne pèsent qu’un peu à côté de signes de piratage dans le journal d’audit. Répondez-y à temps.
account-below = tout ce qui est rattaché à
account-rule = { $letters } caractères ou plus. Vos autres sessions se terminent.
account-this = celle-ci
account-session-from = la session depuis { $address }
account-by-token = Vous êtes connecté avec un jeton. Il n’a ni mot de passe ni langue ; <code>firedamp user add</code> ou la page <a href="/users">Personnes</a> font de vous un utilisateur qui a l’un et l’autre.
account-title = Votre compte
account-written-in = La langue dans laquelle on vous écrit
account-keep = Enregistrer
account-present-password = Mot de passe actuel
account-change-password = Changer le mot de passe
account-where = Où vous êtes connecté
account-since = Depuis (UTC)
account-last-used = Dernière utilisation (UTC)
account-from = Depuis l’adresse
account-with = Avec
account-start = Du
account-end = Au
account-changed = Votre mot de passe a été changé. Vos autres sessions sont terminées.

coverage-none = Aucune télémétrie de ce compte n’est conservée.
coverage-telemetry = Télémétrie
coverage-hours = Heures
coverage-silent = Sans données
coverage-crowded = Trop dense :
coverage-crowded-says = { $signal } : plus de conversations qu’on n’en examine. Des mineurs absents des listes ont pu passer inaperçus.
coverage-twice = Facturé dans deux exports :
coverage-twice-says = jours que les deux rapportent : { $days }. Ces jours-là, seul le plus détaillé compte.
coverage-blocks = Non comparé aux blocs :
coverage-blocks-until = dernier bloc connu de { $coin } : { $end }. Heures de trafic après lui : { $hours }.
coverage-blocks-from = premier bloc connu de { $coin } : { $end }. Heures de trafic avant lui : { $hours }.

plot-most = au plus { $most }
plot-moment = le trait marque le { $time } UTC, premier signe de minage
plot-more = Et { $count } de plus.
plot-table = Sous forme de tableau
plot-value = Valeur
plot-by-minute = Trafic par minute, longues conversations
plot-by-hour = Trafic par heure, longues conversations
plot-spend = Dépense de calcul par jour
plot-list-prices = Calcul par jour, aux prix publics
plot-a-minute = { $amount } par minute
plot-an-hour = { $amount } par heure
plot-words = { $title } du { $first } au { $last } UTC, au plus { $most }

standing-title = Situation
standing-contradicted = une autre source dit le contraire
standing-unknown = Aucune source ne dit rien de : { $parts }.

posture-title = Niveau de protection
posture-order = Ce qu’il faut corriger en premier vient en tête. Ce dont aucune source ne dit rien est inconnu.

customer-case = Dossier { $number }
customer-reseller = Revendeur
customer-answers-for = Répond de
customer-open-cases = Dossiers ouverts
customer-all-cases = Tous ses dossiers, y compris ceux qui sont clos
customer-no-account = Aucun compte n’est rattaché à ce client.
customer-telemetry-until = Dernière arrivée de télémétrie (UTC)
customer-id = Identifiant
customer-contact = Contact
customer-mail = E-mail
customer-phone = Téléphone
customer-zone = Fuseau horaire
customer-no-case = aucun
customer-nobodys = Comptes sans client

customers-of = rattaché à
customers-is-a = Type
customers-loss = Perte attendue par mois
customers-unassigned = { $accounts ->
        [one] { $accounts } compte sans client
        *[other] { $accounts } comptes sans client
    }
customers-unassigned-says = la télémétrie en parle, mais aucun client n’est nommé.
customers-none-yet = Aucun client n’est encore connu. <code>firedamp customers import</code> les lit dans un tableau ou dans les réponses de l’Espace partenaires.
customers-none = Aucun client ne porte ce nom.
customers-name-or-id = Nom ou identifiant
customers-next = Autres clients

notices-all-read = Tout a été lu.
notices-none = Il n’y a encore rien eu à signaler.
notices-is-unread = non lue
notices-all = Toutes
notices-unread = Non lues
notices-sent = Ce qui a été envoyé, et à qui
notices-older = Notifications plus anciennes

deliveries-none = Rien n’a encore été envoyé à personne. Les destinataires sont nommés dans le fichier donné à <code>firedamp serve --notify</code>.
deliveries-title = Envois
deliveries-to = À
deliveries-notice = Notification
deliveries-attempts = Tentatives
deliveries-at = Le (UTC)
deliveries-retry = Réessayer

search-title = Ce qui commence par
search-none = Rien ne porte ce nom : ni compte, ni client, ni ressource, ni adresse, ni nom, ni identité, ni étiquette.
search-in-cases = Dans des dossiers

sources-none = Aucun bucket, aucune file d’attente et aucune collecte ne sont configurés. Un bucket se surveille avec <code>firedamp serve --watch s3://bucket/prefix</code>.
sources-more = Et { $count } de plus, dans l’API.
sources-buckets = Buckets, files d’attente et collectes
sources-source = Source
sources-asked = Interrogée (UTC)
sources-answered = A répondu (UTC)
sources-gave = A donné
sources-wrong = Ce qui ne va pas
sources-heard-title = Comptes qui envoient des données
sources-nobody = Aucun compte n’a encore rien envoyé.
sources-blocks = Blocs des chaînes
sources-blocks-says = Fichiers de <code>--blocks</code>, relus dès qu’ils changent. Le trafic après le dernier bloc n’est pas comparé à la monnaie.
sources-coin = Monnaie
sources-file = Fichier
sources-blocks-known = Blocs
sources-last-block = Dernier bloc (UTC)
sources-unreadable = Ce qui n’a pas pu être lu
sources-all-read = Tous les enregistrements ont été lus.
sources-object = Objet
sources-read-at = Lu le (UTC)
sources-records = Enregistrements
sources-rejects = Illisibles
sources-reason = { $records ->
        [one] { $records } enregistrement :
        *[other] { $records } enregistrements :
    }
sources-first = (le premier : enregistrement { $record })
sources-through = Via
sources-last-heard = Dernières données (UTC)
sources-usually = Intervalle habituel
sources-silent = Sans données depuis (UTC)
sources-minutes = { $count } min
sources-hours = { $count } h
sources-days = { $count } jours

settings-keep = { $days ->
        [one] { $days } jour
        *[other] { $days } jours
    }
settings-nothing = rien
settings-book = Les destinataires sont dans
settings-changed = Le fichier a été modifié depuis le démarrage ; les changements prendront effet au redémarrage.
settings-wrong = L’instance ne démarrerait pas avec le fichier tel qu’il est :
settings-nobody = Personne n’est prévenu. Les destinataires sont nommés dans le fichier donné à <code>firedamp serve --notify</code>.
settings-send-test = Envoyer un test
settings-to = à { $name }
settings-version = Version
settings-data = Répertoire de données
settings-kept = La télémétrie est conservée
settings-watched = Surveillé
settings-told = Qui est prévenu
settings-receiver = Destinataire
settings-channel = Canal
settings-told-of = Prévenu de
settings-wishes = Préférences
settings-last = Derniers envois (UTC)
settings-test = Test
settings-all = Tous les envois
settings-files = { $files ->
        [one] { $files } fichier
        *[other] { $files } fichiers
    }
settings-and-more = { " " }et d’autres encore
settings-wish-quiet = silence { $hours } ({ $zone })
settings-wish-summary = résumé à { $time } ({ $zone })
settings-wish-hourly = { $messages ->
        [one] { $messages } message par heure au plus
        *[other] { $messages } messages par heure au plus
    }
settings-wish-patience = { $minutes ->
        [one] après { $minutes } minute sans prise en charge
        *[other] après { $minutes } minutes sans prise en charge
    }
settings-partner = Le partenaire
settings-partner-says = Les demandes de support, les événements de fraude et les archives de preuves le nomment. Laissez vide ce que personne ne doit lire.
settings-partner-tenant = Locataire chez Microsoft (GUID)
settings-partner-name = Nom du partenaire
settings-partner-contact = Contact
settings-partner-mail = Adresse e-mail du contact
settings-partner-phone = Téléphone du contact
settings-partner-keep = Enregistrer
settings-turns = à tour de rôle : { $names }
settings-turn = en ce moment : { $name }

users-token-of = Jeton pour
users-once = ne s’affiche que cette fois.
users-key-of = Clé pour
users-key-for = Elle permet de choisir un mot de passe à <code>/password</code>, dans les 24 heures.
users-role-of = Rôle de l’utilisateur { $name }
users-enable = Rétablir l’accès
users-disable = Bloquer l’accès
users-no-end = sans expiration
users-over = expiré
users-token-named = le jeton « { $name } »
users-title = Personnes et jetons
users-nobody = Personne n’a encore de mot de passe.
users-last-seen = Vu en dernier (UTC)
users-change = Modifier
users-set = Définir
users-let-in = Ajouter une personne
users-tokens = Jetons de programmes
users-no-token = Il n’y a pas de jeton.
users-made = Créé (UTC)
users-days = Jours
users-make-token = Créer un jeton
users-kept-out = accès bloqué
users-may-choose = peut choisir un autre mot de passe
users-comes-in = a accès
users-no-password = n’a pas encore de mot de passe

authorisation-title = Autorisation { $number }
authorisation-all = Toutes les autorisations
authorisation-document = Document (SHA-256)
authorisation-own = Vous l’avez proposée : il revient à quelqu’un d’autre de l’approuver.
authorisation-approve = Approuver
authorisation-decline = Refuser
authorisation-withdraw = Retirer
authorisation-file = Document
authorisation-hours-to = à
authorisation-form-says = Quelqu’un d’autre l’approuve. Une liste laissée vide vaut pour tous les éléments de ce type ; écrivez un nom par ligne.
authorisation-asked-by = Demandée par
authorisation-approved-by = Approuvée chez le client par
authorisation-purpose = Finalité
authorisation-purpose-research = recherche et tests de sécurité
authorisation-purpose-business = activité commerciale
authorisation-purpose-other = autre chose
authorisation-covers = Couvre
authorisation-covers-customer = le client
authorisation-covers-users = le client, et ceux qui utilisent le service par son intermédiaire
authorisation-provider = L’accord écrit du fournisseur
authorisation-reference = Référence
authorisation-resources = Ressources
authorisation-pools = Pools
authorisation-wallets = Portefeuilles
authorisation-limits = Limites
authorisation-usd = Dollars américains par jour, au maximum
authorisation-regions = Régions
authorisation-hours-from = Heures (UTC), de
authorisation-until-excluded = Jusqu’au (UTC, exclu)
authorisation-propose = Proposer
authorisation-number = Numéro
authorisation-state-proposed = attend l’approbation
authorisation-state-approved = approuvée
authorisation-state-declined = refusée
authorisation-state-withdrawn = retirée
authorisation-scope-account = compte { $name }
authorisation-scope-resource = ressource { $name }
authorisation-scope-pool = pool { $name }
authorisation-scope-wallet = portefeuille { $name }
authorisation-scope-all = tout ce qui appartient au client
authorisation-spend-most = Dépense maximale
authorisation-hours-limit = Heures
authorisation-hours-value = de { $from } h à { $to } h UTC
authorisation-providers = Accord du fournisseur
authorisation-proposed-by = Proposée par
authorisation-decided-by = Approuvée par
authorisation-declined-by = Refusée par
authorisation-withdrawn-by = Retirée par

authorisations-says = Un dossier entièrement couvert par des autorisations approuvées est légitime d’après les autorisations enregistrées. Ce qui sort de leur périmètre, de leurs limites ou de leur durée le rouvre.
authorisations-none = Aucune n’est enregistrée.

bulk-done = { $cases ->
        [0] Fait pour aucun dossier
        [one] Fait pour { $cases } dossier, pas pour tous
        *[other] Fait pour { $cases } dossiers, pas pour tous
    }
bulk-back = Retour à la file
bulk-title = Pas appliqué à tous les dossiers
bulk-all-title = Tout ce que le filtre trouve
bulk-all-count = { $cases ->
        [one] Le filtre trouve { $cases } dossier.
        *[other] Le filtre trouve { $cases } dossiers.
    }
bulk-all-what = À faire :
bulk-all-more = { $cases ->
        [one] Il en trouve davantage ; cela se fait pour { $cases } dossier à la fois.
        *[other] Il en trouve davantage ; cela se fait pour { $cases } dossiers à la fois, les premiers dans l’ordre de la file. Recommencez pour les autres.
    }
bulk-all-rules = Chacun est soumis aux mêmes règles que s’il était seul, et reçoit sa propre entrée dans son journal. Ce qui est refusé est indiqué ensuite, avec la raison.
bulk-all-first = Les premiers
bulk-all-others = { $cases ->
        [one] Et { $cases } autre.
        *[other] Et { $cases } autres.
    }
bulk-all-do = { $cases ->
        [one] Le faire pour { $cases } dossier
        *[other] Le faire pour { $cases } dossiers
    }
bulk-all-done = { $cases ->
        [0] Fait pour aucun dossier
        [one] Fait pour { $cases } dossier
        *[other] Fait pour { $cases } dossiers
    }
bulk-all-unchanged = { $cases ->
        [one] { $cases } dossier était déjà ainsi ; rien n’a été noté.
        *[other] { $cases } dossiers étaient déjà ainsi ; rien n’a été noté.
    }
bulk-all-gone = { $cases ->
        [one] { $cases } dossier est resté tel quel : le filtre ne le trouve plus.
        *[other] { $cases } dossiers sont restés tels quels : le filtre ne les trouve plus.
    }
bulk-all-refused = Refusé
bulk-all-cases = { $cases ->
        [one] { $cases } dossier
        *[other] { $cases } dossiers
    }
bulk-what-take = les prendre
bulk-what-investigate = enquêter
bulk-what-resolve = les clore : { $value }
bulk-what-snooze = les mettre en veille, jours : { $value }
bulk-what-reopen = les rouvrir
bulk-what-assign = les attribuer à { $value }
bulk-what-assign-nobody = ne les attribuer à personne
bulk-what-label = ajouter l’étiquette { $value }
bulk-what-unlabel = retirer l’étiquette { $value }

outcomes-right-title = À quelle fréquence chaque détecteur a eu raison
outcomes-none = Aucun dossier n’a encore été clos.
outcomes-says = Parmi les dossiers clos où le détecteur s’est prononcé : la part de fraudes parmi ceux que quelqu’un a tranchés. L’intervalle contient la part réelle avec une probabilité de 95 %.
outcomes-fraud = Fraude
outcomes-legitimate = Légitime
outcomes-ignored = Non tranché
outcomes-right = Précision
outcomes-interval = Intervalle
outcomes-seen-title = Ce que le fournisseur a vu et ce que nous avons vu
outcomes-no-alert = Aucune alerte d’un fournisseur n’est encore arrivée ici.
outcomes-both = Les deux
outcomes-ours = Nous seuls
outcomes-theirs = Le fournisseur seul
outcomes-missed = Manqués par les deux, estimation
outcomes-chapman = L’estimation (de Chapman) ne vaut que dans la mesure où ceci est vrai :
outcomes-we-missed = Ce que nous avons manqué
outcomes-nothing-told = Rien de ce qu’un fournisseur nous a signalé.
outcomes-they-missed = Ce que le fournisseur a manqué
outcomes-nothing-seen = Rien de ce que nous avons vu.
outcomes-assumption-1 = Ce que voit le fournisseur ne dit rien de ce que nous voyons nous-mêmes. Là où les deux cherchent les mêmes pools listés, ce n’est pas vrai, et il en échappe plus qu’il n’est dit ici.
outcomes-assumption-2 = Chacun voit toutes les activités de minage aussi bien. Là où une partie se cache des deux, il en échappe davantage.
outcomes-assumption-3 = Est compté tout compte où le minage est probable et n’a pas été reconnu comme légitime.
outcomes-assumption-4 = Seuls sont comptés les clouds dont des alertes sont arrivées ici ; si elles n’arrivent que pour certains comptes, le fournisseur semble en manquer plus qu’il n’en manque en réalité.
outcomes-range = { $low } à { $high }
outcomes-no-bound = sans borne

detectors-counted = Compté sur les récits du recueil de cas, rejoués à chaque série de tests
detectors-measured = Mesuré le { $day }, sur des mondes simulés auxquels aucun poids n’a été ajusté, par
detectors-no-promise = Ce document dit aussi ce qui est manqué, et pourquoi. Ce n’est pas une promesse pour vos clients.
detectors-title = Détecteurs
detectors-says = Un dossier réunit ce que tous disent ; peu d’entre eux suffisent à eux seuls.
detectors-evidence = Indice
detectors-sees = Ce qu’il voit
detectors-lost = Dossiers perdus sans lui
detectors-doubtful = Qui ne sont plus probables
detectors-accuracy = Justesse des verdicts

indicators-says = { $count } pools connus et hôtes de logiciels de minage malveillants, au { $day }. Vos propres listes s’y superposent avec <code>--indicators</code>.
indicators-found = Résultats : { $count }
indicators-first = les { $count } premiers sont montrés
indicators-search = Nom, adresse, pool ou source
indicators-none = Rien sur la liste ne porte ce nom. Ne pas y figurer n’est pas un gage d’innocuité.
indicators-tier = Rang
indicators-pool = Pool
indicators-ports = Ports
indicators-seen = Vu

verdict-certain = Minage, presque certain
verdict-probable = Minage probable
verdict-possible = Minage possible
verdict-little = Peu d’indices de minage

status-active = actif
status-investigating = en cours d’enquête
status-resolved = clos
status-waiting = en attente
status-asleep = en veille
status-all = tous

reason-fraud = fraude
reason-legitimate = légitime
reason-ignore = sans suite

cost-per-day = { $amount } par jour

severity-every = toutes les gravités
severity-high = élevée
severity-medium = moyenne
severity-low = faible

cloud-every = tous les clouds

role-viewer = lecteur
role-analyst = analyste
role-approver = approbateur
role-admin = administrateur

notice-kind-case_opened = Minage probable
notice-kind-case_grew = Minage en hausse
notice-kind-case_reopened = De nouveau du minage
notice-kind-feed_silent = Une source se tait
notice-kind-deadline_near = Échéance proche
notice-kind-daily_summary = Résumé de la journée
notice-kind-test = Test
notice-kind-case_breached = Hors de son autorisation
notice-kind-authorisation_ends = Autorisation bientôt échue
notice-kind-customer_silent = Pas de réponse du client
notice-kind-other = Notification

delivery-delivered = arrivé
delivery-dead = abandonné
delivery-waiting = en route, prochaine tentative

party-customer = client
party-reseller = revendeur

signal-billing = factures
signal-compute = mesures de charge
signal-control_plane = journaux d’audit
signal-dns = requêtes DNS
signal-flow = flux réseau
signal-provider_alert = alertes du fournisseur
signal-runtime = événements d’exécution

mark-clock = horloge cachée
mark-name = nom
mark-origin = appelé depuis
mark-pool = pool
mark-principal = identité
mark-remote = hôte distant
mark-wallet = portefeuille
mark-resource = ressource

tier-a = un pool, selon plusieurs listes
tier-b = une liste spécialisée, ou des rapports sur des logiciels malveillants
tier-c = faible ou ancien
tier-m = distribue des logiciels de minage malveillants

fresh-fresh = confirmé cette année
fresh-maintained = dans une liste tenue à jour
fresh-stale = dans d’anciennes listes seulement

failed-400 = Demande incorrecte
failed-403 = Interdit
failed-404 = Introuvable
failed-409 = Conflit
failed-422 = Refusé
failed-429 = Trop de demandes
failed-other = Erreur
notice-kind-alert_status = État de l’alerte du fournisseur
notice-kind-indicator = Indicateur appris
queue-urgent = Un fournisseur attend une réponse
queue-all-urgent = Toutes, les plus urgentes d’abord
queue-most-urgent = La réponse la plus urgente d’abord
queue-answer-due = réponse attendue le
outcomes-before-alerts = { $count } terminés avant l’arrivée des alertes du fournisseur
outcomes-too-early = { $count } des { $days } derniers jours, pour lesquels elles peuvent encore venir
outcomes-besides = en outre
calibration-title = Poids accordé aux indices
calibration-proposal = { $miners } dossiers de fraude et { $innocents } légitimes suggèrent de ne compter que { $percent } du poids des indices (perte { $loss }). Rien ne change tout seul : faites essayer cette calibration sur les dossiers connus, puis activez-la.
calibration-try = L’essayer sur ce qui est connu
calibration-nothing = Les dossiers tranchés ne suggèrent rien : ils sont trop peu nombreux, aucune calibration ne serait meilleure, ou l’une d’elles est déjà activée.
calibration-line = Calibration { $number } ({ $percent })
calibration-asked = est à l’essai
calibration-was-tried = a été essayée
calibration-is-on = est activée
calibration-is-off = est désactivée
calibration-on = Activer
calibration-off = Désactiver
calibration-tried = Sur { $cases } dossiers, { $likelier } seraient plus probables et { $unlikelier } moins ; sur { $decided } tranchés, { $before } étaient bien jugés et { $after } le seraient.
calibration-crossed = de { $before } à { $after }
calibration-loss = { $after } au lieu de { $before }
learnt-title = Appris des alertes
learnt-says = Des pools que nomment les alertes de Microsoft sur un client et qui ne figurent sur aucune liste. Ils ne servent à aucun jugement avant que quelqu’un les approuve ; ils comptent alors pour tous les clients, jusqu’à leur échéance.
learnt-standing = État
learnt-accounts = Comptes
learnt-seen = Nommé en dernier (UTC)
learnt-decide = Décider
learnt-days = Jours
learnt-approve = Approuver
learnt-refuse = Refuser
learnt-withdraw = Retirer
learnt-list = La liste
learnt-proposed = proposé
learnt-used = utilisé jusqu’au { $until } UTC
learnt-over = expiré
learnt-refused = refusé
learnt-withdrawn = retiré

detector-says-address_without_name = l’empreinte d’un mineur, sans qu’aucun nom ait mené au serveur ; indice faible à lui seul
detector-says-block_pulse = l’empreinte d’un mineur suit les blocs d’une chaîne ; demande --blocks et des relevés d’une minute au plus
detector-says-flat_compute = une machine calcule à plein régime, de façon égale, des heures durant, presque sans données ; indice faible à lui seul
detector-says-fleet_pulse = les empreintes de mineurs de plusieurs machines partagent une horloge cachée ou un serveur
detector-says-hijack_sequence = quelqu’un a cherché de la capacité, créé beaucoup de machines et veillé à ce qu’elles restent
detector-says-miner_process = un mineur a été lancé ; indice d’autant plus net avec son pool et son portefeuille, quel que soit son nom
detector-says-pool_contact = un point de terminaison listé a été contacté ; indice d’autant plus net si son nom a été résolu avant
detector-says-pool_lookup = des noms de pools ont été demandés ; indice faible à lui seul
detector-says-provider_alert = les produits du fournisseur le disent ; exemples et tests ne comptent jamais
detector-says-sigma_rule = une règle Sigma de l’exploitant s’applique ; compte en entier seulement si elle nomme le minage
detector-says-spend_step = la dépense de calcul s’écarte d’un coup de son niveau habituel, égale jour et nuit, dans des régions ou sur des compteurs nouveaux
detector-says-stratum_profile = une connexion longue, à faible débit et dans les deux sens, a l’empreinte d’un mineur ; indice faible à lui seul
detectors-unmeasured = non mesuré
