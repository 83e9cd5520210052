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

variable "subnet_ids" {
  description = "Private subnets, each in a zone of its own."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2 && length(var.subnet_ids) <= 3
    error_message = "The subnet_ids must be two or three."
  }
}

variable "client_security_group_id" {
  description = "The security group of the processes that connect."
  type        = string

  validation {
    condition     = var.client_security_group_id != ""
    error_message = "The client_security_group_id must not be empty."
  }
}

variable "scram_secret_arn" {
  description = "The secret with username and password of the house; its name begins with AmazonMSK_."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:secretsmanager:", var.scram_secret_arn))
    error_message = "The scram_secret_arn must be the ARN of a secret."
  }
}

variable "kafka_version" {
  description = "The version of Kafka, one that MSK offers."
  type        = string
  default     = "3.9.x"

  validation {
    condition     = can(regex("^[34]\\.[0-9]+(\\.(x|[0-9]+)(\\.kraft)?)?$", var.kafka_version))
    error_message = "The kafka_version must be as 3.9.x."
  }
}

variable "broker_count" {
  description = "How many brokers: as many in each subnet."
  type        = number
  default     = 3

  validation {
    condition     = var.broker_count >= 3 && var.broker_count % length(var.subnet_ids) == 0
    error_message = "The broker_count must be 3 at least, since each topic has three copies, and a multiple of the subnets."
  }
}

variable "instance_type" {
  description = "The type of the brokers, as kafka.m7g.large."
  type        = string
  default     = "kafka.m7g.large"

  validation {
    condition     = startswith(var.instance_type, "kafka.")
    error_message = "The instance_type must begin with kafka."
  }
}

variable "storage_gb" {
  description = "Storage of each broker, in GB."
  type        = number
  default     = 200

  validation {
    condition     = var.storage_gb >= 10 && var.storage_gb <= 16384
    error_message = "The storage_gb must be from 10 to 16384."
  }
}
