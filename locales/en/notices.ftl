# Notices: to customers and to staff, how each is told, gateways

## What somebody is told
told-received = Ticket received
told-question = Question to the customer
told-answer = Answer to the customer
told-dispatched = Engineer on the way
told-restored = Service restored
told-resolved = Resolved, please confirm
told-closed = Closed
told-deadline-agreed = Deadline agreed
told-emergency = Emergency
told-assigned = Assigned to me
told-mentioned = Mentioned
told-warning = Deadline comes near
told-overdue = Deadline passed
told-call-reported = An unsolved call was reported to me
told-undelivered = Could not be delivered
told-channel-down = Channel down

## Subjects and words. Values: number, title, customer, site, name, by, text, deadlines, due, promise, arrives, engineer, transport, link
told-received-subject = [{ $number }] We have received: { $title }
told-received-text =
    Dear { $name },

    we have taken up your report "{ $title }". Its number is { $number }; please keep it for your questions.

    What we have promised you:
    { $deadlines }

    Simply answer this letter to add anything.
told-question-subject = [{ $number }] A question: { $title }
told-question-text =
    Dear { $name },

    to go on we need your answer:

    { $text }

    Our time stands still until you answer. Simply answer this letter.
told-answer-subject = [{ $number }] { $title }
told-answer-text =
    Dear { $name },

    { $text }

    { $by }
told-dispatched-subject = [{ $number }] { $engineer } comes to you on { $arrives }
told-dispatched-text =
    Dear { $name },

    for "{ $title }" we send an engineer to you:

    Who: { $engineer }
    When: { $arrives }
    By: { $transport }

    Should this change, we tell you at once.
told-restored-subject = [{ $number }] Restored: { $title }
told-restored-text =
    Dear { $name },

    your service works again. We go on until the cause of "{ $title }" is dealt with.

    { $text }
told-resolved-subject = [{ $number }] Resolved, please confirm: { $title }
told-resolved-text =
    Dear { $name },

    "{ $title }" is resolved:

    { $text }

    Please tell us whether all is well. If it is not, answer this letter and we go on.
told-closed-subject = [{ $number }] Closed: { $title }
told-closed-text =
    Dear { $name },

    "{ $title }" is closed. The number { $number } stays yours: should it come back, name it.
told-deadline-agreed-subject = [{ $number }] Agreed: { $promise } until { $due }
told-deadline-agreed-text =
    Dear { $name },

    as agreed with you, the deadline for "{ $promise }" is now { $due }.

    Reason: { $text }

    If you did not agree to this, please call us.
told-emergency-subject = EMERGENCY [{ $number }] { $customer }: { $title }
told-emergency-text =
    { $customer } { $site }

    { $title }

    Acknowledge it at once, or the next person is called.

    { $deadlines }
told-assigned-subject = [{ $number }] is yours: { $title }
told-assigned-text =
    { $by } gave you a ticket of { $customer } { $site }.

    { $title }

    { $deadlines }
told-mentioned-subject = [{ $number }] { $by } named you: { $title }
told-mentioned-text =
    { $by }:

    { $text }
told-warning-subject = [{ $number }] due { $due }: { $promise }
told-warning-text =
    { $customer } { $site }: { $title }

    "{ $promise }" is due { $due }.
told-overdue-subject = [{ $number }] overdue since { $due }: { $promise }
told-overdue-text =
    { $customer } { $site }: { $title }

    "{ $promise }" was due { $due } and was not done.
told-call-reported-subject = [{ $number }] A call ended unsolved: { $title }
told-call-reported-text =
    { $customer } { $site }: { $title }

    A call about it ended without a solution. What was recorded:

    { $text }
told-undelivered-subject = Could not be delivered: { $title }
told-undelivered-text =
    Something was tried for long and could not be delivered. The last answer:

    { $text }
told-channel-down-subject = Channel down: { $title }
told-channel-down-text =
    The channel "{ $title }" is silent or ill. Customers may not reach us by it.

    { $text }
told-deadline-line = - { $promise }: { $due }
told-hotline = After-sales hotline, day and night, holidays too: { $number }
told-mail = E-mail: { $address }
told-example-title = Core switch does not answer
told-example-customer = Example Bank
told-example-site = Head office
told-example-name = Li Ming
told-example-by = Wang Fang
told-example-text = The power supply was replaced.
told-example-promise = Engineer on site
told-example-promise-2 = Plan for the emergency
told-example-transport = Car

## The bell
way-page = On the page
bell-title = Notices
bell-none = No notices
bell-none-lead = What is assigned to you, what names you and what runs out is shown here.
bell-new = new
bell-read-all = Mark all as read
notice-bell-read = All notices are marked as read.

