variable "name" {
  description = "What the names of all resources begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name must be 2 to 21 small letters, digits and dashes, and begin with a letter."
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

variable "vpc_id" {
  description = "The network."
  type        = string

  validation {
    condition     = var.vpc_id != ""
    error_message = "The vpc_id must not be empty."
  }
}

variable "kms_key_arn" {
  description = "The key for data at rest."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The kms_key_arn must be the ARN of a KMS key."
  }
}

variable "subnet_id" {
  description = "A public subnet: the machine goes out by an address of its own, without a NAT gateway."
  type        = string

  validation {
    condition     = var.subnet_id != ""
    error_message = "The subnet_id must not be empty."
  }
}

variable "role_name" {
  description = "The role that the machine has."
  type        = string

  validation {
    condition     = var.role_name != ""
    error_message = "The role_name must not be empty."
  }
}

variable "instance_type" {
  description = "The type of the machine: one that the Free Tier covers and that has room for the compose file."
  type        = string

  validation {
    condition     = contains(["m7i-flex.large", "c7i-flex.large", "t3.large", "t3.xlarge"], var.instance_type)
    error_message = "The instance_type must be m7i-flex.large (8 GB, Free Tier), c7i-flex.large (4 GB, Free Tier), t3.large or t3.xlarge."
  }
}

variable "disk_gb" {
  description = "The disk, in GB. The Free Tier covers 30."
  type        = number
  default     = 30

  validation {
    condition     = var.disk_gb >= 20 && var.disk_gb <= 1000
    error_message = "The disk_gb must be from 20 to 1000."
  }
}

variable "repository" {
  description = "Where the code is cloned from, by HTTPS."
  type        = string

  validation {
    condition     = can(regex("^https://[A-Za-z0-9./_-]+$", var.repository))
    error_message = "The repository must begin with https:// and have letters, digits and . / _ - only."
  }
}

variable "revision" {
  description = "The tag or commit of it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9./_-]*$", var.revision))
    error_message = "The revision must be a tag or a commit."
  }
}

variable "settings" {
  description = "Variables of the compose file that are not as in .env.example. No secrets."
  type        = map(string)

  validation {
    condition     = alltrue([for name, value in var.settings : can(regex("^[A-Z0-9_]+$", name)) && !strcontains(value, "\n")])
    error_message = "The settings must have names of capital letters, and values of one line."
  }
}
