output "instance_id" {
  description = "The machine; `aws ssm start-session --target` opens a shell on it."
  value       = module.machine.instance_id
}

output "lake_bucket" {
  description = "The bucket of the lake."
  value       = module.lake.lake_bucket
}

output "alarms_topic_arn" {
  description = "The topic of the alarms."
  value       = module.monitoring.topic_arn
}
