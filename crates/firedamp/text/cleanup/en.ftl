# Clean-up, proof, money back and requests, as partners and their customers read them.

cleanup-plan = What is to be done
cleanup-plan-says = In this order, from what the evidence names and nothing else. Agree with the customer before anything is stopped.
cleanup-plan-cut = More is named than one plan holds; plan again when this is done.
cleanup-scripts = As a script, which changes nothing without --execute
cleanup-script = The script
cleanup-undo = What undoes it, as far as that can be done
cleanup-terraform = The same as lists for Terraform
cleanup-left = Left alone
cleanup-undo-run = the script does not undo it; where Firedamp carries it out, it can be undone
cleanup-stays-by_hand = is done by hand, and a person knows the way back
cleanup-stays-copy = takes nothing away that could be given back
cleanup-stays-done_again = a later clean-up did it again: undo that one first
cleanup-stays-not_done = was not done
cleanup-stays-password = cannot be undone: nobody knows the password that was there, and an administrator sets a new one
cleanup-stays-removed = cannot be undone: what is removed is gone for ever
cleanup-stays-removed_since = cannot be undone: what it was about was removed later
cleanup-stays-same = changed nothing: it was so before, or gone
cleanup-stays-undone = its undo was carried out
cleanup-stays-unrecorded = cannot be undone: how it was before was not recorded
cleanup-copies-stay = at most three are copied, since machines of one fleet are alike; the copies stay, and cost, until somebody deletes them
cleanup-by-hand = by hand

cleanup-phase-preserve = Keep the evidence
cleanup-phase-contain = Let it run no longer
cleanup-phase-remove = Take away what was made for it
cleanup-phase-harden = Let it not come back

cleanup-measure-snapshot = Copy the disks of { $name }
cleanup-measure-cut_key = Switch off the key { $name }
cleanup-measure-cut_principal = Take every right from { $name }
cleanup-measure-end_sessions = End the sessions of { $name }
cleanup-measure-drop_grant = Take back the grant { $name }
cleanup-measure-drop_elevation = Take back the rights over everything that { $name } took: the role User Access Administrator at the scope “/”, above every subscription. It needs a Global Administrator who has elevated their own access, and gives it up again afterwards
cleanup-measure-drop_login = Take away the console password of { $name }
cleanup-measure-close_door = Look up what was opened or given with { $name }, and take it back: a policy, a trust, a right to call
cleanup-measure-hold_group = Keep the group { $name } from making machines anew
cleanup-measure-empty_group = Set the size of the group { $name } to nothing
cleanup-measure-lift_protection = Lift the protection from removal of { $name }
cleanup-measure-drop_lock = Take away the lock { $name }
cleanup-measure-stop = Stop { $name }
cleanup-measure-isolate = Cut { $name } off from the network and let it run
cleanup-measure-remove = Remove { $name } for ever
cleanup-measure-restore_log = Switch on again what was switched off with { $name }
cleanup-measure-lower_quota = Bring the quota { $name } down again to what it was: hijackers asked for more, and it waits for whoever comes back. On AWS a support case does it, in Azure az quota update, in Google Cloud gcloud quotas preferences update
cleanup-measure-ask_owner = Ask the owner of { $name } whether these calls were theirs; if not, change the password and the keys
cleanup-measure-decide = Decide with the owner of { $name } what becomes of it: others work with it, or it may be the customer’s own from before, so it is neither stopped nor removed here
cleanup-measure-watch = Watch { $name } for two days: whether machines, keys or grants come back

cleanup-hand-strange_name = no cloud gives such a name: look it up in the portal
cleanup-hand-elsewhere = it lies in another account, or belongs to the whole account
cleanup-hand-judgement = a person has to judge this
cleanup-hand-no_command = no command of the cloud does this

cleanup-because-customers_own = was there before and belongs to the customer: it is isolated, not removed
cleanup-because-passes_on = passes the traffic of others on: look for the machine behind it
cleanup-because-address_alone = is an address alone, which names no resource
cleanup-because-shared = is used by others too
cleanup-because-providers_own = is a service of the provider

