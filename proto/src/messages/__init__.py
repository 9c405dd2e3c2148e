"""Every message of Rapport, written once: both ends of the bus and the REST interface validate with these."""
