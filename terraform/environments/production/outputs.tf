output "url" {
  description = "Where the house is reached."
  value       = "https://${var.domain}"
}

output "repository_url" {
  description = "Where the image is pushed."
  value       = module.compute.repository_url
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = module.compute.cluster_name
}

output "task_definitions" {
  description = "What each process runs; `topics` and `lake` are run by hand before the first start."
  value       = module.compute.task_definitions
}

output "house_security_group_id" {
  description = "The security group that tasks run by hand get."
  value       = module.compute.house_security_group_id
}

output "private_subnet_ids" {
  description = "The subnets that tasks run by hand get."
  value       = module.network.private_subnet_ids
}

output "postgres_url_form" {
  description = "The form of GAVEL_POSTGRES_URL, for the secret."
  value       = module.database.url_form
}

output "replica_address" {
  description = "Where analysts read; null without a replica."
  value       = module.database.replica_address
}

output "superuser_secret_arn" {
  description = "Where RDS keeps the superuser's password."
  value       = module.database.superuser_secret_arn
}

output "secret_arns" {
  description = "The secrets that an operator fills in."
  value       = module.secrets.secret_arns
}

output "lake_bucket" {
  description = "The bucket of the lake."
  value       = module.lake.lake_bucket
}

output "alarms_topic_arn" {
  description = "The topic of the alarms."
  value       = module.monitoring.topic_arn
}
