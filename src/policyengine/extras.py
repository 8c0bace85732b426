"""How to install what an extra brings, in words that hold however this package came to be here:
from a checkout, an archive or an index. They name what is missing, at the versions that
`pyproject.toml` asks for, and not the distribution, which an index may not have or not mean.
"""

from __future__ import annotations

ANALYSIS = "pip install 'z3-solver>=4.13,<6'"
LSP = "pip install 'pygls>=2.0,<3'"
RETE = "pip install 'durable-rules>=2.0.28,<3'"