cleanup-run = Carry it out
cleanup-run-says = First a dry run, which only looks. Then somebody else with the role approver approves. Every call is written into the log. An answer that nobody expected ends it.
cleanup-run-ask = Ask for the dry run
cleanup-run-approve = Approve: carry out plan { $digest }
cleanup-run-withdraw = Withdraw
cleanup-run-until = As far as
cleanup-run-other = { $name } asked for it; somebody else with the role approver has to approve.
cleanup-run-step = Step { $number }
cleanup-note-tried = would work
cleanup-note-done = done
cleanup-note-failed = failed
cleanup-note-begun = begun
cleanup-progress-asked = waits for the dry run
cleanup-progress-tried = tried dry, waits for approval
cleanup-progress-approved = is being carried out
cleanup-progress-done = done
cleanup-progress-stopped = stopped: { $why }
cleanup-progress-withdrawn = withdrawn
cleanup-undo-title = Undo
cleanup-undo-says = A step goes back to how it was before, unless somebody has changed it since: what mined may mine again, and keys and rights are back with whoever had them, attackers too. First a dry run; then somebody else with the role approver approves.
cleanup-undo-clean-up = Clean-up { $number }
cleanup-undo-of = Undo of clean-up { $number }
cleanup-undo-can = can be undone
cleanup-undo-all = Ask for the undo of clean-up { $number }
cleanup-undo-step = Ask for the undo of step { $number }
cleanup-undo-back-to = back to { $what }
cleanup-cleaned = Cleaned up by hand just now

cleanup-partner = The whole subscription, at Partner Center
cleanup-partner-says = When single resources are not enough, or the partner has no access any more. Both are done by an admin agent at Partner Center; Firedamp does not do them.
cleanup-partner-suspend = Suspend the subscription
cleanup-partner-suspend-needs = Needs the role admin agent and the present ETag. An Azure plan can be suspended only when none of its Azure subscriptions is active. Undone by setting the status to active.
cleanup-partner-cancel = Cancel the Azure subscription
cleanup-partner-cancel-needs = Needs global administrator and admin agent; works even when the attacker took the partner's rights. Takes about ten minutes. The customer can reactivate it while the plan is active: then cancel all subscriptions and the plan.
cleanup-partner-errors = What answers mean
cleanup-partner-e900115 = 900115: the plan still has active Azure subscriptions; cancel these first.
cleanup-partner-e2055 = 2055: somebody changed the subscription since; read it again for its ETag.
cleanup-partner-e800091 = 800091: it is suspended already, and cannot be changed until it is active.
cleanup-partner-e900118 = 900118: this is not a customer’s id.
cleanup-partner-e800002 = 800002: an id or the body is missing or wrong.
cleanup-partner-e900159 = 900159: there is no commerce relationship with this customer.
cleanup-partner-e900307 = 900307: this reason is not a known one; the right one is compromise.
cleanup-partner-e800111 = 800111: there is no such entitlement.
cleanup-partner-e900278 = 900278: another operation is under way; try again after a day.

cleanup-proof = Proof that it stopped
cleanup-proof-since = Counted from { $since }
cleanup-verdict-stopped = It has stopped.
cleanup-verdict-runs = Something goes on.
cleanup-verdict-not_known = Nobody can tell yet.
cleanup-part-flows = Flows to where it went
cleanup-part-spend = Spend of the resources
cleanup-part-control_plane = Control plane
cleanup-says-ended = have ended, as far as was read
cleanup-says-goes_on = go on
cleanup-says-too_little = cannot be told yet
cleanup-says-nothing = no telemetry that would tell
cleanup-until = read until { $until }
cleanup-enough = enough from { $time } on
cleanup-against = against it: { $what }
cleanup-proof-each = By resource
cleanup-proof-count = Proven to have stopped: { $proven } of { $all } resources
cleanup-proof-resource = Resource
cleanup-proof-verdict = Proof
cleanup-proof-cut = The case has more resources than a proof holds: a person has to say that they stopped.
cleanup-override = Resolve as cleaned up all the same, for this reason
cleanup-override-do = Resolve without proof

money-title = Money back
money-none = Nothing is known of what this provider gives back.
money-where-azure = To be asked for with a ticket in the Azure portal, which the provider of the subscription files
money-where-aws = To be asked for in a case with AWS Support on account and billing, beside the answer to the abuse notice
money-where-gcp = To be asked for in a case with Google Cloud billing support
money-source-azure = Partner Center: non-payment, fraud and misuse (one-time credit, incidents from 2023-04-01)
money-source-aws = AWS abuse notices; credits are at AWS's discretion
money-source-gcp = Google Cloud's protection programme against mining
money-once = Granted once for each customer.
money-sum = { $claimable } of { $charged } may come back
    .over = { $claimable } of { $charged } might have come back; the deadline is over. Ask all the same: a provider may make an exception
money-estimated = { $charged } at list prices, which nobody paid
money-refunded = { $given } charged and given back; { $listed } at list prices
money-until = Charges until { $day } are covered
money-due = By when
money-today = today
money-left = { $days ->
        [one] one day left
        *[other] { $days } days left
    }
