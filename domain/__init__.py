"""What opstrail decides: values, rules, folds, orchestration; without I/O, clock or framework."""
