# The whole history of a contact
contact-history-lead = Reports, calls, messages and what they did on the portal, in one order.
contact-history-all = All
contact-history-tickets = Tickets
contact-history-calls = Calls
contact-history-messages = Messages
contact-history-deliveries = Notices
contact-history-acts = Portal
contact-history-empty = Nothing yet
contact-history-empty-words = What they report, calls, letters and what they do on the portal will stand here.
contact-history-call-in = They called
contact-history-call-out = We called
contact-history-message-in = They wrote
contact-history-message-out = We wrote
contact-history-told = Told
contact-history-portal = Portal
contact-history-act = Did something
