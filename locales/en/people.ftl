# People
sign-in-title = Sign in
sign-in = Sign in
people-login = Login
people-password = Password
style-states = States
