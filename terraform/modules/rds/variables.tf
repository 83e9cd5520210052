variable "name" {
  description = "The name of the database instance, and what its parts begin with."
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
  description = "The network that the database is in."
  type        = string

  validation {
    condition     = var.vpc_id != ""
    error_message = "The vpc_id must not be empty."
  }
}

variable "subnet_ids" {
  description = "Private subnets in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "The subnet_ids must be two at least: RDS wants two zones."
  }
}

variable "client_security_group_ids" {
  description = "Security groups that may connect, by a name for each."
  type        = map(string)

  validation {
    condition     = length(var.client_security_group_ids) > 0
    error_message = "The client_security_group_ids must not be empty: nobody could connect."
  }
}

variable "kms_key_arn" {
  description = "The key that storage and Performance Insights are encrypted with."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The kms_key_arn must be the ARN of a KMS key."
  }
}

variable "secrets_key_arn" {
  description = "The key that the superuser's password is encrypted with."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.secrets_key_arn))
    error_message = "The secrets_key_arn must be the ARN of a KMS key."
  }
}

variable "engine_version" {
  description = "The version of PostgreSQL; the major one is what the tests run."
  type        = string
  default     = "18"

  validation {
    condition     = can(regex("^18(\\.[0-9]+)?$", var.engine_version))
    error_message = "The engine_version must be 18, or 18 with a minor version."
  }
}

variable "instance_class" {
  description = "The class of the instance, as db.m7g.large."
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "The instance_class must begin with db."
  }
}

variable "replica_class" {
  description = "The class of a read replica; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.replica_class == null ? true : startswith(var.replica_class, "db.")
    error_message = "The replica_class must begin with db., or be null."
  }
}

variable "storage_gb" {
  description = "Storage at the start, in GB. From 400 on gp3 has 12,000 operations a second."
  type        = number
  default     = 100

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 65536
    error_message = "The storage_gb must be from 20 to 65536."
  }
}

variable "storage_max_gb" {
  description = "Storage grows by itself up to so many GB."
  type        = number
  default     = 1000

  validation {
    condition     = var.storage_max_gb > var.storage_gb && var.storage_max_gb <= 65536
    error_message = "The storage_max_gb must be more than storage_gb, and 65536 at most."
  }
}

variable "multi_az" {
  description = "Whether a stand-by in another zone takes over."
  type        = bool
  nullable    = false
  default     = true

  validation {
    condition     = var.multi_az || !var.deletion_protection
    error_message = "The multi_az may be false only for a database that may be deleted."
  }
}

variable "backup_days" {
  description = "Automated backups, and with them point-in-time recovery, go back so many days."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "The backup_days must be from 7 to 35."
  }
}

variable "deletion_protection" {
  description = "Whether the database can be deleted only after this was set to false; then it leaves no last snapshot."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.deletion_protection || !startswith(var.name, "prod")
    error_message = "The deletion_protection must be true for a name that begins with prod."
  }
}
