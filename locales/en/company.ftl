# The company that gives the service

## The company
company-title = Company
company-lead = The name and the hotline that customers see on every page, notice and document (C7.8).
company-name = Company name
company-name-hint = It stands on what customers read.
company-hotline = Hotline
company-hotline-hint = Answered at any hour, on holidays too. Once saved it stands on all pages and on every notice from then on.
company-mark = Mark
company-mark-hint = One to four characters in place of the logo of the portal; left empty, a drawing stands there.
company-address = Address
company-address-hint = At the foot of the portal and of documents.
company-supervisor = Address for reports to the supervisor
company-supervisor-hint = Calls that end unsolved are reported here too, beside the supervisor in person (C4.3).
notice-company-saved = The company is saved
