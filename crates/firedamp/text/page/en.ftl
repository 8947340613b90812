# What pages say.

nav-notices = Notices
nav-unread = unread
nav-skip = Skip to the content
nav-pages = Pages
nav-outcomes = Outcomes
nav-sources = Sources
nav-settings = Settings
nav-people = People
nav-search-label = Search accounts, customers, resources, addresses and labels
nav-search = Search
nav-sign-out = Sign out
nav-about = About this desk
nav-detectors = Detectors and their accuracy
nav-indicators = Indicators

page-language = en

mark-colon = :
mark-semicolon = ;

word-cases = Cases
word-customers = Customers
word-authorisations = Authorisations
word-all-cases = All cases
word-sign-in = Sign in
word-name = Name
word-new-password = New password
word-new-password-again = New password again
word-status = Status
word-person = Person
word-show = Show
word-customer-id = Customer’s id
word-label = Label
word-account = Account
word-person-or-label = Person or label
word-assign = Assign
word-add-label = Add label
word-remove-label = Remove label
word-open-again = Open again
word-investigate = Investigate
word-customer = Customer
word-coverage = Coverage
word-none = none
word-all-customers = All customers
word-case = Case
word-usage = Usage
word-from = From (UTC)
word-until = Until (UTC)
word-newest = Newest record (UTC)
word-propose = Propose an authorisation
word-every-customer = every customer
word-role = Role
word-sees = Sees
word-language = Language
word-end = End
word-never = never
word-accounts = Accounts
word-state = State
word-error = Last error
word-scope = Scope
word-detector = Detector
word-not-known = not known

sign-in-key = An administrator gave you a key?
sign-in-choose = Choose a password
sign-in-password = Password
sign-in-with-token = With a token
sign-in-token = Token
sign-in-token-where = The administrator’s token was printed when this desk was started for the first time.
sign-in-no-password = Name and password do not belong together.
sign-in-no-token = Nobody holds this token.

password-rule = { $letters } letters or more. A few words that only you would put together do well.
password-key = Key, from an administrator
password-do = Choose it and sign in

queue-choose = Choose case { $number }
queue-choose-all = Choose all on this page
queue-all = not these alone: all { $cases } that the filter finds
queue-all-first = not these alone: the first { $cases } that the filter finds
queue-done = { $cases ->
        [one] Done to 1 case.
        *[other] Done to { $cases } cases.
    }
queue-running = still running when the telemetry ends
queue-asleep = { $cases ->
        [one] 1 sleeps
        *[other] { $cases } sleep
    }
queue-nothing-yet = No telemetry has arrived yet. Put files into a watched folder, or push them to <code>/api/v1/telemetry</code>.
queue-none = No case is like that.
queue-read = Read: { $objects ->
        [one] { $objects } object
        *[other] { $objects } objects
    } with { $records ->
        [one] { $records } record
        *[other] { $records } records
    } of { $accounts ->
        [one] { $accounts } account
        *[other] { $accounts } accounts
    }.
queue-open = { $cases ->
        [one] { $cases } open case.
        *[other] { $cases } open cases.
    }
queue-rejects = { $records ->
        [one] { $records } record was not readable.
        *[other] { $records } records were not readable.
    }
queue-warnings = { $objects ->
        [one] { $objects } object has a warning.
        *[other] { $objects } objects have a warning.
    }
queue-account-or-customer = Account or customer
queue-more-filters = More filters
queue-severity = Severity
queue-cloud = Cloud
queue-opened-since = Opened since
queue-largest = The largest expected loss first
queue-chosen = Chosen
queue-verdict = Verdict
queue-cost = Cost
queue-seen = Seen (UTC)
queue-with-chosen = With the chosen cases
queue-take = Take them
queue-resolve-fraud = Resolve as fraud
queue-resolve-legitimate = as legitimate
queue-resolve-ignore = as not worth more work
queue-sleep = Sleep a week
queue-next = More cases
queue-live = { $seconds ->
        [one] This view is shown anew every second.
        *[other] This view is shown anew every { $seconds } seconds.
    }
