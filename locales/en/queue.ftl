# The queue
nav-queue = Queue
queue-title = Queue
queue-report = Report a ticket
queue-search = Title, customer or ticket number

## Columns and parts
queue-column-due = Due
queue-column-owed = Owed
queue-column-ticket = Ticket
queue-column-matter = Matter
queue-column-stands = State and holder
queue-part-overdue = Overdue
queue-part-today = Due today
queue-part-tomorrow = Due tomorrow
queue-part-later = Due later
queue-part-still = No clock running
queue-clock-paused = Clock paused
queue-clock-none = No deadline
queue-missed = { $n } missed
queue-waiting-on = Waiting: { $who }
queue-nobody = Unassigned
queue-no-team = No team
queue-me = Me
queue-my-teams = My teams

## Filters
queue-filter-urgency = Urgency
queue-filter-severity = Severity
queue-filter-state = State
queue-filter-assignee = Holder
queue-filter-team = Team
queue-filter-customer = Customer
queue-filter-site = Site
queue-filter-promise = Promise
queue-filter-kind = Kind
queue-filter-channel = Channel
queue-filter-look-up = Type a name
queue-urgency-overdue = Overdue
queue-urgency-at-risk = At risk
queue-urgency-breached = Overdue or missed
queue-open = Open

## Choosing and going on
queue-pick = Choose { $number }
queue-pick-all = Choose all that are shown
queue-chosen = chosen
queue-unpick = Choose none
queue-more = Show more
queue-end = That is all
queue-cut = The { $n } tickets that are due first were looked at, and those that match are above; there may be more further on.
queue-by-customer-cut = Counted over the { $n } tickets that are due first.

## Nothing here
queue-empty = No open tickets
queue-empty-how = As soon as a call, mail or web report is taken in, it stands here in the order of what is due first, and its countdown runs.
queue-none-match = No ticket matches
queue-none-match-how = Take a condition away. Each one stands in the address, which can be kept or sent to a colleague.

## Many at once
bulk-assign = Assign
bulk-team = Move to team
bulk-handle = Begin handling
bulk-watch = Watch
bulk-unwatch = Stop watching
bulk-close = Close resolved
bulk-assign-to = Assign to
bulk-team-to = Move to team
bulk-watcher = Who watches
bulk-choose = Choose
bulk-preview = Preview
bulk-none = No tickets were chosen
bulk-none-how = Choose tickets in the queue with the x key or the check boxes, then an act.
bulk-too-many = At most { $most } at once; these are the first { $most }.
bulk-will = { $n } will change
bulk-will-not = { $n } will not
bulk-do = Change { $n }
bulk-undoable = Can be undone for a minute afterwards.
bulk-final = Cannot be undone.
bulk-column-outcome = Outcome
bulk-becomes-watched = { $who } will watch it
bulk-becomes-unwatched = { $who } will no longer watch it
bulk-progress = Progress
bulk-doing = { $done } of { $n } done
bulk-go-on = Go on
bulk-sum-done = { $n } changed
bulk-sum-refused = { $n } not changed
bulk-sum-undone = { $n } undone
bulk-sum-kept = { $n } could not be undone
bulk-outcome-done = Changed
bulk-outcome-undone = Undone
bulk-outcome-waiting = Waiting
bulk-outcome-refused = Not changed
bulk-undo = Undo
bulk-undo-until = until
bulk-back = Back to the queue
refusal-cannot-undo = This change cannot be undone.
refusal-undo-too-late = The minute for undoing is over, or it was undone already; change the tickets one by one.

## Command palette
palette-near-number = A number close by · { $customer }
palette-ticket = Ticket · { $customer }
palette-customer = Customer · { $code }
palette-site = Site · { $customer }
palette-asset = Asset · { $customer }
palette-api = API description
