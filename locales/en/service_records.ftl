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
