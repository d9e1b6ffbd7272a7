# The customer's portal: what the customer's people read, and the access that we give them

## Frame
portal-nav-home = Home
portal-nav-report = Report
portal-nav-tickets = Tickets
portal-nav-assets = Equipment
portal-nav-duty-log = Duty log
portal-nav-contracts = Contracts
portal-account = My settings
portal-hotline = Service hotline, every day of the year
portal-all-sites = All sites
portal-language = Language
portal-password = Change the password

## Signing in
portal-sign-in = Sign in to the customer portal
portal-sign-in-lead = Report, follow, confirm.
portal-by-link = With your mail address
portal-by-link-hint = No password needed: we send a link that works once.
portal-send-link = Send me a link
portal-by-password = With a password
portal-lookup-instead = No account? Look a ticket up by its number
portal-link-sent = Look into your mail
portal-link-sent-words = If this address is in our register, a link is on its way. It works once, within { $minutes } minutes. If nothing comes, look into the spam folder or call the hotline.
portal-link-works = The link works. One press and you are in.
portal-come-in = Come in
portal-invitation = Welcome to the customer portal
portal-invitation-words = { $name }, here you report, follow and confirm for { $customer }. Choose a password to sign in directly next time.
portal-without-password = No password; send me a link each time
portal-letter-invitation-subject = { $company }: you are invited to the customer portal
portal-letter-invitation =
    Dear { $name },

    { $company } invites you to its customer portal: report, follow and confirm.
    Open this link within { $days } days:

    { $link }
portal-letter-link-subject = { $company }: your link to sign in
portal-letter-link =
    Dear { $name },

    you ({ $customer }) asked to sign in to the customer portal of { $company }. Open this link within { $minutes } minutes; it works once:

    { $link }

    If you did not ask for it, do nothing; nothing will happen.
error-portal-sign-in = The address or the password is not right
notice-portal-signed-out = You are signed out
notice-portal-saved = Saved

## Home and tickets
portal-hello = Hello, { $name }
portal-report = Report a fault
portal-asked = Waiting for your answer
portal-to-confirm = Waiting for your word
portal-open = Being worked on
portal-nothing-open = Nothing is open
portal-nothing-open-words = When something fails, press “Report a fault”; you get its number at once.
portal-all-tickets = All tickets
portal-no-tickets = No ticket yet
portal-no-tickets-words = What you report stands here with everything that happens to it.
portal-next = Promised next
portal-owed-handling = We begin work by { $at } at the latest
portal-owed-arrival = An engineer is with you by { $at } at the latest
portal-owed-diagnosis = You get the diagnosis by { $at } at the latest
portal-owed-plan = You get the plan by { $at } at the latest
portal-owed-loaner = Repaired, or a substitute with you, by { $at } at the latest
portal-owed-restoration = It works again by { $at } at the latest
portal-owed-other = { $title }: by { $at } at the latest
portal-promises = What we promised
portal-promise-ended = { $title } ({ $at })
portal-state-running = Running
portal-state-overdue = Late by now
portal-state-paused = Paused for an answer
portal-state-kept = Kept
portal-state-late = Done, but late
portal-state-missed = Not done
portal-state-waived = Waived by you
portal-state-void = No longer applies
portal-calm-resolved = We think that it is solved. Please confirm.
portal-calm-restored = It works again; we are looking for the cause.
portal-calm-waiting = We wait for an answer from elsewhere and keep after it.
portal-calm-no-contract = We are working on it. No contract in force covers this place, so there is no deadline.
portal-calm-working = We are working on it.
portal-we-ask = We need your answer
portal-answer-hint = The clock goes on by itself when you answer.
portal-answer = Answer
portal-is-it-solved = Is it solved?
portal-is-it-solved-words = Please try. If all is well, confirm, and the matter is closed.
portal-confirm = Yes, it is solved
portal-not-solved = Not solved?
portal-still-wrong = What is still wrong
portal-reopen = Open it again
portal-reply = Add words or photographs
portal-reply-text = What do you want to tell us
portal-send = Send
notice-portal-answered = Thank you for the answer; the clock goes on
notice-portal-confirmed = Thank you; the matter is closed
notice-portal-reopened = It is open again; we are on it
notice-portal-replied = Sent

