variable "environment" {
  description = "Which environment this is: dev, staging, uat, production or dr."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "uat", "production", "dr"], var.environment)
    error_message = "The environment is dev, staging, uat, production or dr."
  }
}

variable "region" {
  description = "AWS region of the platform."
  type        = string
  default     = "us-east-1"
}

variable "single_nat_gateway" {
  description = "Whether all zones share one NAT gateway."
  type        = bool
  default     = true
}

variable "cluster_version" {
  description = "Kubernetes version."
  type        = string
  default     = "1.28"
}

variable "node_groups" {
  description = "Managed node groups by name."
  type = map(object({
    desired_capacity = number
    min_capacity     = number
    max_capacity     = number
    instance_types   = list(string)
    labels           = optional(map(string), {})
  }))
  default = {
    general = {
      min_capacity     = 2
      desired_capacity = 3
      max_capacity     = 10
      instance_types   = ["t3.large"]
    }
  }
}

variable "db_instance_class" {
  description = "Instance class of the database."
  type        = string
  default     = "db.r6g.xlarge"
}

variable "db_allocated_storage" {
  description = "Storage of the database in GiB."
  type        = number
  default     = 100
}

variable "db_multi_az" {
  description = "Whether the database has a standby in another zone."
  type        = bool
  default     = false
}

variable "backup_retention_period" {
  description = "Days to keep backups of the database."
  type        = number
  default     = 30
}

variable "log_retention_days" {
  description = "Days to keep logs."
  type        = number
  default     = 30
}
