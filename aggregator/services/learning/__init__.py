"""What people teach triage: decisions, rules, words, places and thresholds, and the models made of them."""
