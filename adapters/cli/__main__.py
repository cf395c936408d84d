"""`python -m adapters.cli` is the `opstrail` command."""

import sys

from adapters.cli.app import main

sys.exit(main())