## Reporting
portal-unit = Which unit
portal-unit-hint = Quicker: scan the code on its label
portal-unit-unknown = Not known, or no single unit
portal-other-unit = Another one
portal-site-of-unit = Where the unit stands
portal-what = What is the matter
portal-details = Details
portal-how-bad = What it does
portal-impact-message-only = Strange messages, but it works
portal-impact-disrupted = The unit does not work as it should
portal-impact-total-outage = Everything is down, service to the outside too
portal-photos = Photographs or videos
portal-photos-hint = Several are welcome; a phone offers its camera
portal-onsite = Please send an engineer
portal-not-a-fault = Not a fault?
portal-send-report = Send, and get the number
portal-reported = We have it
portal-keep-number = With this number you look it up, on the telephone too.
portal-follow = Follow it

## Its life, as the customer reads it
portal-fact-ticket-reported = Reported
portal-fact-ticket-severity-changed = Severity set to { $severity }
portal-fact-ticket-handling-started = Work began
portal-fact-ticket-waiting-started = Waiting for an answer: { $addressee }
portal-fact-ticket-waiting-ended = Answered; work goes on
portal-fact-ticket-onsite-requested = An engineer on site was asked for
portal-fact-ticket-onsite-withdrawn = No engineer on site is needed any more
portal-fact-ticket-engineer-arrived = { $engineer_name } arrived on site
portal-fact-ticket-remote-analysis-started = Remote analysis began
portal-fact-ticket-diagnosis-delivered = Diagnosis
portal-fact-ticket-plan-delivered = Plan
portal-fact-ticket-restored = It works again
portal-fact-ticket-resolved = Solved
portal-fact-ticket-closed = Closed
portal-fact-ticket-reopened = Opened again
portal-fact-ticket-cancelled = Withdrawn
portal-fact-ticket-deadline-agreed = Another deadline was agreed: { $promise }, { $at }
portal-fact-ticket-promise-waived = A promise was waived: { $promise }
portal-fact-ticket-deadline-proposed = Another deadline was proposed: { $promise }, { $at }
portal-fact-ticket-waiver-proposed = A waiver was asked for: { $promise }
portal-fact-ticket-proposal-declined = The proposal was declined
portal-fact-ticket-proposal-withdrawn = The proposal was taken back
portal-fact-ticket-note-added = Note
portal-fact-ticket-message-received = Message
portal-fact-ticket-attachment-added = File
portal-fact-remote-consent-announced = Remote access allowed from later on, until { $at }
portal-fact-remote-consent-given = Remote access allowed until { $at }
portal-fact-remote-consent-ended = The consent to remote access ended
portal-fact-remote-session-started = An engineer began remote access
portal-fact-remote-session-ended = Remote access ended

## The access that we give a contact
portal-access = Customer portal
portal-access-given = May sign in
portal-access-seen = Last seen
portal-access-never = Has never signed in
portal-access-none = Cannot sign in to the customer portal yet.
portal-access-no-mail = No mail address. With one, this contact can be let onto the portal.
portal-access-change = Change the access
portal-access-give = Let in
portal-access-role = Role
portal-access-sites = Sites
portal-access-sites-hint = A manager sees all sites; choose none
portal-access-invite = Send an invitation
portal-access-end = End the access
portal-invited = The invitation is on its way
portal-invited-words = A letter went out; its link works for { $days } days. You may also hand this link over yourself. It is a key: give it to nobody else.
portal-copy-link = Copy the link
portal-back-to-contact = Back to the contact
notice-portal-access-given = The access to the portal is saved
notice-portal-access-ended = The access to the portal has ended
error-guest-sites = Choose at least one site
refusal-guest-without-mail = This contact has no mail address to send a link to. Enter one first.
guest-role-reporter = Reporter
guest-role-reporter-does = Reports, follows and confirms at the chosen sites
guest-role-manager = Manager
guest-role-manager-does = Speaks for the whole customer; sees all sites and contracts
guest-role-duty = Person on duty
guest-role-duty-does = Keeps the duty log, and reports
guest-right-follow = see the portal
guest-right-report = report and answer
guest-right-agree = agree to deadlines
guest-right-consent = allow remote access
guest-right-see-contracts = see contracts
guest-right-keep-duty-log = keep the duty log

