variable "cluster_name" {
  description = "Name of the cluster; it goes into the names of its roles, key and log group."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,37}$", var.cluster_name))
    error_message = "The cluster's name is 1 to 38 letters, digits, hyphens and underscores, and starts with a letter or digit."
  }
}

variable "cluster_version" {
  description = "Kubernetes version, major and minor: 1.28."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.cluster_version))
    error_message = "The Kubernetes version is a major and a minor one, such as \"1.28\"."
  }
}

variable "vpc_id" {
  description = "Id of the VPC that the cluster lives in."
  type        = string
}

variable "subnet_ids" {
  description = "Ids of the subnets for the control plane's network interfaces and, unless a node group says otherwise, for nodes. At least two, in different zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "EKS needs subnets in at least two availability zones."
  }
}

variable "node_groups" {
  description = "Managed node groups by name."
  type = map(object({
    desired_capacity = number
    min_capacity     = number
    max_capacity     = number
    instance_types   = list(string)

    ami_type                   = optional(string, "AL2_x86_64")
    capacity_type              = optional(string, "ON_DEMAND")
    disk_size                  = optional(number, 20)
    labels                     = optional(map(string), {})
    max_unavailable_percentage = optional(number, 33)
    subnet_ids                 = optional(list(string))
    taints = optional(list(object({
      key    = string
      value  = optional(string)
      effect = string
    })), [])
  }))
  default = {}

  validation {
    condition     = alltrue([for group in var.node_groups : group.min_capacity <= group.desired_capacity && group.desired_capacity <= group.max_capacity])
    error_message = "Each node group has min_capacity <= desired_capacity <= max_capacity."
  }

  validation {
    condition     = alltrue([for group in var.node_groups : length(group.instance_types) > 0])
    error_message = "Each node group has at least one instance type."
  }

  validation {
    condition     = alltrue([for group in var.node_groups : contains(["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"], group.capacity_type)])
    error_message = "The capacity type is ON_DEMAND, SPOT or CAPACITY_BLOCK."
  }

  validation {
    condition     = alltrue(flatten([for group in var.node_groups : [for taint in group.taints : contains(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"], taint.effect)]]))
    error_message = "The effect of a taint is NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE."
  }
}

variable "endpoint_public_access" {
  description = "Whether the API server is reached from outside of the VPC. From inside it always is."
  type        = bool
  default     = true
}

variable "public_access_cidrs" {
  description = "IPv4 ranges that reach the API server from outside."
  type        = list(string)
  default     = ["0.0.0.0/0"]
}

variable "enabled_log_types" {
  description = "Which logs the control plane writes: api, audit, authenticator, controllerManager, scheduler."
  type        = list(string)
  default     = ["api", "audit", "authenticator"]

  validation {
    condition     = alltrue([for type in var.enabled_log_types : contains(["api", "audit", "authenticator", "controllerManager", "scheduler"], type)])
    error_message = "Log types are api, audit, authenticator, controllerManager and scheduler."
  }
}

variable "log_retention_days" {
  description = "Days to keep logs of the control plane."
  type        = number
  default     = 30
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts Kubernetes secrets. Null makes one for this cluster."
  type        = string
  default     = null
}

variable "addons" {
  description = "EKS add-ons by name. Those marked before_nodes are there before the first node; without a version, EKS chooses the one that suits the cluster."
  type = map(object({
    version                  = optional(string)
    configuration            = optional(string)
    before_nodes             = optional(bool, false)
    service_account_role_arn = optional(string)
  }))
  default = {
    coredns    = {}
    kube-proxy = { before_nodes = true }
    vpc-cni    = { before_nodes = true }
  }
}

variable "access_entries" {
  description = "Who may use the cluster, by a name of your choice: an IAM principal, and the access policy that it gets in all namespaces or in some."
  type = map(object({
    principal_arn = string
    policy        = optional(string, "AmazonEKSViewPolicy")
    namespaces    = optional(list(string), [])
  }))
  default = {}
}

variable "tags" {
  description = "Tags for every object of the cluster, on top of the provider's default_tags."
  type        = map(string)
  default     = {}
}
