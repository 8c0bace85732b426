"""The parts of `policyengine negotiate`: commands in, steps and answers out."""
