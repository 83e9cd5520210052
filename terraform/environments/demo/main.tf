# A demonstration within the Free Tier: one small machine with the compose file, and the lake in a real bucket. No NAT gateway, no
# load balancer, nothing that is reached from outside.

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { Project = var.name, ManagedBy = "terraform" }
  }
}

module "secrets" {
  source = "../../modules/secrets"

  name       = var.name
  region     = var.region
  account_id = var.account_id
}

module "network" {
  source = "../../modules/network"

  name            = var.name
  region          = var.region
  cidr            = "10.30.0.0/20"
  zone_count      = 1
  private_subnets = false
  kms_key_arn     = module.secrets.data_key_arn
}

module "lake" {
  source = "../../modules/s3"

  name          = var.name
  account_id    = var.account_id
  kms_key_arn   = module.secrets.data_key_arn
  force_destroy = true
}

module "iam" {
  source = "../../modules/iam"

  name            = var.name
  region          = var.region
  account_id      = var.account_id
  kms_key_arn     = module.secrets.data_key_arn
  secrets_key_arn = module.secrets.secrets_key_arn
  lake_arn        = module.lake.lake_arn
  service         = "ec2.amazonaws.com"
  processes       = ["machine"]
}

module "machine" {
  source = "../../modules/instance"

  name          = var.name
  vpc_id        = module.network.vpc_id
  subnet_id     = module.network.public_subnet_ids[0]
  kms_key_arn   = module.secrets.data_key_arn
  role_name     = module.iam.process_role_names["machine"]
  instance_type = var.instance_type
  repository    = var.repository
  revision      = var.revision
  # PostgreSQL keeps the journal: a server less to make room for.
  settings = merge({ GAVEL_JOURNAL = "postgres" }, module.lake.settings)
}

module "monitoring" {
  source = "../../modules/monitoring"

  name           = var.name
  account_id     = var.account_id
  kms_key_arn    = module.secrets.data_key_arn
  alarm_emails   = var.alarm_emails
  budget_usd     = var.budget_usd
  watch_instance = true
  instance_id    = module.machine.instance_id
}
