"""The deterministic planner: it answers exactly the question asked, or none.

text -> recognising -> reading -> kinds -> plan
"""
