"""Files as they were handed in: kept once under the hash of their content, never under the name they came with.

`links` hangs them on things of any room, `kinds` and `images` say what may come in, `serving` hands them out,
`keeping` holds rows and files against each other.
"""

from lantian.site.core.attachments.storing import (
    NotTaken,
    Upload,
    empty,
    look_over,
    path_of,
    safe_name,
    store,
    take,
    too_large,
)

__all__ = ["NotTaken", "Upload", "empty", "look_over", "path_of", "safe_name", "store", "take", "too_large"]
