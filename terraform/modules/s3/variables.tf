variable "name" {
  description = "What the names of the buckets begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name must be 2 to 21 small letters, digits and dashes, and begin with a letter."
  }
}

variable "account_id" {
  description = "The AWS account; the names of buckets end with it, since they are shared by all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "The account_id must have 12 digits."
  }
}

variable "kms_key_arn" {
  description = "The key that the lake is encrypted with."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The kms_key_arn must be the ARN of a KMS key."
  }
}

variable "cold_after_days" {
  description = "After so many days the events in Bronze move to `cold_class`."
  type        = number
  default     = 90

  validation {
    condition     = var.cold_after_days >= 30 && var.cold_after_days <= 36500
    error_message = "The cold_after_days must be from 30 (S3 moves nothing earlier to its cheaper classes) to 36500."
  }
}

variable "cold_class" {
  description = "That storage class. All of these can be read at once."
  type        = string
  default     = "GLACIER_IR"

  validation {
    condition     = contains(["GLACIER_IR", "STANDARD_IA", "INTELLIGENT_TIERING"], var.cold_class)
    error_message = "The cold_class must be GLACIER_IR, STANDARD_IA or INTELLIGENT_TIERING."
  }
}

variable "ingress_days" {
  description = "Raw messages in Bronze expire after so many days."
  type        = number
  default     = 400

  validation {
    condition     = var.ingress_days >= 1 && var.ingress_days <= 36500
    error_message = "The ingress_days must be from 1 to 36500."
  }
}

variable "log_days" {
  description = "Access logs expire after so many days."
  type        = number
  default     = 400

  validation {
    condition     = var.log_days >= 1 && var.log_days <= 36500
    error_message = "The log_days must be from 1 to 36500."
  }
}

variable "force_destroy" {
  description = "Whether `destroy` may delete buckets that hold objects: for a demonstration only. Locked objects stay all the same."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.force_destroy || !startswith(var.name, "prod")
    error_message = "The force_destroy is for demonstrations; a name that begins with prod is none."
  }
}
