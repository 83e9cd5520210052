variable "name" {
  description = "What the names of all resources begin with."
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

variable "partition" {
  description = "The partition of AWS: aws, aws-cn or aws-us-gov."
  type        = string
  default     = "aws"

  validation {
    condition     = contains(["aws", "aws-cn", "aws-us-gov"], var.partition)
    error_message = "The partition must be aws, aws-cn or aws-us-gov."
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

variable "secrets_key_arn" {
  description = "The key for secrets."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.secrets_key_arn))
    error_message = "The secrets_key_arn must be the ARN of a KMS key."
  }
}

variable "lake_arn" {
  description = "The bucket of the lake."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:s3:::", var.lake_arn))
    error_message = "The lake_arn must be the ARN of a bucket."
  }
}

variable "service" {
  description = "The service of AWS that the processes run on."
  type        = string
  default     = "ecs-tasks.amazonaws.com"

  validation {
    condition     = contains(["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"], var.service)
    error_message = "The service must be ecs-tasks.amazonaws.com or ec2.amazonaws.com."
  }
}

variable "processes" {
  description = "Commands of gavel that run as processes of their own, each with a role."
  type        = set(string)

  validation {
    condition     = length(var.processes) > 0 && alltrue([for process in var.processes : can(regex("^[a-z]+$", process))])
    error_message = "The processes must be commands of gavel, as api and engine."
  }
}

variable "secret_arns" {
  description = "The secrets that each process is started with: ARNs by setting, by process. Empty where ECS starts nothing."
  type        = map(map(string))
  default     = {}

  validation {
    condition     = alltrue([for process in keys(var.secret_arns) : contains(var.processes, process)])
    error_message = "The secret_arns must be of processes that are in processes."
  }
}

variable "alert_processes" {
  description = "The processes that publish alerts of the house."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.alert_processes, var.processes)) == 0
    error_message = "The alert_processes must be in processes."
  }
}

variable "alerts_topic_arn" {
  description = "The topic that they publish to."
  type        = string
  default     = null

  validation {
    condition     = length(var.alert_processes) == 0 || var.alerts_topic_arn != null
    error_message = "The alerts_topic_arn must be given where there are alert_processes."
  }
}
