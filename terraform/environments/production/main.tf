# A house of several processes: ECS, MSK, PostgreSQL in two zones with a read replica, a load balancer, alarms and a budget.

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { Project = var.name, ManagedBy = "terraform" }
  }
}

data "aws_partition" "current" {}

locals {
  partition = data.aws_partition.current.partition

  # Each process with how many run, and what it gets. `topics` and `lake` are run by hand, once.
  processes = merge(var.roles, {
    topics = { count = 0, cpu = 256, memory_mb = 512 }
    lake   = { count = 0, cpu = 256, memory_mb = 512 }
  })

  # The secret settings, by what holds them. The database's address is one, since the house's password stands in it.
  # Those of mail, of the house's own sign-in and of payments are there where these are.
  has_mail    = var.mail_from != ""
  has_sign_in = var.sign_in != "none"
  has_oidc    = var.oidc_issuer != ""
  secret_names = merge(
    {
      database = "${var.name}/postgres-url"
      signing  = "${var.name}/kafka-signing-key"
      master   = "${var.name}/master-key"
      kafka    = "AmazonMSK_${var.name}"
    },
    local.has_mail ? { mail = "${var.name}/mail-url", links = "${var.name}/mail-link-key" } : {},
    local.has_sign_in ? { sign-in = "${var.name}/sign-in-secret" } : {},
    local.has_oidc ? { oidc = "${var.name}/oidc-client-secret" } : {},
    var.stripe ? { stripe = "${var.name}/stripe" } : {},
  )
  secret_settings = merge(
    {
      GAVEL_POSTGRES_URL        = module.secrets.secret_arns["database"]
      GAVEL_KAFKA_SIGNING_KEY   = module.secrets.secret_arns["signing"]
      GAVEL_MASTER_KEY          = module.secrets.secret_arns["master"]
      GAVEL_KAFKA_SASL_USERNAME = "${module.secrets.secret_arns["kafka"]}:username::"
      GAVEL_KAFKA_SASL_PASSWORD = "${module.secrets.secret_arns["kafka"]}:password::"
    },
    local.has_mail ? {
      GAVEL_MAIL_URL      = module.secrets.secret_arns["mail"]
      GAVEL_MAIL_LINK_KEY = module.secrets.secret_arns["links"]
    } : {},
    local.has_sign_in ? { GAVEL_SIGN_IN_SECRET = module.secrets.secret_arns["sign-in"] } : {},
    local.has_oidc ? { GAVEL_OIDC_CLIENT_SECRET = module.secrets.secret_arns["oidc"] } : {},
    var.stripe ? {
      GAVEL_STRIPE_KEY            = "${module.secrets.secret_arns["stripe"]}:key::"
      GAVEL_STRIPE_WEBHOOK_SECRET = "${module.secrets.secret_arns["stripe"]}:webhook_secret::"
    } : {},
  )
  # Mail to people, and the provider that their browsers sign in with.
  people_settings = merge(
    local.has_mail ? { GAVEL_MAIL_FROM = var.mail_from } : {},
    local.has_oidc ? { GAVEL_OIDC_ISSUER = var.oidc_issuer, GAVEL_OIDC_CLIENT_ID = var.oidc_client_id } : {},
  )
  # What a process is started with: `lake` speaks to S3 alone, all others to database and brokers.
  secrets_of = { for process in keys(local.processes) : process => process == "lake" ? [] : keys(local.secret_settings) }
  arns_of = { for process in keys(local.processes) : process => {
    for key, arn in module.secrets.secret_arns : key => arn if process != "lake"
  } }
}

module "secrets" {
  source = "../../modules/secrets"

  name       = var.name
  region     = var.region
  account_id = var.account_id
  partition  = local.partition
  secrets    = local.secret_names
}

module "network" {
  source = "../../modules/network"

