"""RDS: windows that touch do not overlap, as 03:00-04:00 and sun:04:00-sun:05:00. moto counts the minute that ends one and begins the other.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Maintenance.html
"""

from moto.rds import utils


def install() -> None:
    overlap = utils.get_overlap_between_two_date_ranges
    utils.get_overlap_between_two_date_ranges = lambda *ranges: overlap(*ranges) or -1
