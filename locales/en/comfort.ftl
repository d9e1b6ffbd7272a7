# The desk's comfort: canned replies, tags, steps, time

## Canned replies
replies-title = Canned replies
replies-lead = Written once, used everywhere; what stands in braces is filled in.
replies-empty = No canned replies yet
replies-empty-words = Write down what is said often: receipt, a visit to come, a question.
replies-none = No canned replies yet. Add some under the hotline.
reply-new = New canned reply
reply-edit = Edit canned reply
reply-remove = Remove
reply-every-kind = Every kind
reply-variables = Variables:
reply-variable-customer = customer
reply-variable-contact = contact
reply-variable-number = ticket number
reply-variable-title = title
reply-variable-deadline = next deadline
reply-variable-hotline = hotline
reply-variable-agent = your name
notice-reply-kept = The canned reply is saved
notice-reply-removed = The canned reply is removed
error-reply-variable = There is no variable “{ $given }”

## Tags, steps, time
tags-title = Tags
tags-none = No tags.
tags-add = Add a tag
tags-remove = Remove the tag
steps-title = Steps
steps-none = No steps.
steps-add = Add a step
time-title = Time spent
time-none = No time recorded.
time-total = { $span } in all
time-spent = Time, such as 25 or 1h30
time-note = What was done
time-add = Record time
notice-tagged = Tagged
notice-untagged = The tag is gone
notice-time-spent = Time recorded
notice-step-added = Step added
notice-step-ticked = Step updated
error-time-spent = “{ $given }” is no length of time; write 25, 1h30 or 1:30
ticket-verb-tag = tag
ticket-verb-time = record time
ticket-verb-step = step
queue-filter-tag = Tag

## A fault that many report
children-title = Part of this ticket
children-count = { $n } tickets are part of this fault.
children-hint = Once it is restored or resolved, they can follow in one act.
children-restore = Restore them all
children-resolve = Resolve them all
notice-children-followed = { $n } tickets followed
ticket-relation-part-of = Part of
ticket-relation-whole-of = Contains
intake-alike = Open at the same site: perhaps the same matter

## Timeline
fact-ticket-tagged = Tagged: { $tag }
fact-ticket-untagged = Tag removed: { $tag }
fact-ticket-time-spent = { $agent } spent { $minutes } min
fact-ticket-step-added = A step was added
fact-ticket-step-done = A step was done
fact-ticket-step-undone = A step is to be done again
