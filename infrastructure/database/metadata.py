"""The one collection of table definitions that migrations are compared with."""

import sqlalchemy as sa

METADATA = sa.MetaData()
