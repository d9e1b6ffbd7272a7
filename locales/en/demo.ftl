# The demo company
demo-registry = Making customers, sites and equipment
demo-tickets = Living a year of tickets
demo-company = { $name }, a demo company. These people can sign in:
demo-sign-in = Open { $url } and sign in with the password { $password }
demo-portal = On the customer portal { $url }, with the same password:
