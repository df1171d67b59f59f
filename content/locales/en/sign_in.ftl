# Signing in, one-time links, second factors.

link-tab = Your link
demo-heading = A demonstration
demo-text = Everybody in this practice is made up. Nothing you do here reaches a real person, and it is forgotten when the demonstration stops.
demo-continue = Continue as { $name }, { $role }
