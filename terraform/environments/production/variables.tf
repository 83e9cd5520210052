variable "name" {
  description = "What the names of all resources begin with."
  type        = string
  default     = "gavel"

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

variable "cidr" {
  description = "The addresses of the network."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0))
    error_message = "The cidr must be an IPv4 block, as 10.20.0.0/16."
  }
}

variable "domain" {
  description = "The name that the house is reached at."
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
  description = "The version of the image to run."
  type        = string

  validation {
    condition     = var.image_tag != "latest"
    error_message = "The image_tag must not be latest: nobody could tell what runs."
  }
}

variable "jwks_url" {
  description = "The identity provider's public keys (GAVEL_JWT_JWKS_URL)."
  type        = string

  validation {
    condition     = startswith(var.jwks_url, "https://")
    error_message = "The jwks_url must begin with https://."
  }
}

variable "jwt_issuer" {
  description = "The issuer that every token must carry (GAVEL_JWT_ISSUER)."
  type        = string

  validation {
    condition     = var.jwt_issuer != ""
    error_message = "The jwt_issuer must not be empty."
  }
}

variable "jwt_audience" {
  description = "The audience that every token must carry (GAVEL_JWT_AUDIENCE)."
  type        = string

  validation {
    condition     = var.jwt_audience != ""
    error_message = "The jwt_audience must not be empty."
  }
}

variable "mail_from" {
  description = "The sender of mail to people and of alerts (GAVEL_MAIL_FROM); empty for a house that sends none."
  type        = string
  default     = ""

  validation {
    condition     = var.mail_from == "" || can(regex("@", var.mail_from))
    error_message = "The mail_from must be an address, as House <house@house.example>, or empty."
  }
}

variable "sign_in" {
  description = "Whether people sign up and in at the house itself (GAVEL_SIGN_IN): none, password (needs mail_from) or provider (needs oidc_issuer)."
  type        = string
  default     = "none"

  validation {
    condition     = var.sign_in == "none" || var.sign_in == "password" && var.mail_from != "" || var.sign_in == "provider" && var.oidc_issuer != ""
    error_message = "The sign_in must be none, password (with mail_from) or provider (with oidc_issuer)."
  }
}

variable "oidc_issuer" {
  description = "The identity provider that people's browsers sign in with (GAVEL_OIDC_ISSUER); empty for none."
  type        = string
  default     = ""

  validation {
    condition     = var.oidc_issuer == "" || startswith(var.oidc_issuer, "https://")
    error_message = "The oidc_issuer must begin with https://, or be empty."
  }
}

variable "oidc_client_id" {
  description = "What that provider knows the house as (GAVEL_OIDC_CLIENT_ID)."
  type        = string
  default     = ""

  validation {
    condition     = (var.oidc_client_id == "") == (var.oidc_issuer == "")
    error_message = "The oidc_client_id must be given with oidc_issuer, and only with it."
  }
}

variable "stripe" {
  description = "Whether buyers pay online by Stripe (GAVEL_STRIPE_KEY, GAVEL_STRIPE_WEBHOOK_SECRET)."
  type        = bool
  default     = false

  validation {
    condition     = var.stripe != null
    error_message = "The stripe must be true or false."
  }
}

variable "partitions" {
  description = "Queues that auctions are spread over (GAVEL_PARTITIONS). Fixed once there is data."
  type        = number
  default     = 24

  validation {
    condition     = var.partitions >= 1 && var.partitions <= 1024
    error_message = "The partitions must be from 1 to 1024."
  }
}

variable "lock_mode" {
  description = "How Bronze is locked (GAVEL_S3_LOCK_MODE): compliance cannot be lifted by anybody, not even by AWS."
  type        = string
  default     = "governance"

  validation {
    condition     = contains(["governance", "compliance"], var.lock_mode)
    error_message = "The lock_mode must be governance or compliance."
  }
}

variable "cold_after_days" {
  description = "After so many days the events in Bronze move to a cheaper storage class."
  type        = number
  default     = 90

  validation {
    condition     = var.cold_after_days >= 30
    error_message = "The cold_after_days must be 30 at least."
  }
}

variable "roles" {
  description = "How many of each role run, CPU units (1024 are one processor) and memory in MB of each."
  type        = map(object({ count = number, cpu = number, memory_mb = number }))
  default = {
    api       = { count = 2, cpu = 1024, memory_mb = 2048 }
    engine    = { count = 2, cpu = 1024, memory_mb = 2048 }
    projector = { count = 2, cpu = 1024, memory_mb = 2048 }
    relay     = { count = 2, cpu = 512, memory_mb = 1024 }
    archiver  = { count = 1, cpu = 1024, memory_mb = 4096 }
    scheduler = { count = 2, cpu = 1024, memory_mb = 4096 }
  }

  validation {
    condition     = toset(keys(var.roles)) == toset(["api", "engine", "projector", "relay", "archiver", "scheduler"])
    error_message = "The roles must be api, engine, projector, relay, archiver and scheduler: a house needs all six."
  }
}

variable "kafka_instance_type" {
  description = "The type of the brokers."
  type        = string
  default     = "kafka.m7g.large"

  validation {
    condition     = startswith(var.kafka_instance_type, "kafka.")
    error_message = "The kafka_instance_type must begin with kafka."
  }
}

variable "database_class" {
  description = "The class of the database."
  type        = string
  default     = "db.m7g.large"

  validation {
    condition     = startswith(var.database_class, "db.")
    error_message = "The database_class must begin with db."
  }
}

variable "replica_class" {
  description = "The class of the read replica; null for none."
  type        = string
  default     = "db.m7g.large"

  validation {
    condition     = var.replica_class == null ? true : startswith(var.replica_class, "db.")
    error_message = "The replica_class must begin with db., or be null."
  }
}

variable "database_storage_gb" {
  description = "Storage of the database at the start, in GB."
  type        = number
  default     = 400

  validation {
    condition     = var.database_storage_gb >= 20
    error_message = "The database_storage_gb must be 20 at least."
  }
}

variable "budget_usd" {
  description = "What a month may cost, in USD."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget_usd must be more than 0."
  }
}

variable "deletion_protection" {
  description = "Whether database and load balancer can be deleted only after this was set to false."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.deletion_protection || var.name != "gavel"
    error_message = "The deletion_protection may be false only for a house of another name, which is for trying things."
  }
}
