variable "name" {
  description = "What the names of all resources begin with."
  type        = string
  default     = "gavel-demo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name must be 2 to 21 small letters, digits and dashes, and begin with a letter."
  }
}

variable "region" {
  description = "The AWS region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region must be an AWS region, as eu-central-1."
  }
}

variable "account_id" {
  description = "The AWS account; a plan for another one is refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "The account_id must have 12 digits."
  }
}

variable "alarm_emails" {
  description = "Who is told of alarms and of the budget."
  type        = set(string)

  validation {
    condition     = length(var.alarm_emails) > 0
    error_message = "The alarm_emails must be one address at least."
  }
}

variable "instance_type" {
  description = "The type of the machine."
  type        = string
  default     = "m7i-flex.large"

  validation {
    condition     = can(regex("^[a-z0-9-]+\\.[a-z0-9]+$", var.instance_type))
    error_message = "The instance_type must be as m7i-flex.large."
  }
}

variable "repository" {
  description = "Where the machine clones the code from, by HTTPS."
  type        = string

  validation {
    condition     = startswith(var.repository, "https://")
    error_message = "The repository must begin with https://."
  }
}

variable "revision" {
  description = "The tag or commit of it."
  type        = string

  validation {
    condition     = var.revision != ""
    error_message = "The revision must not be empty."
  }
}

variable "budget_usd" {
  description = "What a month may cost, in USD."
  type        = number
  default     = 10

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget_usd must be more than 0."
  }
}
