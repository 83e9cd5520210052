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

variable "cidr" {
  description = "The addresses of the network."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "The cidr must be an IPv4 block."
  }
}

variable "public_subnet_ids" {
  description = "Where the load balancer is: two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.public_subnet_ids) >= 2
    error_message = "The public_subnet_ids must be two at least."
  }
}

variable "private_subnet_ids" {
  description = "Where the processes are."
  type        = list(string)

  validation {
    condition     = length(var.private_subnet_ids) >= 2
    error_message = "The private_subnet_ids must be two at least."
  }
}

variable "logs_bucket" {
  description = "The bucket for access logs of the load balancer."
  type        = string

  validation {
    condition     = var.logs_bucket != ""
    error_message = "The logs_bucket must not be empty."
  }
}

variable "domain" {
  description = "The name that the house is reached at, as bids.house.example."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "The domain must be a name as bids.house.example."
  }
}

variable "zone_id" {
  description = "The Route 53 zone that the domain is in."
  type        = string

  validation {
    condition     = can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "The zone_id must begin with Z."
  }
}

variable "image_tag" {
  description = "The version of the image to run; tags are never moved."
  type        = string

  validation {
    condition     = var.image_tag != "latest" && can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))
    error_message = "The image_tag must be a tag, and not latest."
  }
}

variable "processes" {
  description = "The processes by their command of gavel: how many run (0: a task that is run by hand), CPU units (1024 are one processor) and memory in MB of each."
  type        = map(object({ count = number, cpu = number, memory_mb = number }))

  validation {
    condition     = alltrue([for process in values(var.processes) : process.count >= 0 && process.cpu >= 256 && process.memory_mb >= 512])
    error_message = "The processes must each have a count of 0 or more, cpu of 256 or more and memory_mb of 512 or more."
  }
}

variable "process_role_arns" {
  description = "What each process runs as."
  type        = map(string)

  validation {
    condition     = length(setsubtract(keys(var.processes), keys(var.process_role_arns))) == 0
    error_message = "The process_role_arns must have one for each process."
  }
}

variable "start_role_arns" {
  description = "What ECS starts each process with."
  type        = map(string)

  validation {
    condition     = length(setsubtract(keys(var.processes), keys(var.start_role_arns))) == 0
    error_message = "The start_role_arns must have one for each process."
  }
}

variable "settings" {
  description = "Settings of all processes: names of src/config.ts and their values. No secrets."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.settings) : startswith(name, "GAVEL_")])
    error_message = "The settings must have names that begin with GAVEL_."
  }
}

variable "secrets" {
  description = "Secret settings by process: names of src/config.ts, and where ECS finds their values."
  type        = map(map(string))

  validation {
    condition     = length(setsubtract(keys(var.processes), keys(var.secrets))) == 0
    error_message = "The secrets must have an entry for each process, if an empty one."
  }
}

variable "deletion_protection" {
  description = "Whether the load balancer can be deleted only after this was set to false."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.deletion_protection || !startswith(var.name, "prod")
    error_message = "The deletion_protection must be true for a name that begins with prod."
  }
}