## How a person is told what
choices-title = How I am told
choices-lead = Choose for each event by which ways you hear of it.
choices-event = Event
choices-quiet = Quiet hours
choices-quiet-hint = Letters, chat and short messages wait until they end. An emergency is never silenced.
choices-quiet-from = From
choices-quiet-to = To
choices-usual = Back to the usual of my role
choices-no-mail = Your account has no e-mail address; ask an administrator to enter one.
choices-no-phone = Your account has no phone number, so neither chat nor short messages reach you.
notice-choices-saved = Your choice is kept.

## What customers are told
notice-words-title = Words of notices
notice-words-lead = What is told to whom, in three languages.
notice-words-no-hotline = No hotline number is set, so notices name none (C7.8). Set `hotline` in the configuration.
notice-words-choose = Letters to customers
notice-words-words = How they read
notice-words-to-customer = to the customer
notice-words-to-staff = to staff
notice-words-locale = Language
notice-words-told = Customers are told of
notice-notices-saved = Saved.

## A public note by mail
note-mail = Send it to the contact by e-mail
note-mail-hint = Only what the customer may read is sent

## Gateways
gateways-title = Gateways
gateways-lead = Chat groups, programs and senders of short messages that notices go to.
gateways-new = New gateway
gateways-none = No gateway yet
gateways-none-lead = Add the robot of a chat group, a webhook, or a sender of short messages.
gateway-kind = Kind
gateway-kind-wecom = WeCom group robot
gateway-kind-wecom-does = Tells a group in WeCom and names its people by their phone number.
gateway-kind-dingtalk = DingTalk group robot
gateway-kind-dingtalk-does = Tells a group in DingTalk, signed with the robot’s secret.
gateway-kind-feishu = Feishu group robot
gateway-kind-feishu-does = Tells a group in Feishu, signed with the robot’s secret.
gateway-kind-webhook = Webhook
gateway-kind-webhook-does = Calls a program for each fact, signed after the Standard Webhooks.
gateway-kind-sms = Short messages
gateway-kind-sms-does = Sends short messages through the HTTP interface of a provider.
gateway-name = Name
gateway-host = Host
gateway-state = State
gateway-on = On
gateway-paused = Paused
gateway-paused-words = Nothing new is sent here while it is paused; what waits is kept.
gateway-address = Address
gateway-address-hint = As the other side shows it. A private address is refused unless the configuration allows it.
gateway-address-sms-hint = May hold {"{to}"} and {"{text}"}. A private address is refused unless the configuration allows it.
gateway-secret = Secret
gateway-secret-hint = Kept sealed; never shown again
gateway-secret-kept = A secret is kept. Type one only to replace it.
gateway-secret-made = Leave it empty: one is made and shown once
gateway-secret-once = The secret, shown this once. The old one signs beside it for a day.
gateway-team = For the team
gateway-all-teams = All teams
gateway-team-hint = People who chose chat are named in the group of their team
gateway-events = Told of
gateway-events-chat-hint = The group hears of these, whoever is concerned
gateway-events-webhook-hint = Facts that are called; names and free text of people are never sent
gateway-method = Method
gateway-headers = Headers
gateway-headers-hint = One in each line; {"{secret}"} stands for the secret
gateway-body = Body
gateway-body-hint = {"{to}"}, {"{text}"} and {"{secret}"} are put in, written as the content type wants it
gateway-success = The answer contains
gateway-success-hint = Some providers answer 200 to a failure; empty takes any 2xx
gateway-try = Try it
gateway-try-words = Aftercare: this is a trial; nothing needs to be done.
gateway-try-worked = The other side took it.
gateway-try-failed = The other side did not take it
gateway-try-no-phone = The trial goes to your own phone, and your account has no number.
gateway-rotate = New secret
gateway-pause = Pause
gateway-resume = Resume
notice-gateway-saved = The gateway is saved.
error-web-address = { $given } is no address of the web. Begin with https://
error-header = Each line is a header: name, colon, value.
error-webhook-secret = A secret of a webhook begins with whsec_ and goes on in base64. Leave it empty to have one made.
told-set-aside = A letter could not be read
told-set-aside-subject = A letter from { $title } was set aside
told-set-aside-text = A letter that came in could not be taken, and waits for you in the inbox: { $text }
told-review-due = An article is to be reviewed
told-review-due-subject = To be reviewed: { $title }
told-review-due-text =
    The day of review of these articles is past. See whether they still hold, or mend them:
    { $text }
