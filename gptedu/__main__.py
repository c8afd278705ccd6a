"""`python -m gptedu` is the `gptedu` command."""

import sys

from gptedu.cli import main

sys.exit(main())
