# What notices say. Each language has the same messages; `tests/it/notice.rs` holds them to it.

subject-case_opened = Mining, { $percent }: { $account }
subject-case_grew = Mining, { $percent }, and more of it: { $account }
subject-case_reopened = Mining again, { $percent }: { $account }
subject-case_breached = Mining outside its authorisation, { $percent }: { $account }
subject-authorisation_ends = An authorisation to mine ends soon: { $account }
subject-customer_silent = The customer has not answered: { $account }
subject-digest = { $count } accounts where something seems to mine
subject-feed_silent = No telemetry any more from { $source }

seen = Something in the account { $account } looks like cryptocurrency mining.
grew = More speaks for mining in the account { $account } than when you were told last, or it costs more.
reopened = Cryptocurrency mining is seen again in the account { $account }, after its case was closed.
breached = Mining in the account { $account } was authorised and has left the scope or the limits of its authorisation.
authorisation-ends = An authorisation by which mining in the account { $account } is legitimate ends within two weeks. What is seen after its end opens the case again.
customer-silent = The customer was asked about the account { $account } and has not answered in time. Ask again, or call them; the provider’s deadline still runs.
likely = Probability: { $percent }. It is a heuristic judgement: somebody may do this with every right to it.
since = Seen from { $first } to { $last } UTC.
    .running = Seen since { $first } UTC; it was still running at { $last } UTC.
where = Where: { $resources }
more = and { $count } more
cost = Cost: { $spent } so far, { $day } a day, { $forecast } by the end of the month.
    .estimated = Cost, estimated from list prices: { $spent } so far, { $day } a day, { $forecast } by the end of the month.
    .refunded = Cost: { $charged } charged, and all of it given back. At list prices: { $spent } so far, { $day } a day, { $forecast } by the end of the month.
    .unknown = What it costs is not known: there is neither a bill nor the size of a machine.
why = What speaks for it:
first = What to do first: open the case and see who made these resources, and when. Ask the customer before anything is stopped, and take a snapshot first.
case = The case: { $link }
digest = Something looks like cryptocurrency mining in { $count } accounts at once. These are the most expensive:
per-day = { $day } a day
feed-silent = Nothing has come from { $source } since { $since }, which is much longer than usual. What is not seen can't be judged.
feed-accounts = Accounts of which nothing is heard any more: { $accounts }
feed-first = What to do first: check whether the export of these logs still runs. Whoever mines may have switched it off: find out who changed it last, and when.
feed-link = All sources: { $link }
closing = Firedamp
