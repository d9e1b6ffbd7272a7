# The words of what is owed
words-between = ,
figure-field = at the time given as { $field }
figure-same-working-day = the same working day
figure-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
figure-calendar-days = { $n ->
    [one] { $n } calendar day
   *[other] { $n } calendar days
}
figure-weeks = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
figure-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
figure-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
figure-next-working-day = the next working day
figure-unstated = no figure agreed
figure-no-promise = nothing promised
figure-by-open = { $figure }, at opening
figure-by-close = { $figure }, by close
figure-by-time = { $figure }, by { $time }
figure-cutoff = { $figure } (after { $time } it counts as the next working day)
figure-everyone = everyone
figure-at-least = at least { $n }
figure-at-most = at most { $n }
figure-each = in each { $window }
figure-whole-term = over the whole term
figure-within = within { $length }
figure-quota = { $numbers } { $window }
figure-on-duty = at least { $n } on duty
figure-stock = at least { $n } in stock
figure-stock-again = at least { $n } in stock, again within { $figure }
figure-post-on-site = somebody posted on site
figure-every-days = { $n ->
    [one] every day
   *[other] every { $n } days
}
window-week = week
window-calendar-month = calendar month
window-calendar-quarter = calendar quarter
window-calendar-half-year = calendar half-year
window-calendar-year = calendar year
window-contract-year = contract year
window-contract-quarter = contract quarter
window-season = season
window-yearly = year from { $span }
window-term = the whole term
window-quarter-of = quarter { $part } of { $year }
window-half-of = { $part ->
    [1] first
   *[other] second
} half of { $year }
window-month-of = { $year }, month { $part }
entry-during = during { $calendar }
entry-outside = outside { $calendar }
entry-done-of = { $done } of { $of } done
entry-gap = { $from } to { $to }: { $have } of { $want } on duty, { $why }
entry-not-rostered = nobody rostered
entry-away = away: { $people }
entry-without = without { $needs }
entry-charge = { $line } { $price }
entry-charged-otherwise = { $line } { $price }, but charged { $charged }
line-labour = labour
line-parts = parts
line-travel = travel
price-free = free
price-cost = at cost
price-preferential = at the preferential price
price-list = at the list price
price-manufacturer-fee = at the manufacturer’s fee
price-by-agreement = by agreement
price-list-less = at the list price less { $less }
need-survey = the survey
need-cited-survey = the survey that it cites
need-plan = the plan
need-cabling = the cabling
need-line-test = the line test
need-failed-lines = the lines that failed
need-site-in-place = the site in place
need-commissioned = the commissioning
need-defects = the open defects
need-outcome = the outcome
need-consent = the consent
need-curriculum = the whole curriculum
field-arrives_at = the arrival as told
field-ends_at = the end
field-appointment_at = the appointment
field-target_at = the agreed time
field-tier = Tier
field-region = Region
field-distance_km = Distance (km)
field-covered = Under contract
field-support_plan = Under contract
obligation-goal = Aim
fact-contract-started = Promises in force from { $from }
fact-engineer-appointed = Dedicated engineer in post from { $from }
fact-engineer-released = Appointment taken back
fact-site-accepted = Works accepted, counted from { $from }
fact-site-service-started = Service from { $from }
fact-site-service-ended = Service until { $until }
fact-asset-accepted = Acceptance signed, warranty from { $on }
figure-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
