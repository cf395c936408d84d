"""What can go wrong with an asset; see `domain.errors` for the tree that these are in."""

from domain.errors import Conflict, NotFound, Refused


class WrongAsset(Refused):
    """An asset, its content or its version is not as it must be."""

    def __init__(self, asset: str, *, why: str) -> None:
        self.asset, self.why = asset, why
        super().__init__(f"{asset}: {why}")


class WrongAssetName(WrongAsset):
    """A text cannot be the name of an asset."""


class NoSuchAsset(NotFound):
    """There is no such asset, or no such version of it, in this tenant."""

    def __init__(self, key: str, *, version: int | None = None, works: str | None = None) -> None:
        self.key, self.version = key, version
        super().__init__(key, works=works)
        which = key if version is None else f"{key} version {version}"
        self.args = (f"no asset {which}{f'; {works}' if works else ''}",)


class PublishedMeanwhile(Conflict):
    """Somebody else published an asset first."""

    def __init__(self, key: str, *, expected: int, actual: int) -> None:
        self.key, self.expected, self.actual = key, expected, actual
        was = f"version {expected}" if expected else "nothing"
        now = f"version {actual}" if actual else "nothing"
        super().__init__(
            f"{key}: {was} was published when you began, and now {now} is; look at it"
            f" (`asset.show {key}`), then publish again"
        )
