# The support database: articles, gaps, articles on tickets, the portal

nav-articles = Knowledge
articles-title = Articles
articles-lead = The support database: known faults, how-tos and notices, written once and used everywhere.
articles-overdue = Due for review
articles-empty = No articles yet
articles-empty-words = Once a ticket is resolved, its story can become an article; or begin one from a template.
articles-none-overdue = Nothing is due for review
articles-none-overdue-words = Every published article was looked at in time.
article-new = Write an article
article-search = Title or model
article-caption = Articles
article-numbered = Article { $id }
label-article-title = Title
label-article-state = State
label-article-kind = Type
label-article-visibility = Who reads it
label-article-owner = Owner
label-article-review-on = Review by
label-article-symptom = Symptom
label-article-affected = Affected models and versions
label-article-cause = Cause
label-article-workaround = Workaround
label-article-solution = Solution
label-article-edition = Edition
label-article-published = Published
article-kind-known-fault = Known fault
article-kind-known-fault-means = How it shows, why, and what mends it; many tickets can be linked
article-kind-how-to = How-to
article-kind-how-to-means = How something is done, step by step
article-kind-notice = Notice
article-kind-notice-means = Something that customers or colleagues should know
article-state-draft = Draft
article-state-published = Published
article-state-retired = Retired
article-internal = Internal
article-internal-means = Only our own people can read it
article-public = For customers
article-public-means = Once published, customers find it on the portal
article-used = Tickets
article-helped = Resolved, not reopened
article-answers = Customers helped
article-updated = Updated
article-review-due = The review is overdue: confirm that it still holds, change it, or retire it.
article-review = Review
article-next-review = Next review
article-next-review-hint = Half a year from now where empty
article-still-holds = It still holds
article-tickets = Linked tickets
article-no-tickets = No ticket is linked yet.
article-link-ticket = Link a ticket
article-editions = Editions
article-edition = Edition { $n }
article-compare = Compare editions
article-compare-old = Older
article-compare-new = Newer
article-compare-do = Compare
article-compare-same = The two are the same
article-compare-same-words = Choose two others.
article-file-copy = Copy code for the text
article-files-hint = Drop files, paste a screenshot, or take a photo on the phone; up to { $limit } each. Paste the copied code into the text to show a picture
article-retire = Retire
article-publish = Publish
article-all-versions = all versions
article-templates-lead = Begin from a template.
article-preview = Preview
article-symptom-hint = How would somebody report it? Quote alarms and log lines, so that it is found
article-affected-hint = One model a line; versions after a colon, none for all
article-cause-hint = The cause, once it is known
article-workaround-hint = What can be done until it is mended
article-solution-hint = Step by step, so that customers and colleagues can follow it
article-review-on-hint = Half a year after publishing where empty
article-markdown-hint = Texts are Markdown: **bold**, 1. numbered, - list, `command`, | table |. Save first, then upload pictures.

article-template-known-fault-symptom =
    - What shows:
    - Alarm or log line:
    - When it happens:
article-template-known-fault-cause = Cause:
article-template-known-fault-workaround =
    1. 
article-template-known-fault-solution =
    1. 
    2. 

    Check:
article-template-how-to-symptom = Applies to:
article-template-how-to-solution =
    Before you begin:

    1. 
    2. 
    3. 

    Check at the end:
article-template-notice-symptom =
    - What:
    - When:
    - Who is affected:
article-template-notice-solution = What you need to do:

gaps-title = Not found
gaps-lead = Questions that were asked in the search and on the portal and found nothing, most frequent first; who asked is not kept.
gaps-question = Question
gaps-asked = Times
gaps-last = Last asked
gaps-acts = Acts
gaps-none = Nothing at present
gaps-none-words = When a search finds nothing, its question is kept here.
gaps-write = Write it
gaps-forget = Not needed

notice-article-written = The draft is saved
notice-article-published = Published
notice-article-retired = Retired
notice-article-reviewed = Reviewed
notice-article-linked = The article is linked
notice-article-unlinked = The link is removed
notice-article-sent = The solution went to the customer
notice-gap-forgotten = Removed
notice-portal-helped = Thank you for telling us
refusal-article-says-nothing = The article says nothing yet: write a symptom, a workaround or a solution before publishing it.
refusal-article-review-past = The review date is past: set a later one before publishing it.
refusal-article-retired = This article is retired and cannot be linked any more.
refusal-article-knows-no-way = This article has no published solution or workaround yet.
refusal-article-not-published = Only a published article is reviewed.
error-too-many-lines = At most { $most } lines.
error-review-past = Give a day after today.

