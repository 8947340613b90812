# What is told besides cases: summaries, deadlines, tests, and that nobody has taken something up.

letter-escalated = Nobody has taken this up within { $minutes } minutes, so it comes to you.
letter-summary-subject = Open cases: { $count }
letter-summary = Open on { $day }: { $count }. The most expensive come first.
letter-summary-line = { $account }: { $percent }, { $status }, { $person }
letter-summary-nobody = taken up by nobody
letter-status-active = not looked at
    .investigating = being looked at
letter-deadline-subject = Deadline on { $by } UTC: { $account }
letter-deadline-answer = If the provider has sent you a notice about mining in the account { $account }, it wants an answer by { $by } UTC. None is known here: the time counts from the opening of the case.
letter-deadline-credit = For what was mined in the account { $account }, you can ask the provider for money back until { $by } UTC.
letter-deadline-notice = A notice of the provider about the account { $account } wants an answer by { $by } UTC: “{ $source }”.
letter-deadline-todo = The case has the deadlines, what the provider says about them, and the request to copy.
letter-deadlines-subject = Deadlines of providers are near: { $count } cases
letter-deadlines = Deadlines of providers are near in { $count } cases. The next comes first.
letter-test-subject = A test of Firedamp’s notices
letter-test = This is a test: { $person } wanted to know whether notices reach you. They do, and there is nothing to do.
