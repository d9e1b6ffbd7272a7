# The hotline: calls, call backs and confirmations, hand-over

## Navigation and console
nav-hotline = Hotline
console-title = Hotline console
console-begin = A call begins
console-begin-out = We call out
console-answer = Answer
console-hold = Hold
console-resume = Resume
console-incomplete = Calls without an outcome
console-idle = No call at the moment
console-idle-words = What rings appears on the left. Without a telephone system, press b when a call begins.
console-context = The caller
console-context-none = Type a number, a name, a site, a serial number or a ticket number; their sites, assets and open tickets appear here.
console-link = It is this one
console-no-units = No asset is registered.
console-another = Report another matter

## Calls
calls-title = Calls
calls-empty = No calls
calls-empty-words = Every call in, out and missed is recorded here.
call-title = Call with { $who }
call-when = When
call-who = With whom
call-agent = Agent
call-phone = Number
call-length = Length
call-clock = Call clock
call-began = Began
call-result = Result
call-note = What was said
call-unknown = Unknown caller
call-open = Open the call
call-to-console = Open in the console
call-recording = Recording
call-earlier = Earlier calls
call-end = End the call
call-complete = Record the outcome
call-hung-up = Hung up without an outcome
call-hung-up-words = The agent hung up without an outcome: a breach of C4.2. Record the outcome now; the breach stays on record.
call-no-outcome = Outcome missing
call-no-outcome-words = The call is over and has no outcome yet. Record it now; what is unsolved is reported and followed up in the same step.
call-no-promise = Nothing is owed for this call.
call-direction-in = In
call-direction-out = Out
call-state = State
call-state-ringing = Ringing
call-state-active = Speaking
call-state-held = On hold
call-state-ended = Ended
call-state-missed = Missed
call-missed-unanswered = Not answered
call-missed-queue_full = Queue full
call-ended-by = Who hung up
call-ended-by-agent = Agent
call-ended-by-caller = Caller
call-ended-by-line = Line broke
call-outcome = Outcome
call-outcome-solved = Solved
call-outcome-customer_diagnosing = Customer diagnosing
call-outcome-customer_fixed = Customer fixed it
call-outcome-dispatch = Dispatch
call-outcome-second_line = Second line

## Notice of dispatch
call-visit = The visit as told to the customer
call-visit-change = Change it
call-visit-send = Send a new notice
call-arrives = Arrives within
call-arrives-in = within { $span }
call-arrives-at = or at
call-engineer = Who
call-transport = Transport
transport-car = Company car
transport-taxi = Taxi
transport-public_transport = Bus or underground
transport-train = Train
transport-flight = Flight
transport-on_foot = On foot or by bicycle
call-notice-visit = Ticket { $number }: our engineer { $who } arrives on site at { $when }, by { $how }. Hotline { $hotline }.
call-notice-second-line = Ticket { $number }: our second line ({ $who }) takes over and will contact you. Hotline { $hotline }.

## Call backs and confirmations
call-todo-title = Call backs and confirmations
call-todo-lead = What is due first stands first. No answer is never done; only the customer’s word is.
call-todo-none = Nothing is owed
call-todo-none-words = Calls where the customer diagnoses are called back, those that the customer fixed are confirmed within 24 hours, missed ones at once.
call-todo-all = All
call-todo-mine = Mine
call-todo-nobody = Nobody’s
call-todo-every-kind = Every kind
call-task-call_back = Call back
call-task-confirmation = Confirmation
call-task-missed = Missed call
call-task-title = { $kind }: { $who }
call-task-done = Done
call-owed = What is owed
call-due = Due
call-owner = Owner
call-nobody = Nobody
call-offered-to = offered to { $name }
call-take-over = Take it
call-attempt = Record an attempt
call-attempts = Attempts
call-attempt-result = What came of it
call-attempt-save = Save
call-attempt-no_answer = No answer
call-attempt-busy = Busy
call-attempt-reached = Reached
call-answer = The customer says
call-answer-hint = Needed once reached. Partly or not: the ticket is reopened or goes on.
call-answer-solved = Solved
call-answer-partly = Partly
call-answer-not = Not solved
call-window = Agreed hours
call-window-from = Can be called from
call-window-until = until
call-window-after = agreed: after { $from }
call-window-between = agreed: { $from } to { $until }
call-withdraw = The customer needs nothing more

## Hand-over
hand-over-title = Hand-over
hand-over-lead = Before you leave, give what is owed to the next agent. Until they accept it, it stays yours.
hand-over-give = Give to the next agent
hand-over-what = What
hand-over-to = To whom
hand-over-note = Note
hand-over-send = Hand over
hand-over-offered = { $name } hands over { $n }
hand-over-accept = Accept
hand-over-nothing = You have nothing to hand over
hand-over-nothing-words = The call backs and confirmations that are yours are listed here.

## With a contact
contact-history = Full history
contact-history-title = History with { $name }
contact-no-tickets = No ticket was reported yet.

## Notices
notice-call-ended = The call has ended and its outcome is recorded
notice-call-visit = The new notice is on its way
notice-call-attempt = Recorded; try again
notice-call-settled = The customer’s answer is recorded
notice-call-reopened = Recorded; the ticket is open again
notice-call-continues = Recorded; the ticket goes on
notice-call-withdrawn = Recorded; the customer needs nothing more
notice-call-taken = It is yours now
notice-handed-over = Offered; your colleague has to accept it
notice-hand-over-accepted = Accepted; it is yours now

## Timeline
fact-call-begun = A call began ({ $direction })
fact-call-answered = Taken by { $agent }
fact-call-missed = Missed: { $missed }
fact-call-caller-named = The caller was found
fact-call-ticket-linked = The call was put on a ticket
fact-call-ended = { $outcome ->
    [none] The call ended without an outcome; hung up: { $ended_by }
   *[other] { $ended_by ->
        [none] Outcome recorded afterwards: { $outcome }
       *[other] The call ended: { $outcome }
    }
}
fact-call-followed-up = Recorded and reported to { $supervisor }
fact-call-notice-sent = { $transport ->
    [none] The customer was told
   *[other] The customer was told: { $engineer } at { $arrives_at }, by { $transport }
}
fact-call-attempted = { $agent } tried to reach the customer: { $result }
fact-call-window-agreed = { $until_at ->
    [none] Agreed to be called after { $from_at }
   *[other] Agreed to be called between { $from_at } and { $until_at }
}
fact-call-called-back = Called back; the customer says: { $outcome }
fact-call-confirmed = Confirmed; the customer says: { $outcome }
fact-call-handed-over = { $agent } offers it to { $assignee }
fact-call-taken-over = Taken over by { $agent }
fact-call-withdrawn = The customer needs nothing more

## Fields and rules
error-call-outcome = Choose an outcome; a call does not end without one
error-call-past = This moment is past; give one that lies ahead
error-call-second-line = Choose the team or the person who takes over
error-call-window = The end must lie after the beginning
error-call-answer = Once reached, record what the customer says, or agree on another hour
error-hand-over-nothing = Choose at least one
error-link = “{ $given }” is not a web address
refusal-call-not-taken = This call was never taken, so this cannot be done.
refusal-call-needs-ticket = An unsolved call is recorded on a ticket. Report one or link one first.
refusal-call-no-supervisor = There is nobody to report to. Ask the administrator to name a manager.
refusal-call-nobody-sent = Nobody was sent for this call, so there is nothing to change.
