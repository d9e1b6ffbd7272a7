# The desk's comfort: canned replies, tags, steps, time, widespread faults

## Settings
nav-settings = Settings
every-kind = Every kind
every-team = Every team
template-archive = Archive
field-tag = Tag
field-steps = Steps
field-by-itself = By itself
field-work = Kind of work

## Canned replies
replies-title = Canned replies
replies-lead = Written once, used everywhere; what stands in braces is filled in.
replies-empty = No canned replies yet
replies-empty-words = Write down what is said often: a receipt, a visit to come, a question.
replies-none = No canned reply fits yet. Add some under Settings.
replies-search = Find a canned reply
reply-new = New canned reply
reply-edit = Edit canned reply
reply-title-hint = The menu is searched by it.
reply-archive-hint = It leaves the menu; what was written with it stays.
reply-languages = Languages
reply-language-zh-hans = Simplified Chinese
reply-language-zh-hant = Traditional Chinese
reply-language-en = English
reply-variables = Variables, filled in where the reply is used; the language follows the contact:
reply-variable-customer = customer
reply-variable-contact = contact
reply-variable-site = site
reply-variable-number = ticket number
reply-variable-title = title
reply-variable-deadline = next deadline
reply-variable-hotline = hotline
reply-variable-agent = your name
notice-reply-kept = The canned reply is saved
notice-reply-archived = The canned reply is archived
error-reply-variable = There is no variable “{ $given }”

## Checklists and steps
checklists-title = Checklists
checklists-lead = What is to be done on tickets of a kind: written once, put onto a ticket, ticked off.
checklists-empty = No checklists yet
checklists-empty-words = For example, a line that is down: power, cable, optics.
checklist-new = New checklist
checklist-edit = Edit checklist
checklist-steps-hint = One step a line, 50 at most.
checklist-by-itself-hint = Each new ticket of that kind has these steps from the start.
checklist-by-itself-short = By itself
checklist-archive-hint = It is no longer offered; steps that stand on tickets stay.
checklist-take = Add checklist
notice-checklist-kept = The checklist is saved
notice-checklist-archived = The checklist is archived
error-too-many-steps = At most { $most } steps
refusal-too-many-steps = A ticket has at most { $most } steps. Do some first, or split the ticket.
steps-title = Steps
steps-none = No steps.
steps-add = Add a step
steps-done = { $done } of { $all }
notice-step-added = Steps added
notice-step-ticked = Step updated
ticket-verb-step = steps

## Tags
tags-title = Tags
tags-none = No tags.
tags-add = Add a tag
tags-remove = Remove the tag
tags-queue = The queue of this tag
notice-tagged = Tagged
notice-untagged = The tag is gone
ticket-verb-tag = tag
refusal-too-many-tags = A ticket bears at most { $most } tags. Remove one first.
queue-filter-tag = Tag

## Time spent
work-analysis = Analysis
work-talk = With the customer
work-remote = Remote work
work-on-site = On site
work-travel = Travel
work-paperwork = Paperwork
time-title = Time spent
time-none = No time recorded.
time-total = In all
time-more = Earlier entries
time-spent = Time, such as 25 or 1h30
time-note = What was done
time-add = Record time
time-withdraw = A slip: take it back
time-withdrawn = Taken back
notice-time-spent = Time recorded
notice-time-withdrawn = The entry is taken back
error-time-spent = “{ $given }” is no length of time; write 25, 1h30 or 1:30, 24 hours at most
refusal-time-of-another = Somebody else recorded this time; only they can take it back.
ticket-verb-time = record time

## A widespread fault
parts-title = Part of this fault
parts-count = { $n ->
    [one] One ticket, { $open } open.
   *[other] { $n } tickets, { $open } open.
}
parts-more = { $n } more
parts-hint = Once it is restored or resolved, they can follow in one act.
parts-restore = Restore them all
parts-resolve = Resolve them all
parts-able = { $n } of them can follow.
parts-too = { $n ->
    [one] Also for the ticket that is part of this fault
   *[other] Also for the { $n } tickets that are part of this fault
}
parts-too-hint = Each keeps its own record, for its own contact to see.
parts-left-title = Some could not follow
parts-back = Back to the ticket
notice-parts-followed = { $n ->
    [one] One ticket followed
   *[other] { $n } tickets followed
}
ticket-relation-part-of = Part of
ticket-relation-whole-of = Contains
refusal-part-of-another = It is part of { $number } already. Take that link away first.
refusal-has-parts = Others are part of it, so it cannot be part of another.
refusal-parent-is-part = The other is itself part of { $number }. Link with that one instead.
refusal-too-many-parts = At most { $most } tickets are part of one fault.

## Likely duplicates
alike-title = Perhaps the same matter
alike-hint = Open and alike: merge a duplicate, or make it part of a widespread fault.
alike-link = Part of that one

## Timeline
fact-ticket-tagged = Tagged: { $tag }
fact-ticket-untagged = Tag removed: { $tag }
fact-ticket-time-spent = { $agent } spent { $minutes } min: { $work }
fact-ticket-time-withdrawn = { $agent } took { $minutes } min back, recorded by a slip
fact-ticket-step-added = A step was added
fact-ticket-checklist-added = { $steps ->
    [one] A checklist was added, one step
   *[other] A checklist was added, { $steps } steps
}
fact-ticket-step-done = A step was done
fact-ticket-step-undone = A step is to be done again