## on a ticket
ticket-articles = Articles
ticket-no-articles = No article is linked yet.
ticket-article-sent = Sent to the customer
ticket-article-knows = Knows a way out
ticket-article-open = No way out yet
ticket-article-reply = Use in the reply
ticket-article-send = Send to the customer
ticket-article-unlink = Remove the link
ticket-article-link = Link an article
ticket-article-which = Which article
ticket-article-link-do = Link
ticket-article-make = Make an article of it
search-kind-article = Article
search-like-articles = Articles that may help
like-title = Articles and tickets like this
like-link = Link with this ticket
like-send = Send the solution to the customer
like-linked = Linked with this ticket
fact-ticket-article-linked = Linked with the article
fact-ticket-article-unlinked = No longer linked with the article
fact-ticket-known-problem-found = The support database knows a way out:
fact-ticket-solution-sent = The solution was sent to the customer:
fact-article-written = Begun as a draft
fact-article-edited = Changed to edition { $edition }
fact-article-published = Edition { $edition } published, review by { $review_on }
fact-article-retired = Retired
fact-article-reviewed = Reviewed, next by { $review_on }
fact-article-file-added = File added
fact-article-file-removed = File removed

## the portal
portal-nav-articles = Help
portal-articles = Help and known problems
portal-articles-lead = Have a look first: it may be solved at once.
portal-articles-search = Describe your problem, such as: printer offline
portal-articles-none = Nothing was found. Say it otherwise, or report it.
portal-articles-empty = Nothing here yet
portal-articles-empty-words = New solutions will stand here.
portal-did-it-help = Did this help?
portal-helped = It helped
portal-helped-not = It did not
portal-helped-not-words = We are sorry. You can go on and
portal-like-open = Reported already at the same site
portal-like-articles = This may help at once
portal-known = What is known of it
portal-fact-ticket-solution-sent = You were sent a solution

## notices and permissions
told-known-solved = A known fault is solved
told-known-solved-subject = [{ $number }] There is a solution: { $title }
told-known-solved-text =
    Dear { $name },

    what you reported as "{ $title }" is a known fault, and now there is a solution:

    { $text }

    If it does not help, please tell us.
permission-view-articles = Read articles
permission-write-articles = Write articles
permission-publish-articles = Publish and retire articles

## diagnosis and plan (C7.4)
documents-title = Diagnosis and plan
documents-write = Write it
documents-read = Read by the customer
documents-unread = Not read yet
documents-delivered = Delivered
documents-read-at = Read
documents-contact-hint = It goes to this contact's mailbox, and stands on the portal
document-section = { "[" }{ $title }]
    { $text }
ticket-document-diagnosis = Diagnosis
ticket-document-diagnosis-hint = Its delivery stops the 24-hour clock of the diagnosis.
ticket-document-plan = Plan for the emergency
ticket-document-plan-hint = Its delivery stops the 24-hour clock of the plan.
document-findings = Tests and analysis
document-findings-hint = What was tested, and what was seen
document-conclusion = Diagnosis
document-conclusion-hint = What the cause is, and how far it reaches
document-treatment = Treatment
document-treatment-hint = What is done, and what the customer has to do
document-outlook = What comes next
document-outlook-hint = When it is done, and how it is prevented afterwards
document-situation = Situation and impact
document-situation-hint = What is down, which services and how many people it concerns
document-steps = Steps
document-steps-hint = In order: the service first, the cause afterwards
document-resources = People and spares
document-resources-hint = Who does it, with which spares and tools
document-schedule = Times
document-schedule-hint = When each step begins and ends
document-fallback = Fallback
document-fallback-hint = What is done if it does not work
fact-ticket-document-read = The customer read what was delivered
told-diagnosis = Diagnosis
told-diagnosis-subject = [{ $number }] Diagnosis: { $title }
told-diagnosis-text =
    Dear { $name },

    we tested and analysed what you reported as "{ $title }", with this result:

    { $text }
told-plan = Plan for an emergency
told-plan-subject = [{ $number }] Plan for the emergency: { $title }
told-plan-text =
    Dear { $name },

    this is how we treat what you reported as "{ $title }":

    { $text }
