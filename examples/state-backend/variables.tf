variable "region" {
  description = "AWS region that holds the state of every environment."
  type        = string
  default     = "us-east-1"
}

variable "bucket" {
  description = "Name of the bucket for state files. Bucket names are unique in all of AWS, so choose your own."
  type        = string
  default     = "landform-examples-state"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket name is 3 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit."
  }
}

variable "lock_table" {
  description = "Name of the DynamoDB table for locks."
  type        = string
  default     = "landform-examples-locks"
}

variable "force_destroy" {
  description = "Whether destroy may delete the bucket with the state files that are still in it."
  type        = bool
  default     = false
}