queue-still = Let it stand still to act on several cases
queue-keep = Keep this view up to date

case-in = in
case-labels = Labels
case-actions = Actions

usage-too-much = More objects tell of this account than are joined for a page.
usage-nothing = The telemetry that is kept tells of no long conversation and no spend on compute.
usage-alike = Compute runs day and night alike.
usage-busiest = Compute is busiest at { $hour }:00 UTC; the quietest hour has { $share } of that.

account-nobody = nobody is named
account-name-customer = How customers are named
account-arrived = Telemetry arrived
account-newest = Newest record
account-history = History
account-notices = The provider wrote of a hijack
account-notices-says = These mails do not name mining, and nobody verified who wrote them: they make no case by themselves, and count a little beside signs of a hijack in the audit log. Answer them in time.
account-below = all below
account-rule = { $letters } letters or more. Your other sessions end.
account-this = this one
account-session-from = the session from { $address }
account-by-token = You came in with a token. It has no password and no language; <code>firedamp user add</code> or the page <a href="/users">People</a> make you a user who has.
account-title = Your account
account-written-in = What you are written in
account-keep = Keep
account-present-password = Present password
account-change-password = Change the password
account-where = Where you are signed in
account-since = Since (UTC)
account-last-used = Last used (UTC)
account-from = From
account-with = With
account-start = From
account-end = Until
account-changed = Your password is changed. Your other sessions are ended.

coverage-none = No telemetry of this account is kept.
coverage-telemetry = Telemetry
coverage-hours = Hours
coverage-silent = Silent
coverage-crowded = Crowded:
coverage-crowded-says = { $signal } held more conversations than are looked at. Miners on no list may be missed.
coverage-twice = Billed in two exports:
coverage-twice-says = days told of by both: { $days }. On these only the finer one counts.
coverage-blocks = Not held against blocks:
coverage-blocks-until = blocks of { $coin } end at { $end }. Hours of traffic after that: { $hours }.
coverage-blocks-from = blocks of { $coin } begin at { $end }. Hours of traffic before that: { $hours }.

plot-most = at most { $most }
plot-moment = the line marks { $time } UTC, the first sign of mining
plot-more = And { $count } more.
plot-table = As a table
plot-value = Value
plot-by-minute = Traffic by the minute, long conversations
plot-by-hour = Traffic by the hour, long conversations
plot-spend = Spend on compute by the day
plot-list-prices = Compute by the day, at list prices
plot-a-minute = { $amount } a minute
plot-an-hour = { $amount } an hour
plot-words = { $title } from { $first } to { $last } UTC, at most { $most }

standing-title = Standing
standing-contradicted = another source says otherwise
standing-unknown = Nobody says anything of: { $parts }.

posture-title = How well it is guarded
posture-order = What to mend first comes first. What nobody says is not known.

customer-case = Case { $number }
customer-reseller = Reseller
customer-answers-for = Answers for
customer-open-cases = Open cases
customer-all-cases = All their cases, also those that are resolved
customer-no-account = No account is named for them.
customer-telemetry-until = Telemetry last arrived (UTC)
customer-id = Id
customer-contact = Contact
customer-mail = Mail
customer-phone = Phone
customer-zone = Time zone
customer-no-case = none
customer-nobodys = Accounts of nobody

customers-of = of
customers-is-a = Is a
customers-loss = Expected loss a month
customers-unassigned = { $accounts ->
        [one] { $accounts } account of nobody
        *[other] { $accounts } accounts of nobody
    }
customers-unassigned-says = telemetry tells of them, but no customer is named for them.
customers-none-yet = No customer is known yet. <code>firedamp customers import</code> reads them from a table or from Partner Center’s answers.
customers-none = No customer is called like that.
customers-name-or-id = Name or id
customers-next = More customers

notices-all-read = Everything was read.
notices-none = Nobody had to be told anything yet.
notices-is-unread = unread
notices-all = All
notices-unread = Unread
notices-sent = What was sent to whom
notices-older = Older notices

