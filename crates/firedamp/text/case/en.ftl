# What the page of a case says.

word-nobody = nobody

case-opened = Opened
case-sleeps-until = Sleeps until
case-portal = Open in the provider’s portal
case-sections = Sections of this case
case-sleep-days = Sleep for so many days
case-take = Take it
case-wake = Wake
case-resolve-as = Resolve as
case-as-fraud = fraud, cleaned up
case-as-legitimate = legitimate
case-as-ignore = not worth more work
case-resolve = Resolve
case-sleep = Sleep
case-section-summary = Summary
case-section-evidence = Evidence
case-section-usage = Traffic and spend
case-section-related = Related
case-section-standing = Customer
case-section-letters = Letters
case-section-authorisations = Authorisations
case-section-checklist = Checklist
case-section-cleanup = Clean-up
case-section-money = Money back
case-section-log = Log

rules-mining = Mining is
rules-users = The rule also binds those who use the service through the customer.
rules-disputed = Sources differ; the strictest counts until you have read the present terms.
rules-if = if
rules-title = What the provider allows
rules-when = By when
rules-pending = { $rule } from the subscription’s renewal on, at the latest from { $day }
rules-advice-microsoft = A customer’s word is not enough: ask for Microsoft’s written approval, and whom and what it covers.
rules-advice-approval = A customer’s word is not enough: ask for the provider’s written approval.
rules-advice-banned = A customer’s word changes nothing here.
rules-advice-paid = Ask the customer, and look who pays: credits and free tiers are not for mining.
rules-advice-unknown = Ask the customer, and read the provider’s present terms: what is not known is no permission.
rules-source = { $source }; confidence { $confidence }
rules-source-since = { $source }, in force by { $day }; confidence { $confidence }
rules-due-answer = answer the provider’s notice, if there is one
rules-due-credit = ask for the money back
rules-over = over
rules-hours-left = { $hours ->
        [one] { $hours } hour left
        *[other] { $hours } hours left
    }
rules-days-left = { $days ->
        [one] { $days } day left
        *[other] { $days } days left
    }
rules-claim-azure = Alerts are to be answered within a day. A one-time credit for each tenant is asked for by a ticket within 60 days of the first fraudulent use, and covers 30 days at most.
rules-claim-aws = An abuse notice is answered within five days.
rules-claim-gcp = Credits for misuse are asked for within 30 days, and best practices must have been in place.

evidence-sample = a sample or test, shown and worth nothing
evidence-records = Raw records
evidence-record = record { $number }
evidence-more-records = and { $count } more
evidence-more = And { $count } more, which the API has.
evidence-none = The last judgement holds no finding.
evidence-facts = Facts
evidence-group-billing = billing
evidence-group-compute = load
evidence-group-control_plane = control plane
evidence-group-dns = DNS
evidence-group-fleet = fleet
evidence-group-network = network
evidence-group-provider_alert = provider alert
evidence-group-runtime = runtime
evidence-when = { $first } to { $last } UTC
evidence-weight-most = over 100,000 times likelier from a miner
evidence-weight-times = about { $times } times likelier from a miner
evidence-weight-little = a little likelier from a miner
evidence-weight-less = likelier from somebody else
evidence-weight-none = counts for nothing

record-back = The evidence of case { $number }
record-title = Record { $number }
record-object = Of the object
record-hash = Content hash
record-as-written = As it was written, without what is named like a secret; JSON is spread out.
record-forgotten = The object is forgotten: telemetry is kept for some days only.
record-changed = Another object lies where it was.
record-too-large = The object is too large to be read for one record.
record-no-text = Records of this kind of object have no text, such as rows of Parquet.
record-gone = The object is not where it was read.

related-elsewhere = { $cases ->
        [one] { $cases } case of another customer shares something, too.
        *[other] { $cases } cases of other customers share something, too.
    }
related-title = Cases that share something with this one
related-none = No other case names a pool, remote, name, principal, clock or wallet that this one names.

