# The frame of a scan's report as a page, and what was read for it.

report-kicker = Firedamp report
report-unjudged = Nothing was judged
report-silent = No detector says anything about any account
report-none = No account reaches a probability of { $percent }
report-unlikely = No account is probably mining
report-likely = { $likely ->
        [one] One account is probably mining
        *[other] { $likely-digits } accounts are probably mining
    }
report-looked = Looked for cryptocurrency mining in { $window }.
report-window-all = all the telemetry that was given
report-window-until = the telemetry until { $last } UTC
report-window-since = the telemetry since { $first } UTC
report-window-between = the telemetry from { $span }
report-written = Written
report-cases = Cases
report-order = Cases, the largest expected loss first
report-account = Account
report-verdict = Verdict
report-since = Since (UTC)
report-how-title = How to read this
report-how = The judgement is heuristic and comes with its probability; no report is proof. Before any evidence, one resource in ten thousand mines. Each point of the reckoning multiplies the odds; it is written in nats, the natural logarithm of that factor (+2.3 nats are ten times the odds). Of each kind of evidence the strongest point counts whole, the others in part and up to a limit. What was not read counts neither for nor against anybody.
report-read = What was read
report-only-reads = Firedamp only reads: it contacts no pool and changes nothing.

scan-read = read { $objects }{ $asides }, { $bytes } and { $records }, { $rejected } rejected, in { $seconds } s: { $rate } records/s
scan-objects = { $count ->
        [one] { $written } object
        *[other] { $written } objects
    }
scan-records = { $count ->
        [one] { $written } record
        *[other] { $written } records
    }
scan-outside = { $count } of them outside --since/--now
scan-twice = { $count } delivered twice
scan-foreign = { $count } not telemetry
scan-formats = formats: { $formats }
scan-format = { $format } ({ $objects }, { $records })
scan-rejected = rejected: { $reasons }
scan-lost = { $account }: the source lost records between { $first } and { $last }
scan-pause = { $account }: no { $signal } records from { $from } to { $to }
scan-pause-twice = { $account }: no { $signal } records from { $from } to { $to } and once more
scan-pause-often = { $account }: no { $signal } records from { $from } to { $to } and { $more } times more
scan-crowded = { $account }: more conversations than are looked at; miners on no list may be missed
scan-absent = no { $signals } telemetry of { $accounts }
scan-absent-many = no { $signals } telemetry of { $accounts } and { $more } more
scan-listed = { $name }: { $formats }
scan-listed-empty = { $name }: empty
scan-listed-foreign = { $name }: not telemetry that Firedamp reads
scan-listed-same = { $name }: the same content as another object
scan-listed-unreadable = { $name }: could not be read: { $why }
scan-excerpt = { $name } record { $record }: { $reason }: { $text }
scan-mark-warning = warning:
scan-mark-rejected = rejected:
scan-mark-coverage = coverage:
scan-more = { $count } more (--verbose shows them)
scan-blocks-until = { $hours ->
        [one] blocks of { $coin } end at { $end }; an hour of traffic after that is not held against them: { $accounts }
        *[other] blocks of { $coin } end at { $end }; up to { $hours-digits } hours of traffic after that are not held against them: { $accounts }
    }
scan-blocks-from = { $hours ->
        [one] blocks of { $coin } begin at { $end }; an hour of traffic before that is not held against them: { $accounts }
        *[other] blocks of { $coin } begin at { $end }; up to { $hours-digits } hours of traffic before that are not held against them: { $accounts }
    }
scan-doubt-foreign = nothing of it is telemetry that Firedamp reads
scan-doubt-rejected = { $rejected-digits } of { $records-digits } records were rejected
scan-doubt-outside = no record lies between --since and --now

table-unjudged = Nothing was judged: nothing of it is telemetry that Firedamp reads.
table-silent = No case: no detector says anything about any account.
table-none = No case: no account reaches a probability of { $percent }. Weaker signs are shown with --all.
table-looked = Looked at: { $note }
table-when = when
table-severity = severity
table-where = where
table-why = why
table-blind = blind
table-next = next
table-open = open
table-suspects = { $names }; none reaches 50 % by itself
table-suspects-many = { $names } and { $more } more; none reaches 50 % by itself
table-more-resources = { $count ->
        [one] and one more resource
        *[other] and { $count-digits } more resources
    }
table-more-findings = { $count ->
        [one] and one more finding
        *[other] and { $count-digits } more findings
    }

explain-head = { $when }, { $activity }; severity { $severity }
explain-also = { $when }, also { $aliases }
explain-account = The account
explain-findings = The findings
explain-absent = What was not seen
explain-changes = What would change the verdict
explain-next = What to do next
explain-all-there = Every kind of telemetry that Firedamp reads was there.
explain-nats = nats
explain-probability = probability
explain-sum = in sum
explain-whole-none = { $percent }; no resource is likely enough to be named.
explain-whole-one = { $percent }, as its one resource.
explain-whole-likeliest = { $percent }, as the likeliest of its { $all } resources; the others add nothing.
explain-whole-several = { $percent }, from the { $count } likeliest of its { $all } resources: 1 − Π(1 − p)^(1/√{ $count }), damped because resources of one account are not independent.
explain-about = { $detector }, { $group } evidence about { $resource }, { $when }
explain-about-roughly = { $detector }, { $group } evidence about { $resource }, { $when }, approximate: a bound was reached
explain-record = record { $record } of object { $object }{ $path }
explain-more = and { $more } more
explain-without = Were its { $group } points worth nothing, { $resource } would be at { $likelihood }.
explain-missing = With { $nats } nats more, { $resource } would be at { $percent }: “{ $verdict }”.
explain-nothing = Nothing that Firedamp knows of.
explain-tells-billing = Bills would tell what it costs, and whether spending stepped up.
explain-tells-compute = Load metrics would tell whether it works flat out, day and night.
explain-tells-audit = Audit logs would tell who made the resources, when and from where.
explain-tells-dns = DNS questions would tell by which name an address was found.
explain-tells-flow = Network flows would tell who talked with a pool, and for how long.
explain-tells-runtime = Runtime events would tell which program ran, and with what arguments.
explain-tells-alert = Provider alerts would be evidence of another kind, and independent of the rest.
