variable "name" {
  description = "What the names of keys and secrets begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name must be 2 to 21 small letters, digits and dashes, and begin with a letter."
  }
}

variable "region" {
  description = "The AWS region, as eu-central-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be an AWS region, as eu-central-1."
  }
}

variable "account_id" {
  description = "The AWS account that owns the keys."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "The account_id must have 12 digits."
  }
}

variable "partition" {
  description = "The partition of AWS: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "The partition must be aws, aws-cn or aws-us-gov."
  }
}

variable "rotation_days" {
  description = "KMS makes new key material after so many days; what was encrypted before stays readable."
  type        = number
  default     = 365

  validation {
    condition     = var.rotation_days >= 90 && var.rotation_days <= 2560
    error_message = "The rotation_days must be from 90 to 2560."
  }
}

variable "secrets" {
  description = "Names of secrets to make, by what they are for."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in values(var.secrets) : can(regex("^[A-Za-z0-9/_+=.@-]{1,256}$", name))])
    error_message = "The secrets must have names of letters, digits and / _ + = . @ - only."
  }
}
