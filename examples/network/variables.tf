variable "project" {
  description = "Name of the project: the first part of every name."
  type        = string
  default     = "atlas"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.project))
    error_message = "The project is 1 to 12 lower-case letters, digits and hyphens, and starts with a letter."
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

variable "region" {
  description = "AWS region of the network."
  type        = string
  default     = "us-east-1"
}

variable "cidr_block" {
  description = "IPv4 range of the VPC."
  type        = string
  default     = "10.0.0.0/16"
}

variable "zone_letters" {
  description = "Letters of the availability zones that the network spreads over."
  type        = list(string)
  default     = ["a", "b", "c"]

  validation {
    condition     = contains([2, 3], length(var.zone_letters)) && alltrue([for letter in var.zone_letters : can(regex("^[a-z]$", letter))])
    error_message = "The network spreads over 2 or 3 zones, each named by its letter."
  }
}

variable "public_subnets" {
  description = "IPv4 ranges of the public subnets, one a zone."
  type        = list(string)
  default     = ["10.0.101.0/24", "10.0.102.0/24", "10.0.103.0/24"]
}

variable "private_subnets" {
  description = "IPv4 ranges of the private subnets, one a zone."
  type        = list(string)
  default     = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
}

variable "database_subnets" {
  description = "IPv4 ranges of the database subnets, one a zone."
  type        = list(string)
  default     = ["10.0.20.0/24", "10.0.21.0/24", "10.0.22.0/24"]
}

variable "single_nat_gateway" {
  description = "Whether all zones share one NAT gateway."
  type        = bool
  default     = false
}

variable "web_ports" {
  description = "TCP ports that the load balancers serve, and what for."
  type        = map(number)
  default = {
    http  = 80
    https = 443
  }
}

variable "web_clients" {
  description = "IPv4 ranges that may reach the load balancers."
  type        = set(string)
  default     = ["0.0.0.0/0"]
}

variable "application_port" {
  description = "TCP port that the application serves to the load balancers."
  type        = number
  default     = 8080

  validation {
    condition     = var.application_port >= 1024 && var.application_port <= 65535
    error_message = "The application runs without privileges, so its port is 1024 to 65535."
  }
}

variable "log_retention_days" {
  description = "Days to keep flow log records."
  type        = number
  default     = 30
}
