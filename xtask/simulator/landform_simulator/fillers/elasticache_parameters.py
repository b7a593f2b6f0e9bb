"""Families of ElastiCache's parameter groups, and their parameters with the values that AWS gives them.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
"""

FAMILIES = (
    "memcached1.4",
    "memcached1.5",
    "memcached1.6",
    "redis2.8",
    "redis3.2",
    "redis4.0",
    "redis5.0",
    "redis6.x",
    "redis7",
    "valkey7",
    "valkey8",
)

_MEMCACHED = {
    "backlog_queue_limit": "1024",
    "binding_protocol": "auto",
    "cas_disabled": "0",
    "chunk_size": "48",
    "chunk_size_growth_factor": "1.25",
    "disable_flush_all": "0",
    "error_on_memory_exhausted": "0",
    "hash_algorithm": "jenkins",
    "idle_timeout": "0",
    "large_memory_pages": "0",
    "lru_crawler": "0",
    "lru_maintainer": "0",
    "max_item_size": "1048576",
    "max_simultaneous_connections": "65000",
    "maxconns_fast": "0",
    "memcached_connections_overhead": "100",
    "slab_reassign": "0",
    "slab_automove": "0",
}

_REDIS = {
    "active-defrag-cycle-max": "75",
    "active-defrag-cycle-min": "5",
    "active-defrag-ignore-bytes": "104857600",
    "active-defrag-max-scan-fields": "1000",
    "active-defrag-threshold-lower": "10",
    "active-defrag-threshold-upper": "100",
    "activedefrag": "no",
    "activerehashing": "yes",
    "acllog-max-len": "128",
    "appendfsync": "everysec",
    "appendonly": "no",
    "client-output-buffer-limit-normal-hard-limit": "0",
    "client-output-buffer-limit-normal-soft-limit": "0",
    "client-output-buffer-limit-normal-soft-seconds": "0",
    "client-output-buffer-limit-pubsub-hard-limit": "33554432",
    "client-output-buffer-limit-pubsub-soft-limit": "8388608",
    "client-output-buffer-limit-pubsub-soft-seconds": "60",
    "client-output-buffer-limit-replica-soft-seconds": "60",
    "client-query-buffer-limit": "1073741824",
    "close-on-replica-write": "yes",
    "cluster-allow-pubsubshard-when-down": "yes",
    "cluster-allow-reads-when-down": "no",
    "cluster-enabled": "no",
    "cluster-require-full-coverage": "no",
    "databases": "16",
    "hll-sparse-max-bytes": "3000",
    "latency-tracking": "no",
    "lazyfree-lazy-eviction": "no",
    "lazyfree-lazy-expire": "no",
    "lazyfree-lazy-server-del": "no",
    "lazyfree-lazy-user-del": "no",
    "lfu-decay-time": "1",
    "lfu-log-factor": "10",
    "list-compress-depth": "0",
    "lua-replicate-commands": "yes",
    "maxclients": "65000",
    "maxmemory-policy": "volatile-lru",
    "maxmemory-samples": "3",
    "min-replicas-max-lag": "10",
    "min-replicas-to-write": "0",
    "notify-keyspace-events": "",
    "proto-max-bulk-len": "536870912",
    "rename-commands": "",
    "repl-backlog-size": "1048576",
    "repl-backlog-ttl": "3600",
    "replica-allow-chaining": "no",
    "replica-ignore-maxmemory": "yes",
    "replica-lazy-flush": "no",
    "reserved-memory-percent": "25",
    "set-max-intset-entries": "512",
    "slowlog-log-slower-than": "10000",
    "slowlog-max-len": "128",
    "stream-node-max-bytes": "4096",
    "stream-node-max-entries": "100",
    "tcp-keepalive": "300",
    "timeout": "0",
    "tracking-table-max-keys": "1000000",
}

_PACKED = {"hash-max-{}-entries": "512", "hash-max-{}-value": "64", "list-max-{}-size": "-2", "zset-max-{}-entries": "128", "zset-max-{}-value": "64"}


def parameters_of(family: str) -> dict[str, str]:
    if family.startswith("memcached"):
        return _MEMCACHED
    # Version 7 calls ziplists by another name.
    noun = "listpack" if family in ("redis7", "valkey7", "valkey8") else "ziplist"
    return dict(sorted((_REDIS | {name.format(noun): value for name, value in _PACKED.items()}).items()))
