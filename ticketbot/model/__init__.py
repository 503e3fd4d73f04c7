"""The values that flow through ticketbot: frozen, fast, and without behaviour beyond themselves."""
