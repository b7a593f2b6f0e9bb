variable "identifier" {
  description = "Name of the database instance."
  type        = string

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9]){0,61}$", var.identifier))
    error_message = "The identifier is 1 to 62 lower-case letters, digits and single hyphens, starts with a letter and does not end with a hyphen."
  }
}

variable "engine" {
  description = "Database engine: postgres, mysql or mariadb."
  type        = string
  default     = "postgres"

  validation {
    condition     = contains(["postgres", "mysql", "mariadb"], var.engine)
    error_message = "The engine is postgres, mysql or mariadb."
  }
}

variable "engine_version" {
  description = "Version of the engine: \"15.4\", or \"15\" to follow minor versions."
  type        = string
}

variable "instance_class" {
  description = "Instance class, such as db.t3.micro."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "An instance class starts with \"db.\": db.t3.micro."
  }
}

variable "allocated_storage" {
  description = "Storage in GiB."
  type        = number
}

variable "max_allocated_storage" {
  description = "GiB that RDS lets the storage grow to by itself. Null never lets it grow."
  type        = number
  default     = null

  validation {
    condition     = var.max_allocated_storage == null || try(var.max_allocated_storage > var.allocated_storage, false)
    error_message = "Storage can only grow: max_allocated_storage is more than allocated_storage."
  }
}

variable "storage_type" {
  description = "Type of the storage."
  type        = string
  default     = "gp3"
}

variable "storage_encrypted" {
  description = "Whether storage, backups and snapshots are encrypted."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "ARN of the KMS key to encrypt with. Null takes the account's key for RDS."
  type        = string
  default     = null
}

variable "db_name" {
  description = "Name of the database to begin with. Null makes none."
  type        = string
  default     = null
}

variable "username" {
  description = "Name of the master user."
  type        = string
}

variable "password" {
  description = "Password of the master user. Null lets RDS make one, keep it in Secrets Manager and rotate it."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.password == null || try(length(var.password) >= 8, false)
    error_message = "A password has at least 8 characters."
  }
}

variable "port" {
  description = "Port to serve. Null takes the engine's own."
  type        = number
  default     = null
}

variable "vpc_id" {
  description = "Id of the VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS needs subnets in at least two availability zones."
  }
}

variable "allowed_security_groups" {
  description = "Ids of the security groups that reach the database, by a name of your choice."
  type        = map(string)
  default     = {}
}

variable "allowed_cidr_blocks" {
  description = "IPv4 ranges that reach the database."
  type        = set(string)
  default     = []
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over when this one fails."
  type        = bool
  default     = false
}

variable "backup_retention_period" {
  description = "Days to keep backups, 0 to 35."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_period >= 0 && var.backup_retention_period <= 35
    error_message = "RDS keeps backups for 0 to 35 days."
  }
}

variable "backup_window" {
  description = "When backups are made, in UTC: \"03:00-04:00\"."
  type        = string
  default     = "03:00-04:00"
}

variable "maintenance_window" {
  description = "When RDS may change what needs a pause, in UTC: \"sun:04:00-sun:05:00\"."
  type        = string
  default     = "sun:04:00-sun:05:00"
}

variable "apply_immediately" {
  description = "Whether changes that need a pause are made at once, rather than in the maintenance window."
  type        = bool
  default     = false
}

variable "enabled_cloudwatch_logs_exports" {
  description = "Logs to send to CloudWatch: postgresql and upgrade for PostgreSQL; audit, error, general and slowquery for the others."
  type        = set(string)
  default     = []
}

variable "log_retention_days" {
  description = "Days to keep logs in CloudWatch."
  type        = number
  default     = 30
}

variable "parameters" {
  description = "Engine parameters by name. Those marked pending_reboot wait for the next restart."
  type = map(object({
    value          = string
    pending_reboot = optional(bool, false)
  }))
  default = {}
}

variable "performance_insights_enabled" {
  description = "Whether to record what the database is busy with."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether the instance can not be deleted."
  type        = bool
  default     = false
}

variable "skip_final_snapshot" {
  description = "Whether the instance is deleted without a last snapshot."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags for every object of the database, on top of the provider's default_tags."
  type        = map(string)
  default     = {}
}
