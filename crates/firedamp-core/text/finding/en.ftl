# What detectors say, and how the odds came about. Detectors' sentences begin small; pages make the first letter large.

found-no-name = no name that was asked for led to { $remote }, though this machine's questions are logged

found-pulse-minutes = for { $lasted } what { $server } port { $port } sent rose with the blocks of { $coin }: { $deviations } standard deviations above the same minutes at any other time
found-pulse-moments = for { $lasted } packets of { $server } port { $port } crowded behind the blocks of { $coin }: of { $packets } that were sampled { $soon } came within ten seconds of one, by chance { $chance } would

found-flat = { $what } at { $mean } % for { $lasted }, quartiles { $spread } points apart; { $network }, { $disk }
    .cpu = processors
    .gpu = a GPU
    .network = network { $rate } a minute
    .network-unknown = network not known
    .disk = disk { $rate } a minute
    .disk-unknown = disk not known

found-fleet-clock = its connection to { $server } port { $port } keeps the same hidden time as those of { $who }
found-fleet-server = { $who } { $others ->
        [one] talks
        *[other] talk
    } to { $server } port { $port } with a miner's footprint, too
found-fleet =
    .who = { $others ->
        [one] { $others-digits } other machine
        *[other] { $others-digits } other machines
    }{ $where }
    .accounts = { " " }in { $accounts } accounts

found-hijack = within { $within } { $who }: { $steps }{ $verdict }
    .routine = . The callers have long been there, so that it counts half
    .in-order = . Looking for room, making machines and keeping them came in this order
    .somebody = somebody
    .one-actor = one actor
found-sign-principal = a principal that was not seen before ({ $name }) came
found-sign-network = calls came from a network that was not seen before ({ $address })
found-sign-caller-unknown = whether the caller is new is not known
found-sign-foreign = a guest or delegated principal acted
found-sign-elevated = took rights over everything{ $operations }
found-sign-elevated-secret = took rights over everything{ $operations } and made a key or a principal soon after
found-sign-account-deployed = made or moved the account just before{ $operations }
found-sign-account-moved = moved the account elsewhere{ $operations }
found-sign-identities = made { $count ->
        [one] { $count-words } key, principal or grant
        *[other] { $count-words } keys, principals or grants
    }{ $operations }
found-sign-sweep = read quotas in { $regions ->
        [one] { $regions-words } region
        *[other] { $regions-words } regions
    } within minutes
found-sign-dry-runs = tried { $count ->
        [one] { $count-words } call
        *[other] { $count-words } calls
    } without effect
found-sign-raises = asked { $count ->
        [one] once
        *[other] { $count-words } times
    } for more quota
found-sign-refused = was refused machines in { $regions ->
        [one] { $regions-words } region
        *[other] { $regions-words } regions
    }
found-sign-enabled = switched { $count ->
        [one] { $count-words } service or region
        *[other] { $count-words } services or regions
    } on
found-sign-protected = protected { $count ->
        [one] { $count-words } fresh resource
        *[other] { $count-words } fresh resources
    } from removal
found-sign-blinded = removed logs, alerts, budgets or detectors{ $operations }
found-sign-door = opened a door for everybody{ $operations }
found-sign-scripts = ran scripts on { $count ->
        [one] { $count-words } machine
        *[other] { $count-words } machines
    }{ $where }
found-sign-large = made large or GPU machines ({ $size })
found-sign-large-new = made large or GPU machines of a family that was not used before ({ $size })
found-sign-fleet = asked for { $count ->
        [one] { $count-words } machine
        *[other] { $count-words } machines
    }{ $where }
found-sign-fleet-large = asked for { $count ->
        [one] { $count-words } large or GPU machine
        *[other] { $count-words } large or GPU machines
    }{ $where }
found-sign-spread = made compute of { $services ->
        [one] { $services-words } service
        *[other] { $services-words } services
    } in { $regions ->
        [one] { $regions-words } region
        *[other] { $regions-words } regions
    }
found-sign-surge = made { $count-words } in all, where none was made before
found-sign-surge-after = made { $count-words } in all, after { $before-words } on the busiest day before
found-sign-new-regions = went to { $regions ->
        [one] { $regions-words } region
        *[other] { $regions-words } regions
    } that the account did not use
found-sign-many-regions = went to { $regions ->
        [one] { $regions-words } region
        *[other] { $regions-words } regions
    }
