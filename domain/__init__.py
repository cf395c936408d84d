"""What opstrail decides: values, rules, folds and orchestration, without I/O, clock or framework."""
