"""Two landings and a playbook become a plan, a plan becomes a journal, a journal becomes measurements."""
