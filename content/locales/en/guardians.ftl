# Guardians of clients who are minors.

nav-guardian = Contact
guardian-heading = For guardians
guardian-lede = What the practice lets you see. What is said and written in the therapy stays there.
guardian-none-title = There is nothing for you here now
guardian-none-text = Nobody's details are open to you. If you expected something, ask the practice.
guardian-no-contact = No contact details are on record.
guardian-phone = Phone
guardian-emergency = Whom to call in an emergency
guardian-until-day = Open to you until { $until }.
guardian-add = Add a guardian
guardian-add-text = A guardian sees the client's name and contact details, and nothing of the record. Their access ends by itself when the client comes of age. Each look of theirs stands in the client's history. You hand the link over; it works for 72 hours.
guardian-email-help = Their own address. Never one that the client uses.
guardian-basis = Legal basis
guardian-parent = parent with custody
guardian-court = appointed by a court
guardian-document = another ground, shown by a document
guardian-until-help = Year-month-day; empty means until the client's eighteenth birthday.
guardian-no-basis = Say on which ground they are a guardian.
guardian-not-a-minor = Only a client who is under 18 has a guardian. Write the date of birth into the particulars first.
guardian-clients-own-address = This is the client's own address. A guardian needs a different one, so that what is meant for the client reaches only the client.
problem-guardians-address = A guardian of this client uses this address. The client needs a different one, so that what is meant for the client reaches only the client.
guardian-no-end = Give a day from today on, before the client comes of age.
