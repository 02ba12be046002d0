"""Class hours: a ledger credited on evidence by versioned rules, attendance at organised training, the unit's report."""
