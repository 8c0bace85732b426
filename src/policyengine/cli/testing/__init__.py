"""The parts of `policyengine test`."""
