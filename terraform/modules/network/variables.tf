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

variable "cidr" {
  description = "The addresses of the network; it is cut into sixteen subnets."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]), 32) <= 20
    error_message = "The cidr must be an IPv4 block of /20 or larger, as 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "How many availability zones to use."
  type        = number

  validation {
    condition     = var.zone_count >= 1 && var.zone_count <= 4 && floor(var.zone_count) == var.zone_count
    error_message = "The zone_count must be a whole number from 1 to 4."
  }
}

variable "private_subnets" {
  description = "Whether there are private subnets, each with a NAT gateway, which costs by the hour."
  type        = bool
  nullable    = false

  validation {
    condition     = !var.private_subnets || var.zone_count >= 2
    error_message = "The private_subnets need a zone_count of 2 at least, since databases are placed in two zones."
  }
}

variable "kms_key_arn" {
  description = "The key that the log of refused connections is encrypted with."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The kms_key_arn must be the ARN of a KMS key."
  }
}