deliveries-none = Nothing was sent to anybody yet. Receivers are named in the file that <code>firedamp serve --notify</code> is given.
deliveries-title = Deliveries
deliveries-to = To
deliveries-notice = Notice
deliveries-attempts = Attempts
deliveries-at = At (UTC)
deliveries-retry = Try again

search-title = What begins with
search-none = Nothing is called like that: no account, customer, resource, address, name, principal or label.
search-in-cases = In cases

sources-none = No bucket, queue or pull is set up. Buckets are watched with <code>firedamp serve --watch s3://bucket/prefix</code>.
sources-more = And { $count } more, in the API.
sources-buckets = Buckets, queues and pulls
sources-source = Source
sources-asked = Asked (UTC)
sources-answered = Answered (UTC)
sources-gave = Gave
sources-wrong = What is wrong
sources-heard-title = Who is heard
sources-nobody = No account was heard yet.
sources-blocks = Blocks of chains
sources-blocks-says = Files of <code>--blocks</code>, read again whenever they change. Traffic after the last block is not held against a coin.
sources-coin = Coin
sources-file = File
sources-blocks-known = Blocks
sources-last-block = Last block (UTC)
sources-unreadable = What could not be read
sources-all-read = Every record was read.
sources-object = Object
sources-read-at = Read (UTC)
sources-records = Records
sources-rejects = Not readable
sources-reason = { $records ->
        [one] { $records } record:
        *[other] { $records } records:
    }
sources-first = (first: record { $record })
sources-through = Through
sources-last-heard = Last heard (UTC)
sources-usually = Usually every
sources-silent = Silent since (UTC)
sources-minutes = { $count } min
sources-hours = { $count } h
sources-days = { $count } days

settings-keep = { $days ->
        [one] { $days } day
        *[other] { $days } days
    }
settings-nothing = nothing
settings-book = The receivers stand in
settings-changed = The file was changed since the desk was started; it counts after a restart.
settings-wrong = The desk would not start with it as it is now:
settings-nobody = Nobody is told. Receivers are named in the file that <code>firedamp serve --notify</code> is given.
settings-send-test = Send a test
settings-to = to { $name }
settings-version = Version
settings-data = Data folder
settings-kept = Telemetry is kept
settings-watched = Watched
settings-told = Who is told
settings-receiver = Receiver
settings-channel = Channel
settings-told-of = Told of
settings-wishes = Wishes
settings-last = Last deliveries (UTC)
settings-test = Test
settings-all = All deliveries
settings-files = { $files ->
        [one] { $files } file
        *[other] { $files } files
    }
settings-and-more = , and more
settings-wish-quiet = quiet { $hours } ({ $zone })
settings-wish-summary = summary at { $time } ({ $zone })
settings-wish-hourly = { $messages ->
        [one] { $messages } message an hour at most
        *[other] { $messages } messages an hour at most
    }
settings-wish-patience = { $minutes ->
        [one] after { $minutes } minute if nobody takes it up
        *[other] after { $minutes } minutes if nobody takes it up
    }
settings-partner = The partner
settings-partner-says = Support requests, fraud events and evidence packs name it. Leave empty what nobody is to read.
settings-partner-tenant = Tenant at Microsoft (GUID)
settings-partner-name = Name of the partner
settings-partner-contact = Contact
settings-partner-mail = Contact’s mail
settings-partner-phone = Contact’s telephone
settings-partner-keep = Keep
settings-turns = turns of { $names }
settings-turn = now { $name }

users-token-of = The token of
users-once = shown this once.
users-key-of = The key of
users-key-for = With it a password is chosen at <code>/password</code>, within 24 hours.
users-role-of = Role of { $name }
users-enable = Let in
users-disable = Keep out
users-no-end = no end
users-over = over
users-token-named = the token of { $name }
users-title = People and tokens
users-nobody = Nobody has a password yet.
users-last-seen = Last seen (UTC)
users-change = Change
users-set = Set
users-let-in = Let a person in
users-tokens = Tokens of programs
users-no-token = There is no token.
users-made = Made (UTC)
users-days = Days
users-make-token = Make a token
users-kept-out = kept out
users-may-choose = may choose another password
users-comes-in = comes in
users-no-password = has no password yet

