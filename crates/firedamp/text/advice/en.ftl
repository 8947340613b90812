# What to do next, and the sentences of a case's article that have something to fill in.

advice-sample = Nothing to do: sample, simulated and test alerts count for nothing.
advice-little = Nothing to do; keep the logs flowing.
advice-confirm = Confirm with the customer before anything is stopped, and take a snapshot first: the judgement is heuristic ({ $percent }).
advice-alert = Open the alert in { $product } and see what { $resource } runs.
advice-console = the provider's console
advice-contact = Look at { $resource }: who made it, when, and which process talks with { $remote } on port { $port }.
advice-look = Look at { $resource }: who made it, when, and what it runs.
advice-hijack = Ask the owners of the principals that made machines in { $resource } whether these calls were theirs; if not, turn the principals and their keys off first.
advice-lookup = Look for what { $resource } talked with after its questions.
advice-flow = Turn on { $log }: they tell who talks with a pool, and for how long.
advice-dns = Turn on { $log }: they tell by which name an address was found.
advice-log =
    .vpc = VPC flow logs
    .vnet = virtual network flow logs
    .flow = flow logs
    .route53 = Route 53 Resolver query logs
    .azure-dns = DNS security policy logs
    .cloud-dns = Cloud DNS query logs
    .dns = DNS query logs

told-more = And { $count } more, under Evidence.
    .output = And { $count } more, which the JSON output holds.
told-day = { $day }
    .short = { $day }
told-minute = { $at }
told-span = { $first } to { $last } UTC ({ $length })
    .moment = { $first } UTC
    .never = at an unknown time
told-timeline = Timeline. { $rows }
    .row = { $detector } about { $resource }: { $when }
told-not-drawn = The { $drawn ->
        [one] strongest finding
        *[other] { $drawn-digits } strongest findings
    }; { $more ->
        [one] { $more-digits } more is not drawn.
        *[other] { $more-digits } more are not drawn.
    }
told-odds = 1 in { $odds }
    .percent = { $percent }
told-nats = { $sign }{ $nats }
told-spent = { $spent } spent, { $day } a day, { $forecast } by the end of the month
told-spent-estimated = { $spent } spent, { $day } a day, { $forecast } by the end of the month (estimated from list prices)
told-spent-refunded = { $charged } charged and all of it given back; at list prices { $spent } spent, { $day } a day, { $forecast } by the end of the month
told-absent = No { $signals } of this account were read; what was not seen counts neither way.
told-crowded = There were more conversations than are looked at: miners on no list may be missed.
told-absent-crowded = No { $signals } of this account were read; what was not seen counts neither way. There were more conversations than are looked at: miners on no list may be missed.

told-made = created { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .account = The account: created { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .moved = The account: moved { $when }{ $by }{ $through }{ $from }{ $mfa } ({ $operation })
    .never = at an unknown time
    .by = { " " }by { $who }
    .through = { " " }through { $application }
    .from = { " " }from { $address }
    .with-mfa = { " " }with MFA
    .without-mfa = { " " }without MFA
told-unmade = who created it is not known: { $why }
    .account = The account: who created it is not known: { $why }