found-sign-where = { " " }in { $regions ->
        [one] { $regions-words } region
        *[other] { $regions-words } regions
    }

found-miner-hints = hints of mining, by { $name }{ $told }{ $rule }
found-miner-runs = a miner runs: { $name }{ $told }{ $rule }
found-miner-looks = looks like a miner: { $name }{ $told }{ $rule }
found-miner-call = a call starts a miner: { $name }{ $told }{ $rule }
found-miner-attempt = a call that failed would have started a miner: { $name }{ $told }{ $rule }
found-miner =
    .pool-wallet = , told to mine at { $pool } for a wallet
    .pool = , told of { $pool }
    .wallet = , with a wallet among its words
    .rule = ; the sensor's rule: { $rule }

found-contact = { $did }{ $through }: { $why } ({ $pool }{ $freshness }, tier { $tier })
    .long = talked with { $endpoint } for { $run }, { $out } out and { $back } in a minute
    .brief = talked with { $endpoint } for { $run } so far, { $out } out and { $back } in a minute
    .visit = visited { $endpoint } for { $run }, as for a web page, { $out } out and { $back } in a minute
    .busy = exchanged more with { $endpoint } than miners do, { $out } out and { $back } in a minute
    .one-way = called { $endpoint } without an answer
    .rejected = called { $endpoint }; a firewall dropped it
    .long-uncounted = reached for { $endpoint } again and again for { $run }
    .brief-uncounted = reached for { $endpoint }
    .answered = the address that { $name } was resolved to at { $at }
    .endpoint = a listed address and port
    .name = a listed name
    .address = a listed address, on another port than the list has
    .pool = { $pool },{ " " }
    .fresh = fresh
    .maintained = maintained
    .stale = stale
    .through = , through { $devices }

found-lookup = { $names ->
        [one] asked for { $first }
        *[other] asked for { $names-digits } pool names, { $first } among them
    }{ $often }{ $blocked }
    .often = , { $questions } times
    .blocked = ; a DNS firewall stopped it

found-alert = { $products }: { $title } ({ $kind })
    .sample = sample, simulated or test alert, worth nothing: { $products }: { $title } ({ $kind })
    .dismissed = dismissed by a person: { $products }: { $title } ({ $kind })
    .over = over, says the product: { $products }: { $title } ({ $kind })

found-rule-call = a call met your rule: { $title }{ $more }
found-rule-program = a program met your rule: { $title }{ $more }
found-rule-more = { " " }and { $more } more

found-step = Compute went from { $before } to { $level } dollars a day (list prices) on { $day } and stayed for { $days ->
        [one] one day
        *[other] { $days-digits } days
    }{ $flat }{ $places }
    .flat = , flat day and night
    .meters = { $meters ->
        [one] , on a meter new to the account
        *[other] , on { $meters-digits } meters new to the account
    }
    .regions = { $regions ->
        [one] , in a region new to the account ({ $names })
        *[other] , in { $regions-digits } regions new to the account ({ $names })
    }

found-profile = { $who }talked to { $server } port { $port } for { $lasted } with the footprint of { $coin } mining: { $up } bytes a minute out, { $down } in, as of { $shares } shares a minute
    .who = { $machines } machines in turn{ " " }

found-daily = { $said }; the audit log tells who made the machines, and shows daily work
found-alibi = { $said }; but in { $lasted } the processors did not work as a miner's do

point-prior = before any evidence: one resource in ten thousand mines
point-strongest = { $group }: { $said }
point-more = { $group }: { $count } more, in part
point-most = { $group }: no more than this group can say
point-running = bills and metrics tell of the same work: the weaker counts in part
point-made = bills and audit logs tell of the same machines: the weaker counts in part
point-tuned = bills, metrics and a machine’s tuning tell of the same work: the weaker counts in part
point-traffic = names and flows tell of the same packets: capped together
point-calibration = calibration: { $percent } % of the evidence counts
point-group-billing = billing
point-group-compute = compute
point-group-control-plane = control_plane
point-group-dns = dns
point-group-fleet = fleet
point-group-network = network
point-group-provider-alert = provider_alert
point-group-runtime = runtime

origin-too-many = more was made than Firedamp keeps the makers of
origin-no-log = no audit log of this account was read
origin-older = older than the audit log that was read, which begins { $begins }
origin-unnamed = the audit log does not name it