authorisation-title = Authorisation { $number }
authorisation-all = All authorisations
authorisation-document = Document (SHA-256)
authorisation-own = You proposed it, so somebody else approves it.
authorisation-approve = Approve
authorisation-decline = Decline
authorisation-withdraw = Withdraw
authorisation-file = Document
authorisation-hours-to = to
authorisation-form-says = Somebody else approves it. Where a list is left empty, everything of its kind is in scope; write one name a line.
authorisation-asked-by = Asked for by
authorisation-approved-by = Approved at the customer by
authorisation-purpose = Purpose
authorisation-purpose-research = security research and testing
authorisation-purpose-business = business
authorisation-purpose-other = something else
authorisation-covers = Covers
authorisation-covers-customer = the customer
authorisation-covers-users = the customer, and those who use the service through it
authorisation-provider = The provider’s written approval
authorisation-reference = Reference
authorisation-resources = Resources
authorisation-pools = Pools
authorisation-wallets = Wallets
authorisation-limits = Limits
authorisation-usd = US dollars a day at most
authorisation-regions = Regions
authorisation-hours-from = Hours (UTC) from
authorisation-until-excluded = Until (UTC, not included)
authorisation-propose = Propose
authorisation-number = Number
authorisation-state-proposed = waits for approval
authorisation-state-approved = approved
authorisation-state-declined = declined
authorisation-state-withdrawn = withdrawn
authorisation-scope-account = account { $name }
authorisation-scope-resource = resource { $name }
authorisation-scope-pool = pool { $name }
authorisation-scope-wallet = wallet { $name }
authorisation-scope-all = everything of the customer
authorisation-spend-most = Spend at most
authorisation-hours-limit = Hours
authorisation-hours-value = { $from } to { $to } o’clock UTC
authorisation-providers = Provider’s approval
authorisation-proposed-by = Proposed by
authorisation-decided-by = Approved by
authorisation-declined-by = Declined by
authorisation-withdrawn-by = Withdrawn by

authorisations-says = A case that lies wholly within approved authorisations is legitimate by record. What leaves their scope, limits or term opens it again.
authorisations-none = None is on file.

bulk-done = { $cases ->
        [0] Done to no case
        [one] Done to { $cases } case, not to all
        *[other] Done to { $cases } cases, not to all
    }
bulk-back = Back to the queue
bulk-title = Not done everywhere
bulk-all-title = All that the filter finds
bulk-all-count = { $cases ->
        [one] The filter finds { $cases } case.
        *[other] The filter finds { $cases } cases.
    }
bulk-all-what = To be done:
bulk-all-more = { $cases ->
        [one] It finds more than that; this is done to { $cases } case at once.
        *[other] It finds more than that; this is done to { $cases } cases at once, the first in the order of the queue. Do it again for the rest.
    }
bulk-all-rules = Each is held against the same rules as by itself, and gets its own entry in its log. What is refused is told afterwards, with the reason.
bulk-all-first = The first of them
bulk-all-others = { $cases ->
        [one] And { $cases } more.
        *[other] And { $cases } more.
    }
bulk-all-do = { $cases ->
        [one] Do it to { $cases } case
        *[other] Do it to { $cases } cases
    }
bulk-all-done = { $cases ->
        [0] Done to no case
        [one] Done to { $cases } case
        *[other] Done to { $cases } cases
    }
bulk-all-unchanged = { $cases ->
        [one] { $cases } case was so already, and nothing was written down.
        *[other] { $cases } cases were so already, and nothing was written down.
    }
bulk-all-gone = { $cases ->
        [one] { $cases } case was left as it is: the filter does not find it any more.
        *[other] { $cases } cases were left as they are: the filter does not find them any more.
    }
