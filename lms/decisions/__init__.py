"""What HR decided and why, and what units do in a year: records with evidence before and after."""
