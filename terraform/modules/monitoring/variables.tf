variable "name" {
  description = "What the names of all resources begin with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "The name must be 2 to 21 small letters, digits and dashes, and begin with a letter."
  }
}

variable "account_id" {
  description = "The AWS account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "The account_id must have 12 digits."
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

variable "alarm_emails" {
  description = "Who is told of alarms and of the budget."
  type        = set(string)

  validation {
    condition     = length(var.alarm_emails) > 0 && alltrue([for email in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", email))])
    error_message = "The alarm_emails must be one address at least."
  }
}

variable "budget_usd" {
  description = "What a month may cost, in USD; told of at 80 % spent and when the forecast passes it."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget_usd must be more than 0."
  }
}

variable "database_identifiers" {
  description = "Databases to watch, the primary first."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.database_identifiers) <= 2
    error_message = "The database_identifiers must be a primary and a replica at most."
  }
}

variable "database_connections_max" {
  description = "An alarm beyond so many connections to a database."
  type        = number
  default     = 400

  validation {
    condition     = var.database_connections_max >= 10
    error_message = "The database_connections_max must be 10 at least."
  }
}

variable "balancer" {
  description = "The load balancer and its target group as CloudWatch names them; null for none."
  type        = object({ LoadBalancer = string, TargetGroup = string })
  default     = null

  validation {
    condition     = var.balancer == null ? true : var.balancer.LoadBalancer != "" && var.balancer.TargetGroup != ""
    error_message = "The balancer must name both."
  }
}

variable "services" {
  description = "Services of an ECS cluster that must run; null for none."
  type        = object({ cluster = string, names = set(string) })
  default     = null

  validation {
    condition     = var.services == null ? true : length(var.services.names) > 0
    error_message = "The services must have names."
  }
}

variable "kafka" {
  description = "The MSK cluster and how many brokers it has; null for none."
  type        = object({ cluster = string, brokers = number })
  default     = null

  validation {
    condition     = var.kafka == null ? true : var.kafka.brokers >= 1
    error_message = "The kafka must have one broker at least."
  }
}

variable "watch_instance" {
  description = "Whether there is a machine to watch."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.watch_instance || var.services == null
    error_message = "The watch_instance is for a house on one machine; one on ECS has services."
  }
}

variable "instance_id" {
  description = "That machine."
  type        = string
  default     = null

  validation {
    condition     = !var.watch_instance || var.instance_id != null
    error_message = "The instance_id must be given where watch_instance is true."
  }
}
