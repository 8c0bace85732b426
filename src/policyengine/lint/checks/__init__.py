"""One check a module; `registry.CHECKS` lists them."""
