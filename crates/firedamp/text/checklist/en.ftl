# What is to be looked at in a case; the ids stand in data/checklist.toml.

phase-confirm = Confirm
phase-contain = Contain
phase-secure = Secure
phase-improve = Improve

step-genuine = Is the alert genuine? Compare it with the provider’s portal; its mails can be forged.
step-standing = Is the customer’s account in good standing: validation, payments, suspensions, trial or credits?
step-usage = Review usage patterns: what rose, when, in which regions and meters?
step-ask = Ask the customer, with the evidence, whether it is theirs. It is not necessarily fraud.
step-approval = If it is legitimate: is the provider’s written approval on file, and does it cover this?
step-resources = Find the resources that appeared unexpectedly in the last week, and confirm that nobody needs them.
step-other-regions = Look in every region: attackers choose those that nobody watches.
step-how-created = Find how the resources were created: by whom, from where, with which operation.
step-account-creator = Find who created the subscription, project or account: Partner Center’s activity log, or the organisation’s.
step-pool-traffic = See which other machines talked with the same remote.
step-process = See which process it is, and what starts it again, before anything is stopped.
step-evidence = Secure the evidence: snapshots of disks, exports of logs.
step-stop = Stop and remove what nobody needs, by the clean-up plan.
step-respawn = See what would start it again: scale sets, autoscaling, templates.
step-leftovers = Look for leftovers that go on costing: unattached disks, addresses, snapshots, images.
step-automation = Look for what was left to come back: runbooks, logic apps, functions, schedules.
step-admin-passwords = Have every administrator change the password, and end their sessions.
step-recovery = Check the recovery mails and phones of administrators: a changed one is a way back in.
step-mfa = Make sure that every administrator has a second factor, and that it is asked for.
step-sign-ins = Look at the sign-ins of whoever created the resources: places, applications, second factor.
step-risky-users = Look at the users whom the directory regards as risky.
step-guests = Look at guests and delegated administrators: who came lately, and who is needed?
step-app-secrets = Look at secrets and keys of applications and service accounts, and at consents; replace those that may be known.
step-role-grants = Look at role grants since then, and take back those that nobody can explain.
step-quota = Lower quotas that are not used: they set how much can be stolen in a night.
step-budgets = Set budgets with alerts. They stop nothing, but they tell.
step-log-settings = Switch the logs on that were missing here, and send them where an attacker can’t delete them.
step-locks = Look for locks that an attacker left, and set those that protect the logs.
step-support = File the support request with the provider, and ask for the money in time.
step-report-back = Set the outcome at the provider: fraud, legitimate, or ignore.

by-hand-desk = No command: this is done on the pages of this case.
by-hand-person = No command: only the person concerned can see it.
by-hand-console = No command: only the provider’s administration console shows it (Google: Workspace or Cloud Identity).
by-hand-unnamed = No command yet: it is not known which machine, who or where.