## Whether the customer sees a file
attachments-share = Show to the customer
attachments-unshare = Hide from the customer
attachments-shared = Seen by the customer
notice-attachment-shared = Whether the customer sees this file has changed

## Security events
nav-security = Security
security-lead = Somebody asked for what is not theirs. They did not get it, and it was noted.
security-none = Nothing suspicious
security-none-words = Numbers of others, forged labels and dead links on the portal are listed here.
security-what = What
security-who = Who
security-times = Times
security-path = Last address
security-last = Last time
security-foreign-id = Something of others
security-forged-code = A forged label
security-dead-link = A dead link

## Facts on record
fact-contact-portal-access-given = Let onto the customer portal ({ $role })
fact-contact-portal-access-changed = The access to the portal was changed ({ $role })
fact-contact-portal-access-ended = The access to the portal ended
fact-contact-portal-password-set = Set a password for the portal
fact-ticket-attachment-shared = Changed whether the customer sees a file

## Proposals and agreement
proposals-title = Proposed to the customer
proposals-none = Nothing is proposed.
proposals-new = Propose another deadline
proposals-as-waiver = Ask the customer to waive this promise instead
proposals-reason-hint = The customer reads this
proposals-send = Send to the customer
proposals-withdraw = Take back
proposals-waiver = Waiver
proposal-open = Waiting for the customer
proposal-accepted = Accepted
proposal-declined = Declined
proposal-withdrawn = Taken back
proposals-letter-subject = { $company }: a proposal about { $number } awaits your answer
proposals-letter =
    Dear customer,

    about “{ $title }” (ticket number { $number }) we have a proposal. Please see whether you agree:

    { $link }

    Until you do, what was promised stays promised.
notice-proposal-sent = The proposal is on its way to the customer
notice-proposal-withdrawn = The proposal was taken back
refusal-proposal-open = A proposal for this promise already waits for the customer. Take it back first.
portal-proposal = We propose
portal-proposal-deadline = { $promise }: by { $at } at the latest
portal-proposal-waiver = To waive this promise: { $promise }
portal-proposal-hint = Until you agree, what was promised stays promised.
portal-accept = I agree
portal-decline = I do not agree
portal-decline-why = Why (may stay empty)
notice-portal-accepted = Agreed; it holds from now on
notice-portal-declined = We know that you do not agree; what was promised stays promised

