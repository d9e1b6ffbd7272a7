# Mailboxes that are read from mail servers
mailboxes-title = Mailboxes
mailboxes-lead = Letters to these addresses are fetched from their mail servers and become tickets or answers.
mailboxes-new = Add a mailbox
mailboxes-none = No mailbox is read yet
mailboxes-none-lead = Add the address to which customers write. It is read over IMAP; a new letter is in the inbox within seconds.
mailbox-lead = A mailbox on your mail server, read over IMAP. Every letter is taken once, whatever happens in between.
mailbox-name = Name
mailbox-name-hint = As your people know it
mailbox-server = Server
mailbox-state = State
mailbox-read-at = Last read
mailbox-paused = Paused
mailbox-begins = Begins
mailbox-paused-words = This mailbox is not read. Letters wait on the server.
mailbox-fails = The mailbox cannot be read now. It is tried again by itself.
mailbox-pause = Pause
mailbox-resume = Go on
mailbox-try = Try it
mailbox-try-worked = { $count ->
    [one] The folder { $folder } is open; it holds one letter.
   *[other] The folder { $folder } is open; it holds { $count } letters.
}
mailbox-try-idle = The server tells at once when a letter comes.
mailbox-try-no-idle = The server does not tell by itself; it is asked every minute.
mailbox-step-connect = No mail server answers there.
mailbox-step-secure = The connection cannot be made secret.
mailbox-step-sign-in = The server refuses the user name or the password.
mailbox-step-open = The folder cannot be opened.
mailbox-step-talk = The server answers, but not as it should.
mailbox-port-hint = 993 for TLS, 143 for STARTTLS
mailbox-password-hint = Kept sealed; never shown again. With QQ, 163 and other public hosts it is the authorization code (授权码), made in their settings.
mailbox-folder = Folder
mailbox-folder-hint = INBOX where nothing sorts the letters before
mailbox-after = What becomes of a letter that was taken
mailbox-after-seen = It stays and is marked as read
mailbox-after-moved = It is moved to another folder
mailbox-moved-to = To this folder
mailbox-moved-to-hint = Only where letters are moved; it is made where it is missing
mailbox-from-start = Take the letters that lie there now as well
mailbox-from-start-hint = Else only what comes from now on
error-mailbox-same-folder = Letters cannot be moved into the folder that is read. Name another.
notice-mailbox-saved = The mailbox is saved.