money-over = over
money-needs = What the claim must show
money-standing-met = there
money-standing-missing = missing
money-standing-ask = to be checked
money-need-account = the subscription, account or project
money-need-actions = what was done about it
money-need-best_practices = that the provider's recommendations were followed before
money-need-charges = the charges by resource and day, from a bill
money-need-customer_tenant = the customer's tenant
money-need-first_and_last_use = first and last use
money-need-in_time = that there is time left
money-need-keys_changed = that exposed keys were changed
money-need-never_claimed = that no credit was asked for before for this customer
money-need-notice_answered = that the provider's notice was answered
money-need-partner_tenant = the partner's tenant
money-need-resources = the resources
money-need-stopped = that it has stopped
money-resource = Resource
money-day = Day
money-amount = Amount
money-pack = Evidence pack
money-pack-says = One archive with report, records, charges, actions and proof, signed with the desk's key.
money-pack-get = Download the pack
money-key = The desk's key

request-title = Support requests
request-report = Report to the provider
request-credit = Request for a credit
request-problem = Problem type
request-impact = Impact
request-heading = Title
request-description = Description
request-copy = Copy these fields into the provider's form, and note the number that it gives.
request-number = The provider's number
request-note = Note it
request-why = No rule is known by which this provider gives money back. A credit is asked for all the same, for this reason
request-state-asked = asked for, to be filed
request-state-failed = not filed
request-file = File it through Partner Center
request-set-clouds = Firedamp can file requests itself once the file given to firedamp serve --clouds has a section partner_center.
request-set-partner = Firedamp can file requests itself when an administrator has entered the partner's tenant, contact, and mail or telephone on the page of settings.
request-state-filed = filed
request-state-answered = answered
request-state-granted = granted
request-state-refused = refused
request-state-withdrawn = withdrawn
request-by = by { $name }, { $time }
request-history = History: requests of earlier incidents
request-incident = Incident that began at { $time }
request-line-intro = Cryptocurrency mining was found in the following account.
request-line-intro-credit = We ask for a one-time credit for use that was not the customer's. Cryptocurrency mining was found in the following subscription.
request-line-intro-money = We ask for a credit for use that was not the customer's. Cryptocurrency mining was found in the following account.
request-line-customer = Customer
request-line-tenant = Customer tenant
request-line-contact = Contact at the customer
request-line-partner = Partner
request-line-partner_tenant = Partner tenant
request-line-account = Subscription
    .aws = AWS account
    .gcp = Google Cloud project
request-line-start = Impact start (UTC)
request-line-end = Impact end (UTC)
request-line-running = still running in the last telemetry
request-line-resource = Resource
request-line-more = Resources besides
request-line-seen = Seen
request-line-probability = Probability
request-line-amount = Charges asked back
request-line-actions = Actions taken
request-line-nothing = none yet
request-line-cleaned = cleaned up at { $time } by { $name }
request-line-proof = Proof
request-line-by = Contact at the partner

pack-title = Evidence of cryptocurrency mining in { $account }
pack-made = Made { $time } by Firedamp { $version }
pack-zone = Where no other zone is named, times are in the time zone { $zone }.
pack-facts = What is known
pack-first = First observed
pack-last = Last observed
pack-resources = Resources
pack-reasons = Why
pack-charges = Charges by resource and day
pack-actions = Actions taken
pack-records = Records from the telemetry in records.jsonl: { $count }
pack-withheld = An internal entry is not shown.
pack-heuristic = The judgement rests on telemetry and may be wrong; each finding names its records.

pack-readme =
    This is an evidence pack that Firedamp made of one case.

    report.html, report.pdf   what was found, what it cost, what was done, whether it stopped
    judgement.json            the judgement with all its findings and the places of their records
    records.jsonl             the records themselves, without what looks like a secret
    charges.csv               what each resource cost on each day, by the bill
    activity.jsonl            what happened to the case; each entry follows from the one before
    cleanup.json, proof.json  what was planned, approved and done; the proof that it stopped
    claim.json, requests.json what may be had back and by when; what the provider was asked for
    manifest.json             every part with its SHA-256, in a chain, and how often something was left out
    manifest.sig, key.pem     the Ed25519 signature of manifest.json, and the desk’s public key

    What looks like a secret in a record (a password, a token, an access key) stands there as “…”. The hash that a
    record names is that of the whole object as it was read, before anything was left out.

    To check it with Firedamp:
        firedamp verify PACK.tar.gz --key KEY
    To check it without Firedamp:
        tar -xzf PACK.tar.gz && sha256sum --check SHA256SUMS
        openssl pkeyutl -verify -pubin -inkey key.pem -rawin \
            -in manifest.json -sigfile manifest.sig
    and compare the sums with those in manifest.json. Whoever made a pack can make a key: compare key.pem
    with the key that the desk shows on its page, or that it gave you before.
