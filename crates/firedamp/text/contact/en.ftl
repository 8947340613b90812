# The letter that asks a customer whether what was seen is theirs.

contact-subject = A question about your account { $account }
contact-greeting = Good day,
    .named = Dear { $name },
contact-seen = in your account { $account } we see something that looks like cryptocurrency mining.
contact-fraud = Our judgement is heuristic (probability { $percent }), and mining is not necessarily fraudulent: it may be yours, or a test that somebody forgot. That is why we ask you before we do anything.
contact-since = Seen from { $first } to { $last } UTC.
    .running = Seen since { $first } UTC; it was still running at { $last } UTC.
contact-cost = So far it has cost about { $spent }, and about { $day } more each day.
    .listed = What was used so far is worth about { $spent } at list prices, and about { $day } more each day.
contact-evidence = What we saw:
contact-resource = { $resource }, from { $first } to { $last } UTC
    .made = { $resource }, from { $first } to { $last } UTC; created by { $who } on { $made } UTC
contact-more = and { $count } more
contact-ask = Please tell us by { $due } UTC:
    .first = Is this yours? If it is: what is it for, who runs it, and until when?
    .second = Do you have the provider’s written approval? If so, please send us its reference and the document.
    .third = If it is not yours: may we stop these resources at once? Please change the passwords of your administrators, and see that a second factor is asked for.
contact-closing = With kind regards