letters-asked = asked by
letters-due = an answer is due by
letters-answer = Answer
letters-draft = A draft in their language, about their own account alone. Read it, change it, then send it.
letters-no-mail = No mail address of theirs is known, so it can only be copied.
letters-to = It goes to
letters-due-new = An answer is due by
letters-body = Letter
letters-by = by { $way }
letters-title = The customer
letters-nobody = Nobody has asked the customer yet.
letters-over = no answer in time
letters-letter = The letter
letters-is-theirs = it is theirs
letters-is-not-theirs = it is not theirs
letters-neither = neither yes nor no
letters-who = Who answered
letters-what = What they said
letters-write-down = Write it down
letters-ask-title = Ask the customer
letters-subject = Subject
letters-send = Send it
letters-myself = myself: I copied it
letters-ask = Ask
letters-copied = copied by hand
letters-not-sent = not sent: { $why }
letters-tried-again = tried again soon: { $why }
letters-said-ours = It is theirs
letters-said-not_ours = It is not theirs
letters-said-unclear = Neither yes nor no
letters-noted = { $who }; written down by { $noted }

authorised-within = All of it is authorised: the case is legitimate by record. Without that it would stand open with a probability of { $percent }; the findings are those of the summary.
authorised-if-yes = If the customer says “yes, it is us”:
authorised-none = None is on file for this account.
authorised-not-covered = The case is not covered.

checklist-taken = { $done } of { $all } steps taken.
checklist-steps = Steps taken
checklist-part = { $done } of { $all }
checklist-title = Checklist
checklist-seed = from the provider’s notice
checklist-commands = Commands
checklist-note = Note
checklist-done = Done
checklist-found = Found something
checklist-nothing = Nothing to do
checklist-back = Take back
checklist-mark-done = done
checklist-mark-found = something was found
checklist-mark-not_applicable = nothing to do here

log-title = What happened
log-comment = Comment
log-kind-opened = opened
log-kind-reopened = reopened
log-kind-resolved = resolved
log-kind-status = status
log-kind-assigned = assigned
log-kind-labelled = labelled
log-kind-unlabelled = unlabelled
log-kind-comment = comment
log-kind-snoozed = snoozed
log-kind-authorised = authorised
log-kind-authorisation = authorisation
log-kind-asked-the-customer = asked the customer
log-kind-the-customer-answered = the customer answered
log-kind-reminded = reminded
log-kind-step = step
log-kind-step-taken-back = step taken back
log-kind-cleaned = cleaned
log-kind-request = request
log-kind-cleanup-asked = clean-up asked for
log-kind-cleanup-tried = clean-up tried dry
log-kind-cleanup-approved = clean-up approved
log-kind-cleanup-withdrawn = clean-up withdrawn
log-kind-cleanup-step = clean-up step
log-kind-cleanup-done = clean-up done
log-kind-cleanup-stopped = clean-up stopped

standing-none = No customer is named for this account.
standing-good = good
standing-doubtful = doubtful
standing-bad = bad
standing-not_known = not known
standing-part-validation = validation
standing-part-subscription = subscription
standing-part-overdue_days = overdue days
standing-part-trial = trial
standing-part-suspension = suspension
standing-part-credits = credits
standing-part-free_tier = free tier
standing-part-budget = budget
standing-part-created = created
standing-part-china = china
standing-part-owed = owed
standing-of = { $part } of { $account }

posture-bad = not so: mend this
posture-contradicted = sources contradict each other
posture-unknown = not known
posture-good = so
posture-check-mfa_admins = Every administrator has a second factor
posture-check-mfa_enforced = A second factor is asked for at every sign-in of an administrator
posture-check-delegated_admins = Nobody has delegated administration who does not need it
posture-check-log_control_plane = The audit log is kept where an attacker can’t delete it
posture-check-log_network = Flow logs are on
posture-check-log_dns = DNS logs are on
posture-check-alerts = The provider’s own alerts are on, and somebody gets them
posture-check-budgets = A budget with an alert is set
posture-check-quotas = Quotas are no higher than what is used
posture-check-old_keys = No long-lived key is older than ninety days
posture-check-locks = Locks protect the logs and what must not be deleted

article-observed = Observed
article-now = Now
article-severity = Severity
article-cost = Cost
article-next = Next
article-why = Why
article-when = When
article-resources = Resources
article-where = Where
article-reckoning = The reckoning
article-coverage = Coverage
article-resource = Resource
article-probability = Probability
article-first = First (UTC)
article-last = Last (UTC)
article-point = Point
article-nats = Nats
article-so-far = So far
article-odds = Odds
article-running = still running when the telemetry ends
article-not-running = not seen running at the end
article-portal = Open in the provider’s portal:
article-suspects = No resource reaches 50 % by itself. The findings are about:
article-bar = A bar runs from where the odds stood to where the point left them; the line marks even odds.
rules-due-notice = answer, as its notice says ({ $source })
case-judged-under = Judged under
