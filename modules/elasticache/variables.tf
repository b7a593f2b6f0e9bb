variable "name" {
  description = "Name of the replication group."
  type        = string

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9]){0,39}$", var.name))
    error_message = "The name is 1 to 40 lower-case letters, digits and single hyphens, starts with a letter and does not end with a hyphen."
  }
}

variable "description" {
  description = "What the cache is for."
  type        = string
  default     = "Cache."
}

variable "engine" {
  description = "Engine: redis or valkey."
  type        = string
  default     = "redis"

  validation {
    condition     = contains(["redis", "valkey"], var.engine)
    error_message = "The engine is redis or valkey."
  }
}

variable "engine_version" {
  description = "Version of the engine, major and minor: \"7.1\"."
  type        = string
  default     = "7.1"
}

variable "node_type" {
  description = "Node type, such as cache.t3.micro."
  type        = string

  validation {
    condition     = startswith(var.node_type, "cache.")
    error_message = "A node type starts with \"cache.\": cache.t3.micro."
  }
}

variable "num_cache_clusters" {
  description = "How many nodes: one primary, the others replicas. With two or more, a replica takes over when the primary fails."
  type        = number
  default     = 2

  validation {
    condition     = var.num_cache_clusters >= 1 && var.num_cache_clusters <= 6
    error_message = "A group has 1 to 6 nodes."
  }
}

variable "port" {
  description = "Port to serve."
  type        = number
  default     = 6379
}

variable "vpc_id" {
  description = "Id of the VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the subnets."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "A cache needs at least one subnet."
  }
}

variable "allowed_security_groups" {
  description = "Ids of the security groups that reach the cache, by a name of your choice."
  type        = map(string)
  default     = {}
}

variable "allowed_cidr_blocks" {
  description = "IPv4 ranges that reach the cache."
  type        = set(string)
  default     = []
}

variable "parameter_group_name" {
  description = "Parameter group to use. Null takes the engine's default one or, with parameters, makes one."
  type        = string
  default     = null
}

variable "parameters" {
  description = "Engine parameters by name."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.parameters) == 0 || var.parameter_group_name == null
    error_message = "Give parameters, or a parameter group that has them."
  }
}

variable "at_rest_encryption_enabled" {
  description = "Whether data is encrypted on disk."
  type        = bool
  default     = true
}

variable "transit_encryption_enabled" {
  description = "Whether clients have to speak TLS."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "ARN of the KMS key to encrypt with. Null takes a key of the service."
  type        = string
  default     = null
}

variable "auth_token" {
  description = "Password that clients have to give, 16 to 128 characters. Null asks for none."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.auth_token == null || (var.transit_encryption_enabled && try(length(var.auth_token) >= 16 && length(var.auth_token) <= 128, false))
    error_message = "A token has 16 to 128 characters, and needs transit_encryption_enabled."
  }
}

variable "snapshot_retention_limit" {
  description = "Days to keep snapshots; 0 makes none."
  type        = number
  default     = 0
}

variable "snapshot_window" {
  description = "When snapshots are made, in UTC."
  type        = string
  default     = "02:00-03:00"
}

variable "maintenance_window" {
  description = "When ElastiCache may change what needs a pause, in UTC."
  type        = string
  default     = "sun:05:00-sun:06:00"
}

variable "apply_immediately" {
  description = "Whether changes that need a pause are made at once, rather than in the maintenance window."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags for every object of the cache, on top of the provider's default_tags."
  type        = map(string)
  default     = {}
}
