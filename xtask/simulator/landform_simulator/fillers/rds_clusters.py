"""RDS clusters."""


def install() -> None:
    pass