  name            = var.name
  region          = var.region
  cidr            = var.cidr
  zone_count      = 3
  private_subnets = true
  kms_key_arn     = module.secrets.data_key_arn
}

module "lake" {
  source = "../../modules/s3"

  name            = var.name
  account_id      = var.account_id
  kms_key_arn     = module.secrets.data_key_arn
  cold_after_days = var.cold_after_days
}

module "iam" {
  source = "../../modules/iam"

  name            = var.name
  region          = var.region
  account_id      = var.account_id
  partition       = local.partition
  kms_key_arn     = module.secrets.data_key_arn
  secrets_key_arn = module.secrets.secrets_key_arn
  lake_arn        = module.lake.lake_arn
  processes       = keys(local.processes)
  secret_arns     = local.arns_of

  alert_processes  = ["scheduler"]
  alerts_topic_arn = module.monitoring.topic_arn
}

module "compute" {
  source = "../../modules/compute"

  name                = var.name
  region              = var.region
  vpc_id              = module.network.vpc_id
  cidr                = module.network.cidr
  public_subnet_ids   = module.network.public_subnet_ids
  private_subnet_ids  = module.network.private_subnet_ids
  kms_key_arn         = module.secrets.data_key_arn
  logs_bucket         = module.lake.logs_bucket
  domain              = var.domain
  zone_id             = var.zone_id
  image_tag           = var.image_tag
  processes           = local.processes
  process_role_arns   = module.iam.process_role_arns
  start_role_arns     = module.iam.start_role_arns
  deletion_protection = var.deletion_protection

  settings = merge(module.lake.settings, module.kafka.settings, local.people_settings, {
    GAVEL_JOURNAL      = "postgres"
    GAVEL_PARTITIONS   = tostring(var.partitions)
    GAVEL_S3_LOCK_MODE = var.lock_mode
    GAVEL_JWT_JWKS_URL = var.jwks_url
    GAVEL_JWT_ISSUER   = var.jwt_issuer
    GAVEL_JWT_AUDIENCE = var.jwt_audience
    GAVEL_PUBLIC_URL   = "https://${var.domain}"
    GAVEL_SIGN_IN      = var.sign_in
    GAVEL_HTTP_METRICS = "on"
    # Only the scheduler's role may publish to it.
    GAVEL_ALERT_SNS_TOPIC = module.monitoring.topic_arn
  })
  secrets = { for process, names in local.secrets_of : process => { for name in names : name => local.secret_settings[name] } }
}

module "kafka" {
  source = "../../modules/kafka"

  name                     = var.name
  account_id               = var.account_id
  vpc_id                   = module.network.vpc_id
  subnet_ids               = module.network.private_subnet_ids
  kms_key_arn              = module.secrets.data_key_arn
  client_security_group_id = module.compute.house_security_group_id
  scram_secret_arn         = module.secrets.secret_arns["kafka"]
  instance_type            = var.kafka_instance_type
}

module "database" {
  source = "../../modules/rds"

  name                      = var.name
  partition                 = local.partition
  vpc_id                    = module.network.vpc_id
  subnet_ids                = module.network.private_subnet_ids
  client_security_group_ids = { house = module.compute.house_security_group_id }
  kms_key_arn               = module.secrets.data_key_arn
  secrets_key_arn           = module.secrets.secrets_key_arn
  instance_class            = var.database_class
  replica_class             = var.replica_class
  storage_gb                = var.database_storage_gb
  multi_az                  = true
  deletion_protection       = var.deletion_protection
}

module "monitoring" {
  source = "../../modules/monitoring"

  name                 = var.name
  account_id           = var.account_id
  kms_key_arn          = module.secrets.data_key_arn
  alarm_emails         = var.alarm_emails
  budget_usd           = var.budget_usd
  database_identifiers = module.database.identifiers
  balancer             = module.compute.balancer
  services             = { cluster = module.compute.cluster_name, names = module.compute.service_names }
  kafka                = module.kafka.cluster
}
