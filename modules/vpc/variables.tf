variable "name" {
  description = "Short name that every object of the network carries in its Name tag."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,23}$", var.name))
    error_message = "The name is 1 to 24 lower-case letters, digits and hyphens, and starts with a letter."
  }
}

variable "cidr_block" {
  description = "IPv4 range of the VPC, for example 10.0.0.0/16."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.cidr_block)) && try(cidrhost(var.cidr_block, 0) == split("/", var.cidr_block)[0], false)
    error_message = "The range is IPv4 in CIDR notation, written with its network address: 10.0.0.0/16, not 10.0.0.1/16."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr_block)[1]) >= 16 && tonumber(split("/", var.cidr_block)[1]) <= 28, false)
    error_message = "AWS accepts VPC ranges from /16 to /28."
  }
}

variable "availability_zones" {
  description = "Names of the availability zones to spread subnets over. The n-th subnet of each tier goes to the n-th zone, then around again."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) > 0
    error_message = "A network needs at least one availability zone."
  }

  validation {
    condition     = length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "Each availability zone is listed once."
  }
}

variable "public_subnets" {
  description = "IPv4 ranges of the subnets with a route to the internet gateway."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.public_subnets : can(cidrnetmask(cidr))])
    error_message = "Each public subnet is an IPv4 range in CIDR notation."
  }
}

variable "private_subnets" {
  description = "IPv4 ranges of the subnets that reach the internet through NAT only."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.private_subnets : can(cidrnetmask(cidr))])
    error_message = "Each private subnet is an IPv4 range in CIDR notation."
  }
}

variable "database_subnets" {
  description = "IPv4 ranges of the subnets for databases; they have no route out of the VPC."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.database_subnets : can(cidrnetmask(cidr))])
    error_message = "Each database subnet is an IPv4 range in CIDR notation."
  }
}

variable "enable_nat_gateway" {
  description = "Whether private subnets reach the internet through NAT gateways."
  type        = bool
  default     = true

  validation {
    condition     = !var.enable_nat_gateway || length(var.private_subnets) == 0 || length(var.public_subnets) > 0
    error_message = "A NAT gateway lives in a public subnet: add one, or set enable_nat_gateway = false."
  }
}

variable "single_nat_gateway" {
  description = "Whether all zones share one NAT gateway. Cheaper, but the loss of its zone cuts off the others."
  type        = bool
  default     = false

  validation {
    condition     = !var.enable_nat_gateway || var.single_nat_gateway || length(local.zones_without_public_subnet) == 0
    error_message = "One NAT gateway a zone needs a public subnet in each zone that has a private one. Missing in: ${join(", ", local.zones_without_public_subnet)}."
  }
}

variable "enable_vpn_gateway" {
  description = "Whether to attach a virtual private gateway, with its routes propagated to the private and database subnets."
  type        = bool
  default     = false
}

variable "map_public_ip_on_launch" {
  description = "Whether instances in public subnets get a public address unasked."
  type        = bool
  default     = false
}

variable "enable_flow_log" {
  description = "Whether to record the traffic of the VPC to a CloudWatch log group."
  type        = bool
  default     = true
}

variable "flow_log_traffic_type" {
  description = "Which traffic the flow log records: ACCEPT, REJECT or ALL."
  type        = string
  default     = "ALL"

  validation {
    condition     = contains(["ACCEPT", "REJECT", "ALL"], var.flow_log_traffic_type)
    error_message = "The traffic type is ACCEPT, REJECT or ALL."
  }
}

variable "flow_log_retention_days" {
  description = "Days to keep flow log records."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.flow_log_retention_days)
    error_message = "CloudWatch Logs keeps records for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "flow_log_kms_key_arn" {
  description = "ARN of the KMS key that encrypts the flow log; its policy must let CloudWatch Logs use it. Null leaves encryption to CloudWatch."
  type        = string
  default     = null
}

variable "public_subnet_tags" {
  description = "Tags for public subnets only, such as kubernetes.io/role/elb = 1."
  type        = map(string)
  default     = {}
}

variable "private_subnet_tags" {
  description = "Tags for private subnets only, such as kubernetes.io/role/internal-elb = 1."
  type        = map(string)
  default     = {}
}

variable "database_subnet_tags" {
  description = "Tags for database subnets only."
  type        = map(string)
  default     = {}
}

variable "tags" {
  description = "Tags for every object of the network, on top of the provider's default_tags."
  type        = map(string)
  default     = {}
}
