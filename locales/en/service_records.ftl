# What was done for a site (C2.6, C2.7, C3.6, C6.2)

service-records = Service records
service-none = Nothing is recorded yet
service-none-words = Visits and training count for the promises of the site: a maintenance visit each quarter, an inspection each month, three administrators trained.
service-new = Record what was done
service-kind = What was done
service-done-on = Date at the site
service-duty-log-reviewed = Duty log reviewed
service-duty-log-hint = An inspection counts only with it (C3.6)
service-trainee = Who was trained
service-trainee-hint = Only for a training
service-training-days = Days
service-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
service-remark = Remark
service-record = Record it
notice-service-recorded = Recorded
service-kind-maintenance = Maintenance visit
service-kind-inspection = Inspection
service-kind-advice = Visit of the dedicated engineer
service-kind-training = Administrator trained
error-done-in-the-future = The date has not come yet. Give the day on which it was done
error-training-days = Give whole days, from 1 to { $most }
fact-visit-finished = Service at the site recorded
fact-administrator-trained = Training of an administrator recorded

# What is ahead at a site.
outlook-visits = Suggested visits
outlook-visits-words = { $n ->
    [one] One visit in the next six months keeps every periodic promise.
   *[other] { $n } visits in the next six months keep every periodic promise, and no fewer do; one visit serves several.
}
outlook-no-visits = No visit is owed in the next six months.
outlook-unmet = { $n ->
    [one] { $promise } cannot be kept any more: a visit is missing and no working day is left.
   *[other] { $promise } cannot be kept any more: { $n } visits are missing and no working day is left.
}
outlook-movable = may be moved between { $from } and { $to }
outlook-faults = Rate of faults
outlook-periodic = Periodic visits suffice
outlook-irregular = Irregular visits are due
outlook-every = Irregular visits: at least every { $days } days
outlook-post = Somebody must be posted on site
outlook-plot-said = { $faults } faults in { $days } days, { $maintenance } of them from improper maintenance
outlook-key-faults = all faults, added up
outlook-key-maintenance = from improper maintenance
outlook-key-visits = periodic visits promised
outlook-key-fitted = fitted trend
rate-seen = { $all } faults in { $days } days, { $faults } of them from improper maintenance: { $rate } a year ({ $confidence }% interval { $low } to { $high }).
rate-not-above = That is not above the { $periodic } periodic visits a year, so these suffice.
rate-too-few-faults = That is above { $periodic } a year, but on too few faults to change the plan.
rate-may-be-chance = That is above { $periodic } a year, but chance is not excluded.
rate-above = That is above the { $periodic } periodic visits a year: irregular visits are due by the commitment.
rate-not-yet-low = It has fallen, but is still above { $withdraw } a year; irregular visits go on.
rate-fell-back = It fell to { $withdraw } a year or below; irregular visits are withdrawn.
rate-plan-every = A fault comes every { $between } days on average, so a visit is due at least every { $days } days.
rate-plan-post = Faults come { $rate } times a year, daily: no visit is frequent enough, somebody must be posted on site.
rate-trend-too-few = Too few faults to read a trend.
rate-trend-wear = Faults come faster and faster (β = { $beta }, p = { $p }): wear. Visit more often and plan the replacement.
rate-trend-early-life = Faults come slower and slower (β = { $beta }, p = { $p }): defects of the installation are being found. Keep the visits until it settles.
rate-trend-random = No trend (p = { $p }): more visits will not help; replace the part, mend the design or the surroundings.
outlook-too-soon = { $days ->
    [one] Observed for one day only; a plot would say nothing yet.
   *[other] Observed for { $days } days only; a plot would say nothing yet.
}