bulk-all-refused = Refused
bulk-all-cases = { $cases ->
        [one] { $cases } case
        *[other] { $cases } cases
    }
bulk-what-take = take them
bulk-what-investigate = investigate them
bulk-what-resolve = resolve them: { $value }
bulk-what-snooze = let them sleep, days: { $value }
bulk-what-reopen = open them again
bulk-what-assign = assign them to { $value }
bulk-what-assign-nobody = assign them to nobody
bulk-what-label = add the label { $value }
bulk-what-unlabel = remove the label { $value }

outcomes-right-title = How often each detector was right
outcomes-none = No case was resolved yet.
outcomes-says = Of the resolved cases in which it spoke: the share that was fraud, among those that somebody decided. The interval holds the true share with a probability of 95 %.
outcomes-fraud = Fraud
outcomes-legitimate = Legitimate
outcomes-ignored = Not decided
outcomes-right = Right
outcomes-interval = Interval
outcomes-seen-title = What the provider saw and what we saw
outcomes-no-alert = No provider's alert has reached this desk yet.
outcomes-both = Both
outcomes-ours = We alone
outcomes-theirs = The provider alone
outcomes-missed = Missed by both, estimated
outcomes-chapman = The estimate (Chapman's) holds only as far as this does:
outcomes-we-missed = What we missed
outcomes-nothing-told = Nothing that a provider told us of.
outcomes-they-missed = What the provider missed
outcomes-nothing-seen = Nothing that we saw.
outcomes-assumption-1 = What the provider sees says nothing of whether we see it too. Where both look for the same listed pools this does not hold, and more is missed than is said here.
outcomes-assumption-2 = All mining is equally well seen by each. Where some of it hides from both, more is missed.
outcomes-assumption-3 = An account counts that probably mines and was not found to be legitimate.
outcomes-assumption-4 = Only clouds count whose alerts have reached this desk; where alerts reach it of some accounts alone, the provider seems to miss more than it does.
outcomes-range = { $low } to { $high }
outcomes-no-bound = no bound

detectors-counted = Counted over the stories of the casebook, which every test run plays again
detectors-measured = Measured on { $day }, on made-up worlds that no weight was fitted to, by
detectors-no-promise = That document also says what is missed and why. They are no promise about your customers.
detectors-title = Detectors
detectors-says = A case joins what all of them say; few of them are enough alone.
detectors-evidence = Evidence
detectors-sees = What it sees
detectors-lost = Cases lost without it
detectors-doubtful = No longer probable
detectors-accuracy = How good verdicts were

indicators-says = { $count } known pools and hosts of miner malware, as of { $day }. Your own lists are laid over it with <code>--indicators</code>.
indicators-found = { $count } found
indicators-first = the first { $count } are shown
indicators-search = Name, address, pool or source
indicators-none = Nothing on the list is called like that. That it is not on the list does not mean that it is harmless.
indicators-tier = Tier
indicators-pool = Pool
indicators-ports = Ports
indicators-seen = Seen

verdict-certain = Mining, nearly certain
verdict-probable = Probably mining
verdict-possible = Possibly mining
verdict-little = Little speaks for mining

status-active = active
status-investigating = investigating
status-resolved = resolved
status-waiting = waiting
status-asleep = asleep
status-all = all

reason-fraud = fraud
reason-legitimate = legitimate
reason-ignore = ignore

cost-per-day = { $amount } a day

severity-every = every severity
severity-high = high
severity-medium = medium
severity-low = low

cloud-every = every cloud

role-viewer = viewer
role-analyst = analyst
role-approver = approver
role-admin = admin

notice-kind-case_opened = Probably mining
notice-kind-case_grew = More of it
notice-kind-case_reopened = Back again
notice-kind-feed_silent = A source is silent
notice-kind-deadline_near = Deadline near
notice-kind-daily_summary = Summary of the day
notice-kind-test = Test
notice-kind-case_breached = Outside its authorisation
notice-kind-authorisation_ends = Authorisation ends soon
notice-kind-customer_silent = No answer from the customer
notice-kind-other = Notice

delivery-delivered = arrived
delivery-dead = given up
delivery-waiting = on its way, tried next

party-customer = customer
party-reseller = reseller

signal-billing = bills
signal-compute = load metrics
signal-control_plane = audit logs
signal-dns = DNS questions
signal-flow = network flows
signal-provider_alert = provider alerts
signal-runtime = runtime events

mark-clock = hidden clock
mark-name = name
mark-origin = called from
mark-pool = pool
mark-principal = principal
mark-remote = remote
mark-wallet = wallet
mark-resource = resource

tier-a = a pool, by several lists
tier-b = one special list, or malware reports
tier-c = weak or old
tier-m = serves miner malware

fresh-fresh = confirmed this year
fresh-maintained = in a kept list
fresh-stale = in old lists only

failed-400 = Bad Request
failed-403 = Forbidden
failed-404 = Not Found
failed-409 = Conflict
failed-422 = Unprocessable Entity
failed-429 = Too Many Requests
failed-other = Error
notice-kind-alert_status = Status of the provider’s alert
notice-kind-indicator = Learnt indicator
queue-urgent = A provider waits for an answer
queue-all-urgent = All of them, the most urgent first
queue-most-urgent = The most urgent answer first
queue-answer-due = answer due
outcomes-before-alerts = { $count } over before its alerts came
outcomes-too-early = { $count } of the last { $days } days, for which they may still come
outcomes-besides = besides
calibration-title = How far evidence is believed
calibration-proposal = { $miners } cases of fraud and { $innocents } legitimate ones propose that { $percent } of the evidence counts (loss { $loss }). Nothing changes by itself: have it tried on the cases that are known, and then switched on.
calibration-try = Try it on what is known
calibration-nothing = The decided cases propose nothing: they are too few, nothing is better, or a calibration is on.
calibration-line = Calibration { $number } ({ $percent })
calibration-asked = is being tried
calibration-was-tried = was tried
calibration-is-on = is on
calibration-is-off = is off
calibration-on = Switch on
calibration-off = Switch off
calibration-tried = Of { $cases } cases { $likelier } would be likelier and { $unlikelier } less likely; of { $decided } decided ones { $before } were called right, and { $after } would be.
calibration-crossed = { $before } to { $after }
calibration-loss = { $after } instead of { $before }
learnt-title = Learnt from alerts
learnt-says = Pools that Microsoft’s alerts about one customer name and no list has. Nothing is judged by them before somebody approves them; then they count for every customer, until their time is over.
learnt-standing = Standing
learnt-accounts = Accounts
learnt-seen = Last named (UTC)
learnt-decide = Decide
learnt-days = Days
learnt-approve = Approve
learnt-refuse = Refuse
learnt-withdraw = Withdraw
learnt-list = The list
learnt-proposed = proposed
learnt-used = used until { $until } UTC
learnt-over = its time is over
learnt-refused = refused
learnt-withdrawn = withdrawn

detector-says-address_without_name = a miner's footprint, and no name led to the server; weak alone
detector-says-block_pulse = a miner's footprint rises with a chain's blocks; needs --blocks and records of a minute or less
detector-says-flat_compute = a machine works flat out, evenly, for hours, on next to no data; weak alone
detector-says-fleet_pulse = miners' footprints on several machines share a hidden clock, or a server
detector-says-hijack_sequence = somebody looked for room, made many machines and saw to it that they stay
detector-says-miner_process = a miner was started; strongest with its pool and wallet, whatever it is called
detector-says-pool_contact = a listed endpoint was talked to; strongest when its name was resolved before
detector-says-pool_lookup = pool names were asked for; weak alone
detector-says-provider_alert = the provider's own products say so; samples and tests are never counted
detector-says-sigma_rule = an operator's own Sigma rule was met; in full only where the rule names mining
detector-says-spend_step = compute steps away from its baseline, flat day and night, in new regions or meters
detector-says-stratum_profile = a long, small, two-way connection has a miner's footprint; weak alone
detectors-unmeasured = not measured
