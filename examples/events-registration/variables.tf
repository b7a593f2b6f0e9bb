variable "project_name" {
  description = "Name of the project: the first part of every name."
  type        = string
  default     = "events-registration"

  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9]){0,19}$", var.project_name))
    error_message = "The project's name is 1 to 20 lower-case letters, digits and single hyphens, starts with a letter and does not end with a hyphen."
  }
}

variable "environment" {
  description = "Which environment this is: dev, staging or production."
  type        = string

  validation {
    condition     = contains(["dev", "staging", "production"], var.environment)
    error_message = "The environment is dev, staging or production."
  }
}

variable "aws_region" {
  description = "AWS region of the platform."
  type        = string
  default     = "us-west-2"
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

variable "api_clients" {
  description = "IPv4 ranges that reach the Kubernetes API from outside of the VPC."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "nodes" {
  description = "How many nodes the cluster has, and of which types."
  type = object({
    min            = optional(number, 1)
    desired        = optional(number, 2)
    max            = optional(number, 10)
    instance_types = optional(list(string), ["t3.medium"])
  })
  default = {}
}

variable "db_instance_class" {
  description = "Instance class of the database."
  type        = string
  default     = "db.t3.micro"
}

variable "db_multi_az" {
  description = "Whether the database has a standby in another zone."
  type        = bool
  default     = false
}

variable "db_password" {
  description = "Password of the database's master user: TF_VAR_db_password in the environment, never in a file."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.db_password) >= 12 && can(regex("^[!-~]+$", var.db_password)) && !can(regex("[/@\"]", var.db_password))
    error_message = "The password has at least 12 printable characters other than space, slash, quote and at sign."
  }
}

variable "cache_node_type" {
  description = "Node type of the cache."
  type        = string
  default     = "cache.t3.micro"
}

variable "log_retention_days" {
  description = "Days to keep logs."
  type        = number
  default     = 30
}