## Remote access
remote-access = Remote access
remote-allowed = Allowed by the customer
remote-allowed-later = Allowed from later on
remote-not-allowed = The customer has not allowed it, so nobody may go in.
remote-note-consent = Note the customer’s consent
remote-way = How it was told
remote-who = Who allowed it
remote-target = To what
remote-time = Time
remote-from = From
remote-hours = For how many hours
remote-ended = Ended
remote-enter = Begin remote access
remote-leave = End, and log
remote-done = What was done
remote-running = Running
remote-withdrawn-by-customer = The customer took it back
remote-tools = Remote tools
remote-tools-none = No link to a remote tool yet.
remote-tools-add = Add a link
remote-tools-remove = Remove
remote-tools-label = Name
remote-tools-url = Link
remote-tools-url-hint = Such as rustdesk://123456789, https://mesh…, ssh://…
remote-tools-hint = A ticket shows these links only to an engineer whose session runs under a consent.
notice-remote-link-saved = The links to remote tools have changed
notice-remote-allowed = The consent is noted
notice-remote-withdrawn = The consent was taken back; sessions that ran have ended
notice-remote-entered = The session is being logged
notice-remote-left = The session is logged
consent-way-portal = On the portal
consent-way-phone = By telephone
consent-way-mail = By mail
consent-end-expired = Its time was over
consent-end-withdrawn = Taken back
portal-consent = Allow remote access
portal-consent-words = An engineer may need to go into your system. Nobody does without your consent, and you can take it back at any time.
portal-withdraw-consent = Take it back
error-consent-over = The end must lie after the beginning, and ahead of now
error-consent-long = One consent lasts { $days } days at most
error-consent-hours = “{ $given }” is no number of hours
error-consent-before-report = A consent cannot begin before the report
error-remote-link = “{ $given }” is no usable link: begin with https://, ssh://, rustdesk://, rdp:// or vnc://
refusal-consent-stands = A consent stands already. Take it back before another is given.
refusal-consent-missing = The customer has not allowed remote access. Ask them to allow it on the portal, or note what they said by telephone.
refusal-consent-not-yet = The consent begins at { $from }.
refusal-consent-over = The consent has ended. Ask the customer for another.
fact-remote-consent-announced = The customer allowed remote access from later on
fact-remote-consent-given = The customer allowed remote access
fact-remote-consent-ended = The consent to remote access ended
fact-remote-session-started = Remote access began
fact-remote-session-ended = Remote access ended
fact-ticket-deadline-proposed = Another deadline was proposed: { $promise }, { $due_at }
fact-ticket-waiver-proposed = The customer was asked to waive: { $promise }
fact-ticket-proposal-declined = { $contact } declined the proposal
fact-ticket-proposal-withdrawn = The proposal was taken back

## Equipment and contracts
portal-service = Service contract
portal-covered-until = Covered by contract until { $on }
portal-not-covered = Not covered by a contract
portal-no-assets = No equipment yet
portal-no-assets-words = Once we have registered it, each unit stands here with its warranty.
portal-no-sites = No site yet that you may see
portal-no-sites-words = Call the hotline and we add yours.
portal-no-contracts = No contract
portal-no-contracts-words = Once a contract is registered, what was agreed stands here.
portal-no-commitment = No commitment is bound to this contract yet.
portal-contract-number = Contract number
portal-contract-time = Time

## Duty log
duty-log = Duty log
duty-log-lead = A line for each shift; we read it at the inspection.
duty-log-new = Add an entry
duty-log-none = The duty log is empty
duty-log-none-words = The customer’s people on duty write it on the portal; it is read at the monthly inspection.
duty-log-all = The whole log
duty-on = Date
duty-shift = Shift
duty-shift-hint = Day, night…
duty-person = On duty
duty-text = What happened
duty-text-hint = How the equipment ran, what was odd, what was done. A paper log may be photographed
notice-duty-logged = The entry is saved
error-duty-in-the-future = That day has not come yet
fact-site-duty-logged = Duty log: { $on } { $shift }

## By number
lookup-title = Look a ticket up by its number
lookup-lead = No account needed: we send a link to the address or number that was given with the report.
lookup-known = The mail address or phone number given with the report
lookup-known-hint = The link goes nowhere else
lookup-do = Send me the link
lookup-sent = Look into your mail
lookup-sent-words = If number and address belong together, a link is on its way. It works for { $minutes } minutes.
lookup-letter-subject = { $company }: how { $number } stands
lookup-letter =
    Dear customer,

    how ticket { $number } stands can be seen here for { $minutes } minutes:

    { $link }

    If you did not ask for it, do nothing.
lookup-text = { $company }: ticket { $number }, to be seen for { $minutes } minutes at { $link }
lookup-state = How it stands
lookup-asked = We wait for your answer to a question. Please sign in to the portal or call the hotline.
lookup-until = This page can be seen until
lookup-more = Sign in to see everything that happened
lookup-link = A link for the customer
lookup-link-words = Give this link to the customer. For { $minutes } minutes it shows state and promises without signing in, and nothing of what was said.
lookup-back = Back to the ticket

## Labels
labels-title = QR labels
labels-lead = Stuck on a unit, a scan reports a fault of that very unit.
labels-print = Print
labels-scan = Scan to report a fault
